export interface Share {
  most: number;
  everySeconds: number;
}

/** One tick of the watchdog. */
export interface Round {
  nowMs: number;
  /** Looks at what is there, one after the other; what one look meets does not keep it from the others. */
  each<T>(items: readonly T[], look: (item: T) => Promise<void>): Promise<void>;
  /** The same where items are many: so many of them, and the next time, after so many seconds, the ones after these. */
  some<T>(items: readonly T[], share: Share, look: (item: T) => Promise<void>): Promise<void>;
  /** @throws AggregateError when a look failed */
  end(): void;
}

export function createRound(nowMs: number): Round {
  const failures: unknown[] = [];
  const each: Round['each'] = async (items, look) => {
    for (const item of items) await look(item).catch((error) => failures.push(error));
  };
  return {
    nowMs,
    each,
    some: (items, { most, everySeconds }, look) =>
      each(turnOf(items, most, Math.floor(nowMs / (1000 * everySeconds))), look),
    end() {
      if (failures.length > 0) throw new AggregateError(failures, `${failures.length} looks of the watchdog failed`);
    },
  };
}

/**
 * The items whose turn it is:
 *
 *   turn 0  [0 1 2] 3 4 5 6
 *   turn 1   0 1 2 [3 4 5] 6
 *   turn 2  [0 1] 2 3 4 5 [6]
 */
function turnOf<T>(items: readonly T[], most: number, turn: number): readonly T[] {
  if (items.length <= most) return items;
  const first = (turn * most) % items.length;
  return [...items.slice(first), ...items.slice(0, first)].slice(0, most);
}
