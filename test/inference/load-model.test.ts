/** @jest-environment ./test/inference/onnx-environment.mjs */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { loadModel } from '../../functions/inference/load-model.ts';

const METADATA = 'configs/metadata.json';
const NETWORK = 'models/model.onnx';
let bundle: string;

beforeEach(() => {
  bundle = mkdtempSync(join(tmpdir(), 'bundle-'));
  cpSync('test/fixtures/tiny-model-3d', bundle, { recursive: true });
});
afterEach(() => rmSync(bundle, { recursive: true }));

function change(fields: Record<string, unknown>): void {
  const file = join(bundle, METADATA);
  const metadata = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...metadata, neurotile: { ...metadata.neurotile, ...fields } }));
}

const load = () => loadModel(bundle, { threads: 1 });

describe('a bundle', () => {
  test('is loaded with its spec', async () => {
    expect((await load()).spec).toMatchObject({ name: 'tiny-3d', dims: 3, tile: [16, 16, 16] });
  });

  test('is refused where its network is not the one that the metadata name', async () => {
    change({ digest: '0'.repeat(64) });
    await expect(load()).rejects.toMatchObject({ code: 'MODEL' });
    await expect(load()).rejects.toThrow(/found [0-9a-f]{64}, expected sha256 0000/);
  });

  test('is refused where the network is of another rank than the metadata say', async () => {
    change({ dims: 2 });
    await expect(load()).rejects.toThrow('image: float32 N×4×D×H×W, expected float32 N×4×16×16');
  });

  test('is refused where the network takes another number of sequences', async () => {
    change({ sequences: ['T1', 'FLAIR'] });
    await expect(load()).rejects.toThrow('expected float32 N×2×16×16×16');
  });

  test('is refused where the network gives another number of regions', async () => {
    change({ regions: ['WT'], temperature: [1] });
    await expect(load()).rejects.toThrow('logits: float32 N×3×D×H×W, expected float32 N×1×16×16×16');
  });

  test.each([METADATA, NETWORK])('is refused without %s', async (name) => {
    rmSync(join(bundle, name));
    await expect(load()).rejects.toThrow(`no ${name}`);
  });

  test('is refused where its metadata are not JSON', async () => {
    writeFileSync(join(bundle, METADATA), '{');
    await expect(load()).rejects.toThrow('not JSON');
  });

  test('is refused where its network is no ONNX, even if the digest is right', async () => {
    writeFileSync(join(bundle, NETWORK), 'hello');
    // sha256 of "hello", from FIPS 180-4 implementations everywhere.
    change({ digest: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824' });
    await expect(load()).rejects.toThrow('a network that ONNX Runtime refuses');
  });
});
