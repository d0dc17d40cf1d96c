import { bytesOfHex, toBase64 } from './base64.ts';
import { html, type Markup, raw } from './html.ts';
import type { ReportCodec } from './report-input.ts';
import { STYLE } from './style.ts';

export interface Page {
  title: string;
  body: Markup;
  /** Scripts that the page may run, exactly as they stand in it. */
  scripts?: readonly string[];
}

export interface Frame {
  title: string;
  /** The page's Content Security Policy. */
  policy: string;
  /** Rules after those that all pages share. */
  style?: string;
  body: Markup;
}

/**
 * One HTML file that needs no other, and may reach for none: its policy forbids every request, and every script but
 * those named, by their hash (Content Security Policy Level 3, 2.3.1).
 */
export async function buildPage(
  { title, body, scripts = [] }: Page,
  codec: Pick<ReportCodec, 'sha256'>,
): Promise<string> {
  const hashes = await Promise.all(scripts.map((script) => hashSource(script, codec)));
  const policy = [
    "default-src 'none'",
    'img-src data: blob:',
    "style-src 'unsafe-inline'",
    `script-src ${hashes.join(' ') || "'none'"}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return framePage({ title, policy, body });
}

/** What stands around every page of ours. */
export function framePage({ title, policy, style = '', body }: Frame): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${raw(STYLE + style)}</style>
</head>
<body>
${body}
</body>
</html>
`.markup;
}

async function hashSource(script: string, codec: Pick<ReportCodec, 'sha256'>): Promise<string> {
  const digest = await codec.sha256(new TextEncoder().encode(script));
  return `'sha256-${toBase64(bytesOfHex(digest))}'`;
}
