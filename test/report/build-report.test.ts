import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { apply } from '../../functions/core/geometry/affine.ts';
import { readNifti } from '../../functions/core/nifti/read-nifti.ts';
import { buildReport } from '../../functions/report/build-report.ts';
import type { ReportInput } from '../../functions/report/report-input.ts';
import { ballStudy, reportInputOf } from './report-study.ts';

jest.setTimeout(60_000); // pictures take their time on a busy machine

let input: ReportInput;
let report: string;

beforeAll(async () => {
  const study = ballStudy();
  input = await reportInputOf(
    { ...study, referenceMask: study.mask },
    { viewerScript: 'globalThis.viewer = "<\\/script>";' },
  );
  report = await buildReport(input);
}, 60_000);

const volumeIn = (text: string, id: string) => {
  const base64 = new RegExp(`<script type="text/plain" id="volume-${id}">([^<]+)</script>`).exec(text)?.[1];
  return base64 === undefined ? undefined : readNifti(gunzipSync(Buffer.from(base64, 'base64')));
};
const rowOf = (name: string) => {
  const row = new RegExp(`<tr><th scope="row">${name}<small>.*?</tr>`, 's').exec(report)![0];
  return [...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell]) => cell);
};

describe('a report', () => {
  test('is the same to the byte when it is made again', async () => {
    expect(await buildReport(input)).toBe(report);
  });

  test('reaches for nothing outside itself, and forbids the browser to', () => {
    const bare = report
      .replace(/<script type="text\/plain".*?<\/script>/gs, '')
      .replace(/"data:image\/png;base64,[^"]*"/g, '""');
    expect(bare).toMatch(/http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;;/);
    expect(bare).not.toMatch(/(src|href)="(?!data:|")/);
    expect(bare).not.toMatch(/https?:|url\(|@import/);
  });

  test('lets only its own script run, named by its hash', () => {
    // printf '%s' 'globalThis.viewer = "<\/script>";' | openssl dgst -sha256 -binary | base64
    const hash = /script-src &#39;(sha256-[^;]+)&#39;/.exec(report)?.[1];
    expect(hash).toBe('sha256-iP1mTKGrxuQibd9DOjRPL4GRVy/cS/dpH6WgG3upxqM=');
    expect(report).toContain('<script>globalThis.viewer = "<\\/script>";</script>');
  });

  test('says first that it is for research only, and that the model is experimental', () => {
    const notice = report.indexOf('Research use only, not a medical device.');
    expect(notice).toBeGreaterThan(0);
    expect(notice).toBeLessThan(report.indexOf('class="cards"'));
    expect(report).toContain('is experimental');
  });

  test('shows measures with their units, a dash where there is nothing to say', () => {
    expect(rowOf('Dice')).toEqual(['0–1', '0.912', '0.912', '0.912']);
    expect(rowOf('HD95')).toEqual(['mm', '2.2', '2.2', '2.2']);
    expect(rowOf('Specificity')).toEqual(['0–1', '0.9994', '0.9994', '0.9994']);
    expect(rowOf('False volume')).toEqual(['ml', '–', '–', '–']);
    expect(rowOf('Lesion-wise Dice')).toEqual(['0–1', '0.312', '0.312', '0.312']);
    expect(rowOf('False lesions')).toEqual(['n', '3', '3', '3']);
    expect(rowOf('Removed pieces')).toEqual(['n', '3', '0', '1']);
    expect(rowOf('Removed volume')).toEqual(['ml', '0.21', '0', '0.04']);
    // Voxels of 3.375 mm³: as many as the mask has, over 1000.
    const enhancing = input.mask.data.filter((label) => label === 4).length;
    expect(rowOf('Volume')[3]).toBe(((enhancing * 3.375) / 1000).toFixed(2));
  });

  test('gives every picture an alternative text and every column a header', () => {
    for (const [image] of report.matchAll(/<img [^>]*>/g)) expect(image).toMatch(/alt="[^"]{20,}"/);
    for (const [table] of report.matchAll(/<table.*?<\/table>/gs)) {
      expect(table).toContain('<caption>');
      expect(table).toContain('<th scope="col"');
    }
  });

  test('holds the volumes cut to the brain, each voxel where it was in the world', () => {
    const mask = volumeIn(report, 'mask')!;
    expect(mask.shape[0]).toBeLessThan(input.mask.shape[0]);
    const labelled = mask.data.reduce((count, label) => count + (label > 0 ? 1 : 0), 0);
    expect(labelled).toBe(input.mask.data.reduce((count, label) => count + (label > 0 ? 1 : 0), 0));
    expect(centreOf(mask)).toEqual(centreOf({ ...input.mask, data: Float32Array.from(input.mask.data) }));
    for (const id of ['T1', 'T1ce', 'T2', 'FLAIR', 'uncertainty', 'reference'])
      expect(volumeIn(report, id)).toMatchObject({ shape: mask.shape, affine: mask.affine });
  });

  test('names the label tables, the model and what lies beside it', () => {
    for (const text of [
      'BraTS: 1 necrotic core, 2 oedema, 3 or 4 enhancing',
      'd'.repeat(64),
      input.run,
      'registered/T1ce.nii.gz',
    ])
      expect(report).toContain(text);
  });

  test('shows checkerboards before and after, but one alone where nothing was moved', () => {
    expect(report.match(/<b>Before<\/b>/g)).toHaveLength(2); // T1 and FLAIR; T2 was skipped, T1ce is the reference
    expect(report.match(/As it came, by its header/g)).toHaveLength(1);
  });
});

