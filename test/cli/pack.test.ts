import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { tempFolders } from '../helpers/temp-folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MOST_BYTES = 30e6;

describe('the package that npm makes', () => {
  const tempFolder = tempFolders();
  let names: string[];
  let bytes: number;

  beforeAll(async () => {
    const folder = await tempFolder();
    execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: ROOT, stdio: 'ignore' });
    const [tarball] = readdirSync(folder);
    bytes = statSync(join(folder, tarball)).size;
    execFileSync('tar', ['-xzf', tarball], { cwd: folder });
    const unpacked = join(folder, 'package');
    names = readdirSync(unpacked, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(unpacked, join(entry.parentPath, entry.name)));
  });

  test('has the command, every source that it is bundled from, the viewer and the models', () => {
    const sources = readdirSync(join(ROOT, 'functions'), { recursive: true })
      .map((name) => `functions/${name}`)
      .filter((name) => /\.(ts|mjs)$/.test(name));
    expect(names).toEqual(expect.arrayContaining(sources));
    expect(names).toEqual(
      expect.arrayContaining([
        'functions/cli/neurotile.mjs',
        'functions/load.mjs',
        'functions/report/viewer/main.ts',
        'model-container/server/main.mjs',
        'model-container/models/unet2d/models/model.onnx',
        'model-container/models/unet2d/configs/metadata.json',
        'model-container/models/unet3d/models/model.onnx',
        'LICENSE',
        'THIRD_PARTY_NOTICES.md',
      ]),
    );
  });

  test('has no tests, no images of heads, nothing that was built, and nothing that is hidden', () => {
    const isForeign = (name: string) =>
      /(^|\/)(test|tests|fixtures|build|node_modules|__pycache__|\.[^/]+)\//.test(name) ||
      /(^|\/)\.|\.(nii|nii\.gz|dcm|npy|pyc|tsbuildinfo|log)$/.test(name);
    expect(names.filter(isForeign)).toEqual([]);
    expect(bytes).toBeLessThan(MOST_BYTES);
  });
});
