import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { viewerScript } from '../../functions/adapters/viewer-script.ts';
import { buildReport } from '../../functions/report/build-report.ts';
import type { ReportInput } from '../../functions/report/report-input.ts';
import { ballStudy, readStudy, reportInputOf } from '../report/report-study.ts';
import {
  centreOf,
  launchChromium,
  type Opened,
  openFile,
  type Pixels,
  pixelsAfter,
  pixelsOf,
  shareChanged,
  shareOf,
  viewerReady,
} from './chromium.ts';

jest.setTimeout(240_000);

const SHOTS = resolve('build/screenshots');
const REAL = resolve('../shared/data/brats2021/BraTS2021_00002');
const CANVAS = '#viewer-canvas';

let browser: Browser;
beforeAll(async () => {
  await mkdir(SHOTS, { recursive: true });
  browser = await launchChromium();
});
afterAll(() => browser?.close());

async function open(name: string, input: ReportInput, viewport?: { width: number; height: number }): Promise<Opened> {
  const file = join(SHOTS, `${name}.html`);
  const text = await buildReport(input);
  expect(text.length).toBeLessThan(15e6); // small enough to mail
  await writeFile(file, text);
  return openFile(browser, file, viewport);
}

const ballInput = async (overrides: Partial<ReportInput> = {}) => {
  const study = ballStudy();
  return reportInputOf({ ...study, referenceMask: study.mask }, { viewerScript: await viewerScript(), ...overrides });
};

/** Grey tissue and coloured mask, told apart by how far red, green and blue differ. */
const spread = ({ data }: Pixels, at: number) =>
  Math.max(data[at], data[at + 1], data[at + 2]) - Math.min(data[at], data[at + 1], data[at + 2]);
const isTissue = (p: Pixels) => (at: number) => p.data[at] > 40 && spread(p, at) < 12;
const isYellow = (p: Pixels) => (at: number) =>
  p.data[at] - p.data[at + 2] > 50 && p.data[at + 1] - p.data[at + 2] > 40;

const choose = (group: string, value: string) => `label:has(input[name="viewer-${group}"][value="${value}"])`;

describe('the report of a small study in Chromium, from the disk, offline', () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open('ball', await ballInput(), { width: 800, height: 700 });
    await viewerReady(opened.page);
  });
  afterAll(() => opened.page.close());

  test('shows its figures', async () => {
    const { page } = opened;
    expect(await page.textContent('h1')).toBe('ball');
    expect(await page.textContent('.notice')).toContain('Research use only');
    const dice = page.locator('#measures tr', { hasText: 'Overlap of the two masks' });
    expect(await dice.locator('td').allTextContents()).toEqual(['0–1', '0.912', '0.912', '0.912']);
    const broken = await page
      .locator('img')
      .evaluateAll(
        (images) => images.filter((image) => (image as unknown as { naturalWidth: number }).naturalWidth === 0).length,
      );
    expect(broken).toBe(0);
  });

  test('paints the brain, with patient’s left on the right and the front up', async () => {
    const { page } = opened;
    await page.click(choose('layout', '0'));
    const pixels = await pixelsOf(page, CANVAS);
    expect(shareOf(pixels, isTissue(pixels))).toBeGreaterThan(0.05);
    // The tumour was put into the ball's left front part.
    const [brain, tumour] = [centreOf(pixels, isTissue(pixels)), centreOf(pixels, isYellow(pixels))];
    expect(tumour.x).toBeGreaterThan(brain.x + 20);
    expect(tumour.y).toBeLessThan(brain.y - 20);
  });

  test('changes with every control, and comes back', async () => {
    const { page } = opened;
    await page.click(choose('layout', '3'));
    const all = await pixelsOf(page, CANVAS);

    await page.click(choose('mask', 'none'));
    const bare = await pixelsAfter(page, CANVAS, all);
    expect(shareOf(all, isYellow(all))).toBeGreaterThan(0.005);
    expect(shareOf(bare, isYellow(bare))).toBe(0);

    await page.check('#viewer-uncertainty');
    const unsure = await pixelsAfter(page, CANVAS, bare);
    expect(shareChanged(bare, unsure)).toBeGreaterThan(0.002);
    await page.uncheck('#viewer-uncertainty');
    await pixelsAfter(page, CANVAS, unsure);

    await page.click(choose('sequence', 'T2'));
    const t2 = await pixelsAfter(page, CANVAS, bare);
    expect(shareChanged(bare, t2)).toBeGreaterThan(0.002); // the tumour, and little else, differs
    await page.click(choose('sequence', 'FLAIR'));
    await pixelsAfter(page, CANVAS, t2);

    await page.click(choose('mask', 'mask'));
    expect(shareChanged(all, await pixelsAfter(page, CANVAS, bare))).toBeLessThan(0.001);

    await page.fill('#viewer-mask-opacity', '0');
    const clear = await pixelsAfter(page, CANVAS, all);
    expect(shareOf(clear, isYellow(clear))).toBe(0);
    await page.fill('#viewer-mask-opacity', '45');
    await pixelsAfter(page, CANVAS, clear);
  });

  test('tells what lies under the crosshair', async () => {
    const { page } = opened;
    const before = await page.textContent('#viewer-place');
    expect(before).toMatch(/^[LR] \d+, [AP] \d+, [SI] \d+ mm · FLAIR [\d.]+ · mask: \w/);
    const box = (await page.locator(CANVAS).boundingBox())!;
    await page.mouse.click(box.x + box.width * 0.35, box.y + box.height * 0.3);
    await page.waitForFunction(`document.querySelector('#viewer-place').value !== ${JSON.stringify(before)}`);
  });

  test('complains of nothing and asks for nothing', () => {
    expect(opened.complaints).toEqual([]);
    expect(opened.requests).toEqual([]);
  });
});

