import type { IntensityWindow } from '../core/image/intensity-window.ts';
import { LABEL_COLOURS, LABEL_NAMES } from '../core/image/label-colours.ts';
import { writeNifti } from '../core/nifti/write-nifti.ts';
import { cropVolume } from '../core/volume/crop-grid.ts';
import type { Volume, VoxelData } from '../core/volume/volume.ts';
import { toBase64 } from './base64.ts';
import { html, jsonForScript, type Markup, raw } from './html.ts';
import type { ReportCodec } from './report-input.ts';
import type { Scene } from './scene.ts';
import type { ViewerConfig, ViewerVolume } from './viewer/viewer-config.ts';

interface Embedded {
  readonly entry: ViewerVolume;
  readonly volume: Volume<Uint8Array>;
}

/** The viewer's data: its configuration, and every volume as 8-bit NIfTI, cut to the brain, gzipped, as base64. */
export async function embedVolumes(scene: Scene, codec: Pick<ReportCodec, 'gzip'>): Promise<Markup> {
  const embedded = volumesOf(scene);
  const config: ViewerConfig = { volumes: embedded.map(({ entry }) => entry), labels: labels(), focus: scene.focusMm };
  const data = await Promise.all(
    embedded.map(async ({ entry, volume }) => {
      const base64 = raw(toBase64(await codec.gzip(writeNifti(volume))));
      return html`<script type="text/plain" id="volume-${entry.id}">${base64}</script>\n`;
    }),
  );
  return html`<script type="application/json" id="viewer-config">${jsonForScript(config)}</script>\n${data}`;
}

function volumesOf(scene: Scene): Embedded[] {
  const { box, mask, referenceMask, uncertainty } = scene;
  const sequences = scene.sequences.map(({ name, volume, window }): Embedded => {
    const entry = { id: name, title: name, kind: 'sequence', low: window.low, high: window.high } as const;
    return { entry, volume: toBytes(cropVolume(volume, box), window) };
  });
  const overlay = (id: string, title: string, kind: 'mask' | 'uncertainty', volume: Volume<Uint8Array>): Embedded => ({
    entry: { id, title, kind, low: 0, high: kind === 'mask' ? 255 : 1 },
    volume: cropVolume(volume, box),
  });
  return [
    ...sequences,
    overlay('mask', 'mask', 'mask', mask),
    ...(referenceMask ? [overlay('reference', 'reference', 'mask', referenceMask)] : []),
    overlay('uncertainty', 'uncertainty', 'uncertainty', uncertainty),
  ];
}

/** Grey levels 1 to 255 for the window, 0 for what is 0: the background stays apart from dark tissue. */
export function toBytes(
  { data, shape, affine }: Volume<VoxelData>,
  { low, high }: IntensityWindow,
): Volume<Uint8Array> {
  const out = new Uint8Array(data.length);
  const scale = 254 / (high - low);
  for (let n = 0; n < data.length; n++) {
    const value = data[n];
    if (value === 0) continue;
    const grey = 1.5 + (value - low) * scale;
    out[n] = Math.min(Math.max(grey, 1), 255);
  }
  return { data: out, shape, affine };
}

function labels(): ViewerConfig['labels'] {
  return ([1, 2, 4] as const).map((value) => ({ value, name: LABEL_NAMES[value], rgb: LABEL_COLOURS[value] }));
}
