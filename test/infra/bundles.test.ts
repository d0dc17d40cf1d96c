import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Files, writeFolder } from '../../infra/bundles/files.ts';
import { BUNDLE_NAMES, type BundleName, bundleFiles, bundleFolder } from '../../infra/bundles.ts';
import { startLambda } from '../helpers/lambda.ts';
import { LAMBDA_ENVIRONMENT } from '../helpers/lambda-environment.ts';
import { tempFolders } from '../helpers/temp-folder.ts';

/** Lambda's own: a function with its layers, unzipped; and a zip that is sent with the call that makes the function. */
const MOST_BYTES = 262_144_000;
const MOST_ZIPPED_BYTES = 50 * 1024 ** 2;

const tempFolder = tempFolders();
const bundles = new Map<BundleName, Files>();
beforeAll(() => {
  for (const name of BUNDLE_NAMES) bundles.set(name, bundleFiles(name));
});

const total = (sizes: number[]) => sizes.reduce((sum, n) => sum + n, 0);

describe.each(BUNDLE_NAMES)('the bundle of %s', (name) => {
  test('fits a Lambda, unzipped and as a zip', () => {
    const contents = [...bundles.get(name)!.values()];
    expect(total(contents.map((bytes) => bytes.length))).toBeLessThan(MOST_BYTES);
    expect(total(contents.map((bytes) => deflateRawSync(bytes, { level: 1 }).length))).toBeLessThan(MOST_ZIPPED_BYTES);
  });

  test('starts in a folder with nothing around it', async () => {
    const folder = await tempFolder();
    writeFolder(folder, bundles.get(name)!);
    const lambda = await startLambda(folder, LAMBDA_ENVIRONMENT);
    expect(lambda.written()).toBe('');
    await lambda.stop();
  });

  test('is the same when it is built again', () => {
    const again = bundleFiles(name);
    expect([...again.keys()]).toEqual([...bundles.get(name)!.keys()]);
    for (const [file, bytes] of again)
      expect([file, Buffer.compare(bytes, bundles.get(name)!.get(file)!)]).toEqual([file, 0]);
  });
});

test('only the bundle of the predictor that runs in a Lambda brings ONNX Runtime', () => {
  const withRuntime = BUNDLE_NAMES.filter((name) => [...bundles.get(name)!.keys()].join().includes('onnxruntime'));
  expect(withRuntime).toEqual(['infer-lambda']);
});

test('no bundle holds a path of the machine that it was built on', () => {
  for (const files of bundles.values())
    for (const [name, bytes] of files)
      if (/\.(mjs|js|json)$/.test(name)) expect(Buffer.from(bytes).includes(process.cwd())).toBe(false);
});

test('infer’s folder is the one of the predictor that was chosen', async () => {
  const [own, sleeping, awake] = (['lambda', 'async', 'realtime'] as const).map((p) => bundleFolder('infer', p));
  expect(sleeping).toBe(awake);
  expect(own).not.toBe(awake);
  const code = await readFile(join(own, 'index.mjs'));
  expect(Buffer.compare(code, bundles.get('infer-lambda')!.get('index.mjs')!)).toBe(0);
});

describe('writeFolder', () => {
  const files = (entries: Record<string, string>): Files =>
    new Map(Object.entries(entries).map(([name, text]) => [name, Buffer.from(text)]));

  test('leaves no file of the time before, and touches nothing where all is right already', async () => {
    const folder = join(await tempFolder(), 'f');
    writeFolder(folder, files({ 'a.js': 'old', 'deep/b.js': 'b' }));
    writeFolder(folder, files({ 'a.js': 'new' }));
    const { ino } = await stat(folder);
    writeFolder(folder, files({ 'a.js': 'new' }));
    expect((await stat(folder)).ino).toBe(ino);
    expect(await readFile(join(folder, 'a.js'), 'utf8')).toBe('new');
    await expect(readFile(join(folder, 'deep/b.js'))).rejects.toThrow('ENOENT');
  });
});
