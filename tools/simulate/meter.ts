import { STAGE_NAMES, type StageName } from '../../functions/contract/stages.ts';

/** What can go wrong, or nearly: each with how often, and when first. */
export const TROUBLES = [
  'throttle',
  'returned receive',
  'killed',
  'dead letter',
  'watchdog moves a run',
  'held back',
  'time-out',
  'request lost',
  'deadline',
  'stalled',
  'work done twice',
] as const;
export type Trouble = (typeof TROUBLES)[number];

/** What one minute looked like. */
export interface Minute {
  minute: number;
  waiting: Record<StageName, number>;
  running: number;
  instances: number;
  backlog: number;
  completed: number;
}

export interface Meter {
  billedSeconds: Record<StageName, number>;
  invocations: Record<StageName, number>;
  instanceSeconds: number;
  troubles: Partial<Record<Trouble, { count: number; firstAt: number }>>;
  minutes: Minute[];
  note(trouble: Trouble, at: number): void;
}

const zeros = () => Object.fromEntries(STAGE_NAMES.map((s) => [s, 0])) as Record<StageName, number>;

export function createMeter(): Meter {
  const troubles: Meter['troubles'] = {};
  return {
    billedSeconds: zeros(),
    invocations: zeros(),
    instanceSeconds: 0,
    troubles,
    minutes: [],
    note(trouble, at) {
      const seen = troubles[trouble];
      troubles[trouble] = { count: (seen?.count ?? 0) + 1, firstAt: seen?.firstAt ?? at };
    },
  };
}
