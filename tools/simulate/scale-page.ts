import { PREDICTORS, type PredictorKind } from '../../functions/contract/environment.ts';
import { ENDS, type End, parametersAt } from './ends.ts';
import { MEASURED } from './measured.ts';
import type { Outcome } from './outcome.ts';
import type { Parameters } from './parameters.ts';
import { adviceOf } from './scale-advice.ts';
import type { Variation } from './variations.ts';

export interface Row {
  variation: Variation;
  good: Outcome;
  bad: Outcome;
}

/** docs/scale.md, as Markdown. */
export function scalePage(rows: readonly Row[]): string {
  return `# 10,000 studies in an hour, simulated

Written by \`npx tsx tools/simulate.ts\`: a seeded discrete-event simulation of the queues, Lambdas, endpoint, scaling policies
and watchdog as they are wired (\`functions/contract/stages.ts\`, \`infra/\`, \`functions/adapters/aws\`). The same command gives the
same bytes. **Nothing here ran on AWS**: each row is run at both ends of what is not known, and the truth lies between, if
the model is right.

${adviceOf(rows)}

## What goes in

Stage times were measured on ${MEASURED.machine} (${MEASURED.measuredOn}, \`tools/simulate/measure.ts\`), model \`unet2d\`. The good end takes an
aligned, skull-stripped study; the bad end a raw one with four times the tiles.

| what | good | bad | from |
| --- | ---: | ---: | --- |
${INPUTS.map(inputRow).join('\n')}

A throttled batch: AWS retries it for a while and then lets it show again, one receive poorer; how long is not documented.
Good: its poller asks again each second or so until the message shows. Bad: it is returned at once.

## What comes out

Minutes are from a study's upload to its event. "Longest queue" is that of messages that wait to be received. USD is what the
studies caused, at list prices. Troubles stand in the order of their coming, with the minute of the first one.

${PREDICTORS.map((p) => sectionOf(p, rows)).join('\n\n')}

## As deployed, over time

Good end:

![What waits, who works and what is done, for each predictor, at the good end](scale-good.svg)

Bad end:

![The same at the bad end](scale-bad.svg)
`;
}

const INPUTS: readonly [what: string, of: (p: Parameters) => string, from: string][] = [
  ['tiles a study', (p) => String(p.tilesAStudy), 'measured'],
  ['`ingest`, s', (p) => p.work.ingest.toFixed(2), 'measured, × 1 or × 2, + S3'],
  ['`register`, s', (p) => p.work.register.toFixed(2), 'the same'],
  ['`tile`, s', (p) => p.work.tile.toFixed(2), 'the same'],
  ['`infer` in a Lambda, s a tile', (p) => p.work.infer.toFixed(2), 'the same'],
  ['`gather`, s a message', (p) => p.work.gather.toFixed(2), 'the same'],
  ['`reduce`, s', (p) => p.work.reduce.toFixed(2), 'the same'],
  ['GPU, s a tile', (p) => String(p.gpu.tileSeconds), 'stated: no A10G was run'],
  ['start of an instance, s', (p) => String(p.gpu.startSeconds), 'AWS: 134 to 525 s; 216 s, 346 s on ml.g5.xlarge'],
  ['CloudWatch late by, s', (p) => String(p.gpu.metricLagSeconds), 'stated'],
  ['cold start of a Lambda, s', (p) => String(p.coldStartSeconds), 'stated'],
  ['Lambdas killed midway', (p) => `${100 * p.killedShare} %`, 'stated'],
  ['from an object to its message, s', (p) => String(p.eventSeconds), 'stated'],
  ['throttled batch', (p) => p.throttled, 'not documented: see below'],
];

function inputRow([what, of, from]: (typeof INPUTS)[number]): string {
  return `| ${what} | ${ENDS.map((end) => of(parametersAt(end, 'async'))).join(' | ')} | ${from} |`;
}

function sectionOf(predictor: PredictorKind, rows: readonly Row[]): string {
  const lines = rows
    .filter((r) => r.variation.predictor === predictor)
    .flatMap((r) => ENDS.map((end) => rowOf(r.variation, end, r[end])));
  return `### \`${predictor}\`

| what was turned | end | results | failed | median, min | 99 %, min | all done, h | longest queue | Lambdas | GPUs | at the endpoint | USD | troubles |
| --- | --- | ---: | --- | ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: | --- |
${lines.join('\n')}`;
}

/** One line of the tables. */
export function rowOf({ name, knob }: Variation, end: End, o: Outcome): string {
  const cells = [
    knob === undefined ? name : `${name} (${knob})`,
    end,
    count(o.completed),
    Object.entries(o.failed)
      .map(([why, n]) => `${count(n)} ${why}`)
      .join(', ') || '0',
    minutes(o.medianMinutes),
    minutes(o.p99Minutes),
    o.hours.toFixed(1),
    o.longestQueue.messages === 0 ? '0' : `${count(o.longestQueue.messages)} ${o.longestQueue.stage}`,
    count(o.mostRunning),
    count(o.mostInstances),
    count(o.mostBacklog),
    o.usd.toFixed(0),
    o.troubles.map((t) => `${t.trouble} ${count(t.count)} (${minutes(t.firstMinute)})`).join('; ') || 'none',
  ];
  return `| ${cells.join(' | ')} |`;
}

export const count = (n: number) => n.toLocaleString('en');
export const minutes = (m: number) => (Number.isNaN(m) ? '–' : m < 10 ? m.toFixed(1) : m.toFixed(0));