describe('a report with the skull in the images', () => {
  test('holds no volumes and no viewer, and says why', async () => {
    const message = 'The skull is still in the images.';
    const warnings = [{ code: 'SKULL_PRESENT' as const, message }];
    const text = await buildReport({ ...input, metrics: { ...input.metrics, warnings } });
    expect(text).not.toContain('id="volume-');
    expect(text).not.toContain(input.viewerScript);
    expect(text).toContain('script-src &#39;none&#39;');
    expect(text).toContain('from them a face');
    expect(text).toContain(`<b>SKULL_PRESENT</b> ${message}`);
    expect(text.match(/<img /g)!.length).toBe(report.match(/<img /g)!.length);
  });
});

describe('a report of what is unusual', () => {
  test('shows names as text, whatever is in them', async () => {
    const study = '</title><script>alert(1)</script>"\'&\u0007\u202e';
    const text = await buildReport({
      ...input,
      study,
      originals: { T1: { ...input.originals.T1!, name: '<img src=x>' } },
    });
    expect(text).not.toContain('<script>alert');
    expect(text).not.toContain('<img src=x>');
    expect(text).toContain('<h1>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;\ufffd\ufffd</h1>');
  });

  test('is made without a tumour, a reference, checks or all sequences', async () => {
    const none = { ...input.mask, data: new Uint8Array(input.mask.data.length) };
    const { reference: _, ...metrics } = input.metrics;
    const text = await buildReport({
      ...input,
      mask: none,
      referenceMask: undefined,
      registrationChecks: undefined,
      volumes: { FLAIR: input.volumes.FLAIR },
      metrics: { ...metrics, labelsMl: { 1: 0, 2: 0, 4: 0 }, uncertainty: { meanEntropyInTumour: null } },
    });
    expect(text).toContain('No tumour was found.');
    expect(text).toContain('Mean inside the tumour: <b>–</b>');
    expect(text).not.toContain('Beside the reference');
    expect(text).not.toContain('value="reference"');
  });

  test('is refused without any sequence', async () => {
    await expect(buildReport({ ...input, volumes: {} })).rejects.toThrow('at least one sequence, found none');
  });
});

/** Mean place of what is labelled, whole millimetres. */
function centreOf({
  data,
  shape: [ni, nj],
  affine,
}: {
  data: Float32Array;
  shape: readonly number[];
  affine: readonly number[];
}) {
  const sum = [0, 0, 0];
  let count = 0;
  data.forEach((label, n) => {
    if (label === 0) return;
    const point = apply(affine, [n % ni, Math.floor(n / ni) % nj, Math.floor(n / (ni * nj))]);
    point.forEach((mm, axis) => {
      sum[axis] += mm;
    });
    count++;
  });
  return sum.map((mm) => Math.round(mm / count));
}
