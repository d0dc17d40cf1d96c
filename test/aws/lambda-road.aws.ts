import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DEFAULT_MODEL } from '../../functions/cli/models.ts';
import { tempFolders } from '../helpers/temp-folder.ts';
import { ROOT } from './clients.ts';
import { type Deployed, deploy } from './deploy.ts';
import { EQUAL_ARTEFACTS, neurotile } from './laptop.ts';
import { timed } from './wait-for.ts';

const REAL_STUDY = join(ROOT, '../shared/data/brats2021/BraTS2021_01476');

describe('the stack with the lambda predictor, nothing pretended', () => {
  const tempFolder = tempFolders();
  let deployed: Deployed;
  beforeAll(async () => {
    deployed = await timed('cdk deploy', () => deploy('road', 'lambda'));
    await neurotile('model', 'use', DEFAULT_MODEL, '--stack', deployed.stack);
  });
  afterAll(() => deployed?.destroy());

  async function compare(name: string, study: string): Promise<void> {
    const [laptop, cloud] = [join(await tempFolder(), name), join(await tempFolder(), name)];
    await timed(`${name} on the laptop`, () => neurotile('run', study, '--out', laptop));
    await timed(`${name} through the stack`, async () => {
      await neurotile('upload', study, '--study', name, '--stack', deployed.stack);
      await neurotile('watch', name, '--stack', deployed.stack);
    });
    await neurotile('fetch', name, '--out', cloud, '--stack', deployed.stack);
    for (const artefact of EQUAL_ARTEFACTS)
      expect([artefact, readFileSync(join(cloud, artefact)).equals(readFileSync(join(laptop, artefact)))]).toEqual([
        artefact,
        true,
      ]);
  }

  test('gives a moved phantom the very mask, measures and transforms that the laptop gives it', async () => {
    const study = join(await tempFolder(), 'phantom');
    await neurotile('phantom', '--out', study);
    await compare('phantom', study);
  }, 600_000);

  (existsSync(REAL_STUDY) ? test : test.skip)(
    'and a real study too (skipped where ../shared/data is not)',
    () => compare('real', REAL_STUDY),
    600_000,
  );
});
