/** Simulated time, seconds from 0: what happens when. Equal times keep the order in which they were asked for. */
export interface Timeline {
  now(): number;
  /** @throws RangeError for a delay below 0 or none at all: time does not run backwards */
  after(delaySeconds: number, happens: () => void): void;
  /** Until nothing is left to happen. */
  run(): void;
}

interface Happening {
  at: number;
  order: number;
  happens: () => void;
}

/**
 * A binary heap over (time, order): deterministic, because no two keys are equal.
 *
 *     parent of n: (n - 1) >> 1      children of n: 2 n + 1, 2 n + 2      heap[0] is next
 */
export function createTimeline(): Timeline {
  const heap: Happening[] = [];
  let now = 0;
  let asked = 0;
  return {
    now: () => now,
    after(delaySeconds, happens) {
      if (!(delaySeconds >= 0)) throw new RangeError(`the delay is ${delaySeconds}: expected 0 or more`);
      push(heap, { at: now + delaySeconds, order: asked++, happens });
    },
    run() {
      while (heap.length > 0) {
        const next = pop(heap);
        now = next.at;
        next.happens();
      }
    },
  };
}

const isBefore = (a: Happening, b: Happening) => a.at < b.at || (a.at === b.at && a.order < b.order);

function push(heap: Happening[], item: Happening): void {
  let n = heap.length;
  while (n > 0) {
    const parent = (n - 1) >> 1;
    if (!isBefore(item, heap[parent])) break;
    heap[n] = heap[parent];
    n = parent;
  }
  heap[n] = item;
}

function pop(heap: Happening[]): Happening {
  const first = heap[0];
  const last = heap.pop()!;
  if (heap.length === 0) return first;
  let n = 0;
  for (let child = 1; child < heap.length; child = 2 * n + 1) {
    if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++;
    if (!isBefore(heap[child], last)) break;
    heap[n] = heap[child];
    n = child;
  }
  heap[n] = last;
  return first;
}
