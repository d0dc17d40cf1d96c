import { existsSync } from 'node:fs';
import { decode } from 'fast-png';
import { type Browser, chromium, type ElementHandle, type Page } from 'playwright-core';

/** Software WebGL, and nothing that Chromium would fetch on its own. */
const FLAGS = [
  '--no-sandbox',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Headless Chromium: Debian's package, or the one that CHROMIUM_PATH names. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  if (!existsSync(executablePath))
    throw new Error(`no Chromium at ${executablePath}: install Debian's "chromium", or set CHROMIUM_PATH`);
  return chromium.launch({ executablePath, args: FLAGS });
}

export interface Opened {
  page: Page;
  /** Errors and warnings of the console, and exceptions that nobody caught. */
  complaints: string[];
  /** Requests for anything but the file itself and what it carries. */
  requests: string[];
}

/** Opens a file from the disk, without a network. */
export async function openFile(
  browser: Browser,
  file: string,
  viewport = { width: 1280, height: 900 },
): Promise<Opened> {
  const context = await browser.newContext({ viewport, offline: true });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && request.url() !== `file://${file}`) requests.push(request.url());
  });
  await page.goto(`file://${file}`);
  return { page, complaints, requests };
}

/** Waits until the viewer has drawn its volumes; fails when it says that it cannot. */
export async function viewerReady(page: Page): Promise<void> {
  await page.waitForSelector('#viewer:not([data-state=loading])', { timeout: 120_000 });
  const state = await page.getAttribute('#viewer', 'data-state');
  if (state !== 'ready') throw new Error(`the viewer is "${state}": ${await page.textContent('#viewer-message')}`);
}

export interface Pixels {
  data: Uint8Array;
  width: number;
  height: number;
  channels: number;
}

/** What an element looks like now. */
export async function pixelsOf(page: Page, selector: string): Promise<Pixels> {
  const element = (await page.$(selector)) as ElementHandle;
  const { data, width, height, channels } = decode(await element.screenshot());
  return { data: data as Uint8Array, width, height, channels };
}

/** The element once it no longer looks like `before`. */
export async function pixelsAfter(page: Page, selector: string, before: Pixels): Promise<Pixels> {
  for (let tries = 0; tries < 60; tries++) {
    const now = await pixelsOf(page, selector);
    if (shareChanged(before, now) > 0) return now;
    await page.waitForTimeout(250);
  }
  throw new Error(`${selector} still looks the same`);
}

/** Share of pixels that differ by more than rounding. */
export function shareChanged(a: Pixels, b: Pixels): number {
  if (a.data.length !== b.data.length) return 1;
  return shareOf(a, (at) => [0, 1, 2].some((c) => Math.abs(a.data[at + c] - b.data[at + c]) > 8));
}

/** Share of pixels that something holds for. @param is gets the index of a pixel's red */
export function shareOf({ data, channels }: Pixels, is: (at: number) => boolean): number {
  let count = 0;
  for (let at = 0; at < data.length; at += channels) if (is(at)) count++;
  return (count * channels) / data.length;
}

/** Mean place of the pixels that something holds for: x from the left, y from the top. */
export function centreOf({ data, width, channels }: Pixels, is: (at: number) => boolean): { x: number; y: number } {
  let [x, y, count] = [0, 0, 0];
  for (let n = 0; n * channels < data.length; n++) {
    if (!is(n * channels)) continue;
    x += n % width;
    y += Math.floor(n / width);
    count++;
  }
  return { x: x / count, y: y / count };
}
