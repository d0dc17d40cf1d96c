import { NVImage } from '@niivue/niivue';
import { elementOf } from './elements.ts';
import type { ViewerConfig, ViewerVolume } from './viewer-config.ts';

const COLOURMAP = { sequence: 'gray', mask: 'gray', uncertainty: 'inferno' } as const;

/** Decodes an embedded volume. */
export async function loadVolume(volume: ViewerVolume, labels: ViewerConfig['labels']): Promise<NVImage> {
  const isMask = volume.kind === 'mask';
  const image = await NVImage.loadFromBase64({
    base64: elementOf(`volume-${volume.id}`, HTMLScriptElement).text.trim(),
    name: `${volume.id}.nii.gz`,
    colormap: COLOURMAP[volume.kind],
    opacity: 1,
    // Values that nearly nothing has stay clear: an overlay must not darken what it has nothing to say of.
    cal_min: volume.kind === 'uncertainty' ? 12 : 0,
    cal_max: isMask ? 4 : 255,
    colorbarVisible: false,
  });
  if (isMask) image.setColormapLabel(labelMap(labels));
  return image;
}

function labelMap(labels: ViewerConfig['labels']) {
  const background = { value: 0, name: 'background', rgb: [0, 0, 0] as const };
  const all = [background, ...labels];
  const channel = (n: 0 | 1 | 2) => all.map(({ rgb }) => rgb[n]);
  return {
    R: channel(0),
    G: channel(1),
    B: channel(2),
    A: all.map(({ value }) => (value === 0 ? 0 : 255)),
    I: all.map(({ value }) => value),
    labels: all.map(({ name }) => name),
  };
}
