import { describe, expect, test } from '@jest/globals';
import { type LetterBox, redrive, reopenRuns } from '../../../functions/cli/cloud/redrive.ts';
import { manifestKey, openKey } from '../../../functions/contract/keys.ts';
import { toJson } from '../../../functions/pipeline/json.ts';
import { createMemoryStore } from '../../helpers/memory-store.ts';

const RUN = '0123456789abcdef0123456789abcdef';

function createMemoryBox(bodies: readonly string[], hidden = 0) {
  const letters = bodies.map((body, n) => ({ body, receipt: String(n) }));
  const inHand = new Set<string>();
  const sent: string[] = [];
  const box: LetterBox = {
    async receive() {
      const some = letters.filter(({ receipt }) => !inHand.has(receipt)).slice(0, 2);
      for (const { receipt } of some) inHand.add(receipt);
      return some;
    },
    async send(body) {
      if (body === 'unsendable') throw new Error('no');
      sent.push(body);
    },
    async remove({ receipt }) {
      letters.splice(
        letters.findIndex((letter) => letter.receipt === receipt),
        1,
      );
    },
    count: async () => letters.length + hidden,
  };
  return { box, letters, sent };
}

describe('redrive', () => {
  test('sends every letter once and removes it; says how many, and how many somebody else holds', async () => {
    const { box, letters, sent } = createMemoryBox(['a', 'b', 'c', 'd', 'e'], 2);
    const reopened: string[] = [];
    expect(await redrive(box, async (body) => void reopened.push(body))).toEqual({ sent: 5, left: 2 });
    expect(sent).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(reopened).toEqual(sent);
    expect(letters).toEqual([]);
  });

  test('removes only what was sent', async () => {
    const { box, letters, sent } = createMemoryBox(['a', 'unsendable', 'c']);
    await expect(redrive(box, async () => {})).rejects.toThrow('no');
    expect(sent).toEqual(['a']);
    expect(letters.map(({ body }) => body)).toEqual(['unsendable', 'c']);
  });

  test('marks the run of our own message and of an S3 notification as under way again, and of nothing else', async () => {
    const work = createMemoryStore();
    await work.put(manifestKey(RUN), toJson({ run: RUN, study: 's' }));
    const open = async (body: string) => {
      await reopenRuns(body, work, (name) => (name === 'the-work-bucket' ? 'work' : undefined));
      const marker = await work.get(openKey(RUN));
      await work.remove(openKey(RUN));
      return marker && JSON.parse(new TextDecoder().decode(marker.bytes));
    };
    const s3 = { bucket: { name: 'the-work-bucket' }, object: { key: `predictions/${RUN}/t0.npy` } };
    expect(await open(JSON.stringify({ v: 1, stage: 'reduce', run: RUN }))).toEqual({ v: 1, study: 's', run: RUN });
    expect(await open(JSON.stringify({ Records: [{ eventSource: 'aws:s3', s3 }] }))).toMatchObject({ run: RUN });
    expect(await open(JSON.stringify({ v: 1, stage: 'ingest', study: 's' }))).toBeUndefined();
    expect(await open(JSON.stringify({ v: 1, stage: 'tile', run: RUN.replace('0', '9') }))).toBeUndefined();
    expect(await open('not JSON')).toBeUndefined();
  });
});
