import { describe, expect, test } from '@jest/globals';
import { errorKey, manifestKey } from '../../functions/contract/keys.ts';
import type { TrainingTask } from '../../functions/contract/training-tasks.ts';
import { toJson } from '../../functions/pipeline/json.ts';
import { handleTraining } from '../../functions/pipeline/training/handle-training.ts';
import { putInService } from '../../functions/pipeline/training/service.ts';
import { TRAINING_RIGHTS } from '../../infra/rights.ts';
import { putText } from '../helpers/make-ports.ts';
import { makeTrainingPorts, modelFiles, storeDataset, storeModel } from '../helpers/training-ports.ts';
import { Forbidden, guarded } from './guarded-store.ts';

describe('what IAM will allow the Lambda of training', () => {
  const used = new Set<string>();

  /** The real use-cases behind its rights, over stores that the test itself may do everything with. */
  function openHouse() {
    const ports = makeTrainingPorts();
    const use = (what: string) => used.add(what);
    const behind = {
      ...ports,
      studies: guarded(ports.studies, 'studies', TRAINING_RIGHTS, use),
      work: guarded(ports.work, 'work', TRAINING_RIGHTS, use),
    };
    return { ports, handle: (task: TrainingTask) => handleTraining(task, behind) };
  }

  test('is enough from a dataset to a verdict, a refusal and a round, and not more than was needed', async () => {
    const { ports, handle } = openHouse();
    const old = await storeModel(ports, 'old');
    await putInService(old, 'operator', ports.studies);
    await storeDataset(ports, { validation: 6, extra: { from: 'current' } });
    await handle({ v: 1, task: 'start', dataset: 'site' });
    await handle({ v: 1, task: 'start', dataset: 'a b' });
    const job = ports.runner.created[0].name;
    const { metadata, network, digest } = modelFiles('new');
    await putText(ports.studies, `training/jobs/${job}/output/model/configs/metadata.json`, metadata);
    await putText(ports.studies, `training/jobs/${job}/output/model/models/model.onnx`, network);
    ports.runner.complete(job);
    await handle({ v: 1, task: 'look' });
    // Every study ends with an error under the new model: the gate looks at results, errors and manifests.
    const run = 'f'.repeat(32);
    await ports.work.put(manifestKey(run), toJson({ run, model: { digest } }));
    for (const message of ports.sent) {
      const { study } = message as { study: string };
      const error = { v: 1, study, kind: 'failed', code: 'PREDICTION', message: 'm', run };
      await ports.studies.put(errorKey(study), toJson(error));
    }
    await handle({ v: 1, task: 'gate' });
    expect(ports.told.map(({ type }) => type)).toEqual(['Training Refused', 'Model Registered']);
    const all = TRAINING_RIGHTS.objects.flatMap((o) => o.may.map((action) => `${action} ${o.bucket}/${o.prefix}`));
    expect(all.filter((what) => !used.has(what))).toEqual([]);
  });

  test('is not enough to touch what people uploaded, or other studies’ results', async () => {
    const studies = guarded(makeTrainingPorts().studies, 'studies', TRAINING_RIGHTS, () => {});
    for (const key of ['datasets/site/dataset.json', 'incoming/a/t1.nii', 'results/a/error.json'])
      await expect(studies.put(key, new Uint8Array())).rejects.toBeInstanceOf(Forbidden);
  });
});
