import { beforeEach, describe, expect, test } from '@jest/globals';
import type { StudyError } from '../../functions/contract/documents.ts';
import { errorKey, failuresPrefix, manifestKey, planKey, predictionKey } from '../../functions/contract/keys.ts';
import { LIMITS } from '../../functions/contract/stages.ts';
import { handle } from '../../functions/pipeline/handle.ts';
import { fromJson } from '../../functions/pipeline/json.ts';
import type { Predictor, PredictRequest } from '../../functions/pipeline/ports.ts';
import { makePorts, putText, type TestPorts } from '../helpers/make-ports.ts';

const RUN = '0123456789abcdef0123456789abcdef';
const TILE = '0007';

describe('infer', () => {
  let requests: PredictRequest[];
  let answer: Awaited<ReturnType<Predictor['predict']>>;
  let ports: TestPorts;
  beforeEach(async () => {
    requests = [];
    answer = { state: 'accepted' };
    const predict: Predictor['predict'] = async (request) => {
      requests.push(request);
      return answer;
    };
    ports = makePorts({ predictor: { predict } });
    await putText(ports.work, manifestKey(RUN), JSON.stringify({ study: 'a', run: RUN }));
    await putText(ports.work, planKey(RUN), JSON.stringify({ run: RUN, modelDigest: 'd' }));
  });
  const infer = (failed?: string, firstSentMs = ports.clock.nowMs()) =>
    handle({ v: 1, stage: 'infer', run: RUN, tiles: [TILE], failed }, { firstSentMs }, ports);
  const codeOf = async () => fromJson<StudyError>((await ports.studies.get(errorKey('a')))!.bytes);

  test('sends a tile that an endpoint failed on through the model again, twice', async () => {
    expect(await infer()).toEqual({ verdict: 'done' });
    expect(await infer('first')).toEqual({ verdict: 'done' });
    expect(await infer('second')).toEqual({ verdict: 'done' });
    expect(requests).toHaveLength(3);
    expect(await ports.studies.head(errorKey('a'))).toBeUndefined();
  });

  test('fails the study by code at the third failure of one tile', async () => {
    for (const id of ['first', 'second']) await infer(id);
    expect(await infer('third')).toEqual({ verdict: 'refused', code: 'PREDICTION' });
    expect(requests).toHaveLength(2);
    expect(await codeOf()).toMatchObject({ kind: 'failed', code: 'PREDICTION', study: 'a', run: RUN });
    expect((await ports.work.list(failuresPrefix(RUN, TILE))).map((o) => o.key.split('/').pop())).toEqual([
      'first.json',
      'second.json',
      'third.json',
    ]);
  });

  test('counts a failure that it is told of twice once', async () => {
    for (const id of ['first', 'first', 'second', 'second', 'first'])
      expect(await infer(id)).toEqual({ verdict: 'done' });
    expect(requests).toHaveLength(5);
  });

  test('counts failures of each tile apart', async () => {
    for (const tile of ['0001', '0002', '0003'])
      await handle({ v: 1, stage: 'infer', run: RUN, tiles: [tile], failed: tile }, { firstSentMs: 0 }, ports);
    expect(requests.map((r) => r.tile)).toEqual(['0001', '0002', '0003']);
  });

  test('minds no failure of a tile that has its prediction', async () => {
    for (const id of ['first', 'second']) await infer(id);
    await putText(ports.work, predictionKey(RUN, TILE), 'prediction');
    expect(await infer('third')).toEqual({ verdict: 'done' });
    expect(ports.sent).toEqual([{ v: 1, stage: 'gather', run: RUN }]);
  });

  test('waits for a busy model without an end of its own patience before the deadline', async () => {
    answer = { state: 'busy', retryAfterSeconds: 30 };
    const firstSentMs = ports.clock.nowMs();
    ports.clock.passSeconds(LIMITS.predictorDeadlineSeconds);
    expect(await infer(undefined, firstSentMs)).toEqual({ verdict: 'again', delaySeconds: 30 });
    ports.clock.passSeconds(1);
    expect(await infer(undefined, firstSentMs)).toEqual({ verdict: 'refused', code: 'PREDICTOR_UNAVAILABLE' });
  });

  test.each(['infer', 'gather'] as const)('spends a message to %s about a run that never was', async (stage) => {
    const run = 'f'.repeat(32);
    const message =
      stage === 'infer' ? ({ v: 1, stage, run, tiles: [TILE] } as const) : ({ v: 1, stage, run } as const);
    expect(await handle(message, { firstSentMs: ports.clock.nowMs() }, ports)).toEqual({ verdict: 'done' });
    expect(requests).toEqual([]);
  });
});
