import { describe, expect, test } from '@jest/globals';
import { createRandom } from '../../functions/core/random.ts';
import { createFifo } from '../../tools/simulate/fifo.ts';
import { createTimeline } from '../../tools/simulate/timeline.ts';

describe('simulated time', () => {
  test('things happen in the order of their times, equal times in the order asked for', () => {
    const random = createRandom('timeline');
    const timeline = createTimeline();
    const asked = Array.from({ length: 2000 }, (_, n) => ({ n, at: random.integer(50) }));
    const happened: typeof asked = [];
    for (const one of asked) timeline.after(one.at, () => happened.push(one));
    timeline.run();
    expect(happened).toEqual([...asked].sort((a, b) => a.at - b.at || a.n - b.n));
    expect(timeline.now()).toBe(Math.max(...asked.map((a) => a.at)));
  });

  test('what happens may ask for more, at once or later', () => {
    const timeline = createTimeline();
    const seen: string[] = [];
    timeline.after(2, () => {
      seen.push(`first at ${timeline.now()}`);
      timeline.after(0, () => seen.push(`at once at ${timeline.now()}`));
      timeline.after(3, () => seen.push(`later at ${timeline.now()}`));
    });
    timeline.run();
    expect(seen).toEqual(['first at 2', 'at once at 2', 'later at 5']);
  });

  test.each([-1, Number.NaN])('a delay of %d is refused', (delay) => {
    expect(() => createTimeline().after(delay, () => {})).toThrow(`the delay is ${delay}`);
  });

  test('a queue gives back what went in, in that order, however it is used', () => {
    const random = createRandom('fifo');
    const queue = createFifo<number>();
    const model: number[] = [];
    for (let n = 0; n < 50_000; n++) {
      if (random.uniform() < 0.6 || model.length === 0) {
        queue.push(n);
        model.push(n);
      } else expect(queue.shift()).toBe(model.shift());
    }
    expect(queue.size()).toBe(model.length);
    while (model.length > 0) expect(queue.shift()).toBe(model.shift());
    expect(() => queue.shift()).toThrow(RangeError);
  });
});
