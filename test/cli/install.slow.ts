import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { tempFolders } from '../helpers/temp-folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const tempFolder = tempFolders();

test('the tarball of npm pack installs into an empty folder, and runs a study from there', async () => {
  const folder = await tempFolder();
  const run = (program: string, ...args: string[]) =>
    spawnSync(program, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } });
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: ROOT, stdio: 'ignore' });
  const [tarball] = readdirSync(folder);
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  expect(run('npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', `./${tarball}`)).toMatchObject({
    status: 0,
  });

  const neurotile = join(folder, 'node_modules/.bin/neurotile');
  expect(run(neurotile, 'model', 'list').stdout).toMatch(/^unet2d .*\nunet3d /);
  expect(run(neurotile, 'phantom', '--out', 'study')).toMatchObject({ status: 0 });
  expect(run(neurotile, 'run', 'study', '--out', 'result')).toMatchObject({ status: 0 });
  for (const name of ['mask.nii.gz', 'report.html', 'result.json'])
    expect(existsSync(join(folder, 'result', name))).toBe(true);
  // A command of the cloud is loaded too, and says what it lacks.
  const environment = {
    ...process.env,
    NODE_OPTIONS: '',
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  };
  const keys = { AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' };
  const { status, stderr } = spawnSync(neurotile, ['status'], { encoding: 'utf8', env: { ...environment, ...keys } });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^UNREACHABLE: /);
});