describe('the report on a phone', () => {
  test('is no wider than the screen', async () => {
    const { page } = await open('phone', await ballInput(), { width: 390, height: 844 });
    await viewerReady(page);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await page.screenshot({ path: join(SHOTS, 'phone.png'), fullPage: true });
    await page.close();
  });
});

describe('the report of a hostile study', () => {
  test('runs no script but its own', async () => {
    const study = '"><img src=x onerror=alert(1)><script>alert(2)</script>';
    const { page, complaints } = await open('hostile', await ballInput({ study }));
    await viewerReady(page);
    expect(await page.textContent('h1')).toBe(study);
    // What would have got past the escaping is stopped by the policy.
    const before = complaints.length;
    await page.evaluate('document.body.insertAdjacentHTML("beforeend", "<img src=data:, onerror=alert(3)>")');
    await page.waitForTimeout(300);
    expect(complaints.slice(0, before)).toEqual([]);
    expect(complaints.filter((text) => text.startsWith('dialog'))).toEqual([]);
    expect(complaints.join()).toContain('Content Security Policy');
    await page.close();
  });
});

describe('the report of a study with its skull', () => {
  test('shows pictures and no viewer', async () => {
    const input = await ballInput();
    const warnings = [{ code: 'SKULL_PRESENT' as const, message: 'The skull is still there.' }];
    const { page, complaints } = await open('skull', { ...input, metrics: { ...input.metrics, warnings } });
    expect(await page.locator('canvas').count()).toBe(0);
    expect(await page.locator('img').count()).toBeGreaterThan(8);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

const describeReal = existsSync(REAL) ? describe : describe.skip;
if (!existsSync(REAL)) console.warn(`SKIPPED: the report of a real study, because ${REAL} is not there`);

describeReal('the report of a real study', () => {
  test('is small enough to mail, opens, and paints', async () => {
    const input = await reportInputOf(await readStudy(REAL), { viewerScript: await viewerScript() });
    const { page, complaints, requests } = await open('real', input);
    await viewerReady(page);
    const pixels = await pixelsOf(page, CANVAS);
    expect(shareOf(pixels, isTissue(pixels))).toBeGreaterThan(0.05);
    expect(shareOf(pixels, isYellow(pixels))).toBeGreaterThan(0.01);
    await page.locator('#viewer').screenshot({ path: join(SHOTS, 'real-viewer.png') });
    await page.screenshot({ path: join(SHOTS, 'real.png'), fullPage: true });
    expect([complaints, requests]).toEqual([[], []]);
    await page.close();
  });
});
