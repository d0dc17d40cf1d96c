import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { folderDeps } from '../../functions/cli/commands.ts';
import { type AskImporter, openImporter } from '../../functions/cli/importer.ts';
import { importModel } from '../../functions/cli/model-import.ts';
import { writePhantom } from '../../functions/cli/phantom.ts';
import { pythonEnvironment, TRAINING_FOLDER } from '../../functions/cli/python-environment.ts';
import { runProgram } from '../../functions/cli/run-program.ts';
import { REGIONS } from '../../functions/contract/model.ts';

const MAKER = resolve('test/model-container/training/make_foreign_models.py');
/** Voxels of 2 mm, so that small patches see much: some hundred steps on them take a minute. */
const PATCH = '32';

/** One subject a framework, trained for a minute by that framework, and run by it and by us on a study that it has not seen. */
describe("an imported model's masks", () => {
  const scratch = mkdtempSync(join(tmpdir(), 'import-'));
  const studies = ['1', '2', '3'].map((seed) => join(scratch, `study-${seed}`));
  let python: string;
  let ask: AskImporter;

  beforeAll(async () => {
    for (const [n, study] of studies.entries())
      await writePhantom(study, { seed: n + 1, aligned: true, spacingMm: 2 }, folderDeps);
    python = (await pythonEnvironment({ lockFile: join(TRAINING_FOLDER, 'requirements-import.txt') })).python;
    ask = await openImporter({ python });
  }, 600_000);
  afterAll(() => rmSync(scratch, { recursive: true }));

  test.each([
    ['nnunet', 'regions', '250', [], 0.995],
    ['monai', 'regions', '400', [], 0.995],
    ['monai', 'labels', '400', ['--unmasked'], 0.99],
  ] as const)(
    'are those of its own framework: %s, %s, %s steps %j, Dice %d',
    async (kind, outputs, steps, more, least) => {
      const source = join(scratch, `${kind}-${outputs}`);
      const asked = [
        kind,
        source,
        '--outputs',
        outputs,
        '--steps',
        steps,
        '--patch',
        PATCH,
        ...more,
        '--studies',
        ...studies.slice(1),
      ];
      const made = await runProgram(python, [MAKER, ...asked]);
      expect(made.status).toBe(0);

      const out = join(scratch, `${kind}-${outputs}-imported`);
      const importer = async () => ask;
      const { spec, agreement } = await importModel({ source, out, check: studies[0], threads: 2, importer });
      expect(spec.outputs).toBe(outputs);
      for (const region of REGIONS) expect(agreement?.[region]).toBeGreaterThanOrEqual(least);
      expect(readdirSync(out).sort()).toEqual(['README.md', 'configs', 'models']);
      expect(readFileSync(join(out, 'README.md'), 'utf8')).toContain('Not a medical device');
    },
    300_000,
  );

  test('are not taken on trust: other axes than the data had are found out', async () => {
    const source = join(scratch, 'nnunet-regions');
    const out = join(scratch, 'turned');
    const turned: AskImporter = (work, told) => ask(work, work[0] === 'convert' ? { ...told, axes: 'RAI' } : told);
    const importer = async () => turned;
    await expect(importModel({ source, out, check: studies[0], threads: 2, importer })).rejects.toMatchObject({
      code: 'IMPORT_DIFFERS',
    });
    expect(readdirSync(scratch).filter((name) => name.startsWith('turned'))).toEqual([]);
  }, 120_000);

  test('are refused before anything is written where the out folder holds something', async () => {
    mkdirSync(join(scratch, 'taken', 'something'), { recursive: true });
    const importer = () => Promise.reject(new Error('not to be asked'));
    const asked = { source: scratch, out: join(scratch, 'taken'), threads: 1, importer };
    await expect(importModel(asked)).rejects.toMatchObject({ code: 'OUT_TAKEN' });
  });

  test('of a model of this project are copied as they are', async () => {
    const importer = () => Promise.reject(new Error('not to be asked'));
    const out = join(scratch, 'copied');
    const { spec } = await importModel({ source: 'model-container/models/unet2d', out, threads: 1, importer });
    const bytes = (folder: string) => readFileSync(join(folder, 'models/model.onnx'));
    expect(bytes(out).equals(bytes('model-container/models/unet2d'))).toBe(true);
    expect(spec.name).toBe('unet2d');
  });
});
