/**
 * Logarithms of probabilities in 255ths as whole numbers from 0 to 2,046, so that sums of them are exact:
 *
 *   p            0    1/255   …   127.5/255   …   254/255   255/255
 *   log-odds   -6.9   -5.5            0            5.5        6.9         0 and 1 taken as a quarter of a step away
 *   steps        0     205          1023          1841       2046
 *
 *   log        -6.9   -5.5          -0.7         -0.004       0           0 taken as a quarter of a step away
 *   steps        0     409          1841          2045       2046
 */
export const MOST_STEPS = 2046;

export interface LogScale {
  /** Steps of each of 0 to 255. */
  readonly table: Uint16Array;
  /** The probability, 0 to 1, of so many steps, whole or not. */
  readonly probabilityOf: (steps: number) => number;
}

const MIDDLE = MOST_STEPS / 2;
const LARGEST_ODDS = Math.log(254.75 / 0.25);
const SMALLEST_LOG = Math.log(0.25 / 255);

export const LOG_SCALES: Readonly<Record<'log-odds' | 'log', LogScale>> = {
  'log-odds': {
    table: tableOf((p) => {
      const inside = Math.min(Math.max(p, 0.25), 254.75);
      return MIDDLE + (MIDDLE / LARGEST_ODDS) * Math.log(inside / (255 - inside));
    }),
    probabilityOf: (steps) => 1 / (1 + Math.exp((LARGEST_ODDS / MIDDLE) * (MIDDLE - steps))),
  },
  log: {
    table: tableOf((p) => MOST_STEPS * (1 - Math.log(Math.max(p, 0.25) / 255) / SMALLEST_LOG)),
    probabilityOf: (steps) => Math.exp(SMALLEST_LOG * (1 - steps / MOST_STEPS)),
  },
};

function tableOf(steps: (p: number) => number): Uint16Array {
  return Uint16Array.from({ length: 256 }, (_, p) => Math.round(steps(p)));
}

/** Each probability in 255ths in steps. */
export function inSteps(probabilities: Uint8Array, { table }: LogScale): Uint16Array {
  const out = new Uint16Array(probabilities.length);
  for (let n = 0; n < out.length; n++) out[n] = table[probabilities[n]];
  return out;
}
