import type { Raster } from '../core/image/raster.ts';
import { toBase64 } from './base64.ts';
import { html, type Markup } from './html.ts';
import type { ReportCodec } from './report-input.ts';

/** A picture as an `img` that carries its pixels. `alt` says what is to be seen. */
export async function pictureOf(raster: Raster, alt: string, codec: Pick<ReportCodec, 'png'>): Promise<Markup> {
  return pngPicture(await codec.png(raster.data, raster.width, raster.height), alt);
}

/** The same of a PNG file. */
export function pngPicture(png: Uint8Array, alt: string): Markup {
  const [width, height] = sizeOfPng(png);
  const source = `data:image/png;base64,${toBase64(png)}`;
  return html`<img src="${source}" width="${width}" height="${height}" alt="${alt}">`;
}

/** Width and height from a PNG's first chunk, IHDR: big-endian at bytes 16 and 20 (PNG specification, 11.2.2). */
function sizeOfPng(png: Uint8Array): [number, number] {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  return [view.getUint32(16), view.getUint32(20)];
}
