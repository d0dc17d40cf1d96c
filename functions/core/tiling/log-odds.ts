/**
 * Log-odds of probabilities in 255ths as whole numbers from 0 to 2,046, so that sums of them are exact:
 *
 *   p            0    1/255   …   127.5/255   …   254/255   255/255
 *   log-odds   -6.9   -5.5            0            5.5        6.9         0 and 1 taken as a quarter of a step away
 *   steps        0     205          1023          1841       2046
 */
export const MOST_STEPS = 2046;

const MIDDLE = MOST_STEPS / 2;
const LARGEST = Math.log(254.75 / 0.25);

const TABLE = Uint16Array.from({ length: 256 }, (_, p) => {
  const inside = Math.min(Math.max(p, 0.25), 254.75);
  return Math.round(MIDDLE + (MIDDLE / LARGEST) * Math.log(inside / (255 - inside)));
});

/** Log-odds in steps of each probability in 255ths. */
export function logOddsSteps(probabilities: Uint8Array): Uint16Array {
  const out = new Uint16Array(probabilities.length);
  for (let n = 0; n < out.length; n++) out[n] = TABLE[probabilities[n]];
  return out;
}

/** The probability, 0 to 1, whose log-odds are so many steps, whole or not. */
export function probabilityOf(steps: number): number {
  return 1 / (1 + Math.exp((LARGEST / MIDDLE) * (MIDDLE - steps)));
}
