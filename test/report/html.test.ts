import { describe, expect, test } from '@jest/globals';
import { bytesOfHex, toBase64 } from '../../functions/report/base64.ts';
import { formatMl, formatNumber, formatSpacing } from '../../functions/report/format.ts';
import { html, jsonForScript, raw } from '../../functions/report/html.ts';

describe('html', () => {
  test('escapes what is put in, and leaves markup', () => {
    expect(html`<p title="${'"x"'}">${'a < b & c'}${html`<b>${1}</b>`}${raw('<i>')}</p>`.markup).toBe(
      '<p title="&quot;x&quot;">a &lt; b &amp; c<b>1</b><i></p>',
    );
  });

  test('joins lists and leaves out what is not there', () => {
    expect(html`${[html`<a>`, 'b']}${undefined}${null}${false}${0}`.markup).toBe('<a>b0');
  });

  test('makes JSON that cannot end its script element', () => {
    const value = { name: '</script><!--' };
    const { markup } = jsonForScript(value);
    expect(markup).not.toContain('<');
    expect(JSON.parse(markup)).toEqual(value);
  });
});

test('toBase64 agrees with Node’s own for every remainder', () => {
  const bytes = Uint8Array.from({ length: 257 }, (_, n) => (n * 73 + 11) % 256);
  for (const length of [0, 1, 2, 3, 4, 255, 256, 257])
    expect(toBase64(bytes.subarray(0, length))).toBe(Buffer.from(bytes.subarray(0, length)).toString('base64'));
});

test('bytesOfHex reads two digits a byte', () => {
  expect([...bytesOfHex('00ff7f')]).toEqual([0, 255, 127]);
});

describe('numbers', () => {
  test('are a dash where there is none', () => {
    expect([null, undefined, Number.NaN].map((v) => formatNumber(v, 2))).toEqual(['–', '–', '–']);
    expect(formatMl(null)).toBe('–');
  });

  test('keep the decimals that say something', () => {
    expect([0, 0.04, 0.999, 1, 86.25, -0.5].map(formatMl)).toEqual(['0', '0.04', '1.00', '1.0', '86.3', '−0.50']);
    expect(formatSpacing([0.859375, 0.859375, 5.5])).toBe('0.859 × 0.859 × 5.5 mm');
  });
});
