/** An endpoint that sleeps. */
export interface SleepyEndpoint {
  /** From the first request to the instance that answers it; taken as billed. */
  startSeconds: number;
  /** Idle time until the last instance is taken away. */
  idleSeconds: number;
  /** GPU time of one study. */
  busySeconds: number;
}

/**
 * Seconds of instances that one study is billed for, when studies come at random (Poisson) all month long. An instance
 * stays until T = busy + idle seconds after a study without another one coming. With a mean of one study in g seconds:
 *
 *     study ──T──▶ asleep          the next one comes within T with probability 1 - e^(-T/g)
 *     billed until the next study or for T, whatever is shorter:   g (1 - e^(-T/g))
 *     and a start, where the next one found it asleep:             start · e^(-T/g)
 *
 * Never less than the study's own GPU time: beyond one instance's capacity, instances grow with the load.
 */
export function billedSecondsAStudy(
  { startSeconds, idleSeconds, busySeconds }: SleepyEndpoint,
  gapSeconds: number,
): number {
  const awake = busySeconds + idleSeconds;
  const asleep = Math.exp(-awake / gapSeconds);
  const billed = gapSeconds * (1 - asleep) + startSeconds * asleep;
  return Math.max(billed, busySeconds);
}
