import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { PART_BYTES } from '../../functions/cli/cloud/file-parts.ts';
import type { Result, StudyFile } from '../../functions/contract/documents.ts';
import {
  manifestKey,
  openKey,
  planKey,
  predictionKey,
  resultKey,
  tensorKey,
  transformsKey,
} from '../../functions/contract/keys.ts';
import type { StageName } from '../../functions/contract/stages.ts';
import { tempFolders } from '../helpers/temp-folder.ts';
import { createBareStack } from './bare-stack.ts';
import { cloudFormation, ROOT, s3, sqs } from './clients.ts';
import { bytesOf, jsonOf, keysUnder } from './objects.ts';
import { depthOf } from './queues.ts';
import { runNode } from './run-program.ts';

const STACK = `Cli${Date.now().toString(36)}Pipeline`;
const CLI = join(ROOT, 'functions/cli/neurotile.mjs');
const RUN = '0123456789abcdef0123456789abcdef';
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const neurotile = (...args: string[]) => runNode([CLI, ...args, '--stack', STACK], { cwd: ROOT });

describe('the CLI with a stack', () => {
  const tempFolder = tempFolders();
  let studies: string;
  let work: string;
  beforeAll(async () => {
    ({ studies, work } = await createBareStack(STACK, 'async'));
  });

  const put = (bucket: string, key: string, value: object = {}) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: JSON.stringify(value) }));
  const writeStudy = async (name: string, files: Record<string, Uint8Array>) => {
    const folder = join(await tempFolder(), name);
    await mkdir(folder);
    for (const [file, bytes] of Object.entries(files)) await writeFile(join(folder, file), bytes);
    return folder;
  };
  const versionsOf = async (bucket: string, prefix: string) => {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix }));
    return [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
  };
  const begin = async (study: string, tiles: number) => {
    await put(work, openKey(RUN), { v: 1, study, run: RUN });
    await put(work, manifestKey(RUN), { study, run: RUN });
    await put(work, transformsKey(RUN));
    await put(work, planKey(RUN), { tiles: Array.from({ length: tiles }, (_, n) => ({ id: `t${n}` })) });
    await put(work, tensorKey(RUN, 't0'));
  };
  const finish = async (study: string) => {
    const mask = Buffer.from('a mask');
    const key = `results/${study}/${RUN}/mask.nii.gz`;
    const metrics = Buffer.from(
      JSON.stringify({ notice: 'research', warnings: [], volumesMl: { TC: 1, WT: 2, ET: 3 } }),
    );
    const metricsKey = `results/${study}/${RUN}/metrics.json`;
    await s3.send(new PutObjectCommand({ Bucket: studies, Key: key, Body: mask }));
    await s3.send(new PutObjectCommand({ Bucket: studies, Key: metricsKey, Body: metrics }));
    const result: Result = {
      v: 1,
      study,
      run: RUN,
      modelDigest: 'ab'.repeat(32),
      pipelineVersion: 1,
      volumesMl: { TC: 1, WT: 2, ET: 3 },
      artefacts: {
        'mask.nii.gz': { key, sha256: sha256(mask), bytes: mask.length },
        'metrics.json': { key: metricsKey, sha256: sha256(metrics), bytes: metrics.length },
      },
    };
    await put(studies, resultKey(study, RUN), result);
  };

  test('uploads a folder of studies, goes on with an interrupted one, and sends nothing twice', async () => {
    const large = randomBytes(2 * PART_BYTES + 7);
    const folder = await writeStudy('large study', { 'x_t1.nii': large, 'x_t2.nii': Buffer.from('small') });
    const key = 'incoming/large study/x_t1.nii';
    // Two uploads that ended in the middle: one of this content, one of another.
    for (const part of [randomBytes(PART_BYTES), large.subarray(0, PART_BYTES)]) {
      const where = { Bucket: studies, Key: key, ChecksumAlgorithm: 'SHA256' as const };
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand(where));
      await s3.send(new UploadPartCommand({ ...where, UploadId, PartNumber: 1, Body: part }));
    }
    const first = await neurotile('upload', folder);
    expect(first).toMatchObject({ status: 0 });
    expect(first.output).toMatch('large study: 2 of 2 files sent');
    expect(first.output).toMatch("neurotile watch 'large study'");
    expect(sha256(await bytesOf(studies, key))).toBe(sha256(large));
    const left = await s3.send(new ListMultipartUploadsCommand({ Bucket: studies, Prefix: 'incoming/' }));
    expect(left.Uploads ?? []).toEqual([]);

    const before = await versionsOf(studies, 'incoming/large study/x_');
    expect((await neurotile('upload', folder)).output).toMatch('0 of 2 files sent, the others lay there already');
    expect((await versionsOf(studies, 'incoming/large study/x_')).length).toBe(before.length);
    const said = await jsonOf<StudyFile>(studies, 'incoming/large study/study.json');
    expect(said.files?.map(({ bytes, sha256: sum }) => [bytes, sum])).toEqual([
      [large.length, sha256(large)],
      [5, sha256(Buffer.from('small'))],
    ]);
  });

  test('follows a study to its end, fetches its result, and deletes all of it in all versions', async () => {
    const study = 'sub-01';
    const folder = await writeStudy(study, { 'x_t1.nii': Buffer.from('one') });
    expect((await neurotile('upload', folder)).status).toBe(0);
    await writeFile(join(folder, 'x_t1.nii'), 'two');
    expect((await neurotile('upload', folder)).status).toBe(0);
    expect((await neurotile('status', study)).output).toMatch(/sub-01 +ingest/);
    await begin(study, 3);
    await put(work, predictionKey(RUN, 't0'));
    expect((await neurotile('status')).output).toMatch(/sub-01 +infer 1 of 3 +0123456789ab/);
    expect(await neurotile('fetch', study, '--out', await tempFolder())).toMatchObject({
      status: 2,
      output: expect.stringMatching(/NO_RESULT: .*infer 1 of 3/),
    });

    const watching = neurotile('watch', study);
    await finish(study);
    expect(await watching).toMatchObject({ status: 0, output: expect.stringMatching(/done: TC 1.0 ml, WT 2.0 ml/) });
    const out = await tempFolder();
    expect(await neurotile('fetch', study, '--out', out)).toMatchObject({ status: 0 });
    expect(await readFile(join(out, 'mask.nii.gz'), 'utf8')).toBe('a mask');

    await put(studies, 'incoming/sub-01/ses-1/x_t1.nii');
    expect(await neurotile('delete', study)).toMatchObject({ status: 2, output: expect.stringMatching(/--yes/) });
    const deleted = await neurotile('delete', study, '--yes');
    expect(deleted).toMatchObject({ status: 0 });
    expect(deleted.output).toMatch(/incoming 2 objects in 4 versions/);
    expect((await versionsOf(studies, 'incoming/sub-01/')).map(({ Key }) => Key)).toEqual([
      'incoming/sub-01/ses-1/x_t1.nii',
    ]);
    expect(await versionsOf(studies, 'results/sub-01/')).toEqual([]);
    expect(await versionsOf(work, '')).toEqual([]);
    expect(await neurotile('watch', study)).toMatchObject({
      status: 2,
      output: expect.stringMatching(/STUDY_UNKNOWN/),
    });
  });

  test('gives dead letters back to the queue that they came from, bodies as they were', async () => {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: STACK }));
    const output = (name: string) => Stacks[0].Outputs?.find((o) => o.OutputKey === name)?.OutputValue ?? '{}';
    const dead = (JSON.parse(output('DeadLetterUrls')) as Record<StageName, string>).reduce;
    const queue = (JSON.parse(output('QueueUrls')) as Record<StageName, string>).reduce;
    const bodies = Array.from({ length: 13 }, (_, n) => JSON.stringify({ v: 1, stage: 'reduce', run: RUN, n }));
    for (const MessageBody of bodies) await sqs.send(new SendMessageCommand({ QueueUrl: dead, MessageBody }));
    expect(await neurotile('redrive', 'tile')).toMatchObject({ output: expect.stringMatching(/no dead letters/) });
    expect(await neurotile('redrive')).toMatchObject({ status: 0, output: 'reduce: 13 sent again\n' });
    expect([await depthOf(dead), await depthOf(queue)]).toEqual([0, 13]);
    expect(await neurotile('redrive', 'flight')).toMatchObject({ status: 2 });
  });

  test('writes a page whose forms take a file of the right size at the right key, and nothing else', async () => {
    const file = join(await tempFolder(), 'invite.html');
    expect(await neurotile('invite', 'invited', '--max-mb', '1', '--out', file)).toMatchObject({ status: 0 });
    const [form] = (await readFile(file, 'utf8')).match(/<form [\s\S]*?<\/form>/)!;
    const url = /action="([^"]*)"/.exec(form)![1];
    const fields = Array.from(form.matchAll(/name="([^"]+)" value="([^"]*)"/g), ([, name, value]) => [name, value]);
    const post = async (bytes: Uint8Array, key?: string) => {
      const body = new FormData();
      for (const [name, value] of fields) body.append(name, name === 'key' && key ? key : value);
      body.append('file', new Blob([bytes]), 'whatever.nii.gz');
      return (await fetch(url, { method: 'POST', body })).status;
    };
    expect(await post(Buffer.from('an image'))).toBe(201);
    expect(Buffer.from(await bytesOf(studies, 'incoming/invited/T1.nii.gz')).toString()).toBe('an image');
    expect(await post(new Uint8Array(1024 ** 2 + 1))).toBe(400);
    expect(await post(Buffer.from('x'), 'incoming/invited/study.json')).toBe(403);
    expect(await post(Buffer.from('x'), 'models/current.json')).toBe(403);
    expect(await keysUnder(studies, 'incoming/invited/')).toEqual(['incoming/invited/T1.nii.gz']);
  });

  test('moves the current model, its files first, by name and back by digest', async () => {
    const digestOf = async () => (await jsonOf<{ digest: string }>(studies, 'models/current.json')).digest;
    expect(await neurotile('model', 'use', 'unet2d')).toMatchObject({ status: 0 });
    const digest = await digestOf();
    expect(sha256(await bytesOf(studies, `models/${digest}/model.onnx`))).toBe(digest);
    expect(await neurotile('model', 'use', 'unet3d')).toMatchObject({ status: 0 });
    expect(await digestOf()).not.toBe(digest);
    expect(await neurotile('model', 'use', digest.slice(0, 12))).toMatchObject({ status: 0 });
    expect(await digestOf()).toBe(digest);
    expect(await neurotile('model', 'use', 'ffffffffffff')).toMatchObject({ status: 2 });
  });

  test('says what is wrong with the stack or the way to it', async () => {
    const elsewhere = await runNode([CLI, 'status', '--stack', 'NoSuchStack'], { cwd: ROOT });
    expect(elsewhere).toMatchObject({ status: 2, output: expect.stringMatching(/STACK_UNKNOWN: .*NoSuchStack/) });
    const doctor = await neurotile('doctor');
    expect(doctor.output).toMatch(/✓ +credentials/);
    expect(doctor.output).toMatch(new RegExp(`✓ +stack +${STACK}, predictor async`));
  });
});
