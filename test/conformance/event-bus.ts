import { beforeEach, describe, expect, test } from '@jest/globals';
import type { EventBus, StudyEvent } from '../../functions/pipeline/ports.ts';

export interface BusUnderTest {
  bus: EventBus;
  /** Everything that the bus has told so far, in any order; again and again the same. */
  told(atLeast: number): Promise<StudyEvent[]>;
}

const completed: StudyEvent = {
  id: '00112233445566778899aabbccddeeff',
  type: 'Study Completed',
  version: 1,
  studyHash: 'ffeeddccbbaa99887766554433221100',
  key: 'results/Ärztin 脑/0123456789abcdef0123456789abcdef/result.json',
  run: '0123456789abcdef0123456789abcdef',
  modelDigest: 'ab'.repeat(32),
  volumesMl: { WT: 38.25, TC: 12.5, ET: 0 },
};
const refused: StudyEvent = {
  id: 'a0112233445566778899aabbccddeeff',
  type: 'Study Refused',
  version: 1,
  studyHash: 'ffeeddccbbaa99887766554433221100',
  key: 'results/s/error.json',
  code: 'SEQUENCE_MISSING',
};

const byId = (events: readonly StudyEvent[]) => [...events].sort((a, b) => (a.id < b.id ? -1 : 1));

/** What every event bus has to do; each adapter's test calls this. */
export function describeEventBus(name: string, make: () => Promise<BusUnderTest>): void {
  describe(`${name} as an event bus`, () => {
    let house: BusUnderTest;
    beforeEach(async () => {
      house = await make();
    });

    test('tells every field of an event, and invents none', async () => {
      await house.bus.publish(completed);
      await house.bus.publish(refused);
      expect(byId(await house.told(2))).toEqual([completed, refused]);
    });

    test('tells an event that is sent twice under one id, so that it can be known for the same', async () => {
      await house.bus.publish(completed);
      await house.bus.publish(completed);
      expect(new Set((await house.told(1)).map((event) => event.id))).toEqual(new Set([completed.id]));
    });

    test('loses none of many that are sent at once', async () => {
      const ids = Array.from({ length: 20 }, (_, n) => `${n}`.padStart(32, '0'));
      await Promise.all(ids.map((id) => house.bus.publish({ ...refused, id })));
      expect(byId(await house.told(20)).map((event) => event.id)).toEqual(ids);
    });
  });
}
