import { type Chart, drawCharts, type Line } from './chart.ts';
import type { Minute } from './meter.ts';
import type { Simulated } from './simulate.ts';

const NAMES = {
  lambda: 'Predictor lambda',
  async: 'Predictor async, 1 GPU at most',
  realtime: 'Predictor realtime, 1 GPU',
} as const;

/** Three charts a day: what waits, who works, what is done. */
export function drawDays(days: readonly Simulated[]): string {
  return drawCharts(
    days.flatMap((day) => [waitingChart(day), workingChart(day), doneChart(day)]),
    3,
  );
}

const X_LABEL = 'hours since the first upload';

/** Studies that came, so far, are part of the picture of what is done. */
function doneChart({ parameters, meter, studies }: Simulated): Chart {
  const came = (minute: number) => studies.filter((s) => s.arrivedAt <= 60 * minute).length;
  return {
    title: `${NAMES[parameters.predictor]}: studies`,
    xLabel: X_LABEL,
    yLabel: 'studies',
    lines: [
      { name: 'uploaded', colour: '#888', points: thinned(meter.minutes).map((m) => [m.minute / 60, came(m.minute)]) },
      line('with a result', '#2a7', meter.minutes, (m) => m.completed),
    ],
  };
}

function waitingChart({ parameters, meter: { minutes } }: Simulated): Chart {
  return {
    title: `${NAMES[parameters.predictor]}: what waits`,
    xLabel: X_LABEL,
    yLabel: 'messages, requests',
    lines: [
      line('register', '#36c', minutes, (m) => m.waiting.register),
      line('infer', '#d62', minutes, (m) => m.waiting.infer),
      line('gather', '#777', minutes, (m) => m.waiting.gather),
      line('reduce', '#a3c', minutes, (m) => m.waiting.reduce),
      line('at endpoint', '#c22', minutes, (m) => m.backlog),
    ],
  };
}

const workingChart = ({ parameters, meter: { minutes } }: Simulated): Chart => ({
  title: `${NAMES[parameters.predictor]}: who works`,
  xLabel: X_LABEL,
  yLabel: 'Lambdas, instances',
  lines: [
    line('Lambdas', '#36c', minutes, (m) => m.running),
    line('GPU instances', '#c22', minutes, (m) => m.instances),
  ],
});

const line = (name: string, colour: string, minutes: readonly Minute[], of: (m: Minute) => number): Line => ({
  name,
  colour,
  points: thinned(minutes).map((m) => [m.minute / 60, of(m)]),
});

/** At most 240 points a line. */
function thinned(minutes: readonly Minute[]): readonly Minute[] {
  const every = Math.ceil(minutes.length / 240);
  return minutes.filter((_, n) => n % every === 0 || n === minutes.length - 1);
}
