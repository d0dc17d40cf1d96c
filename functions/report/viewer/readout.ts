import type { NVImage } from '@niivue/niivue';
import type { ViewerConfig, ViewerVolume } from './viewer-config.ts';

/** A volume with its pixels. */
export interface Loaded {
  readonly volume: ViewerVolume;
  readonly image: NVImage;
}

/** What lies under the crosshair, in words. */
export function describePlace(mm: readonly number[], shown: readonly Loaded[], config: ViewerConfig): string {
  const values = shown.map((loaded) => describeValue(loaded, mm, config));
  return [describePosition(mm), ...values].join(' · ');
}

function describePosition([x, y, z]: readonly number[]): string {
  const side = (mm: number, positive: string, negative: string) =>
    `${mm < 0 ? negative : positive} ${Math.abs(mm).toFixed(0)}`;
  return `${side(x, 'R', 'L')}, ${side(y, 'A', 'P')}, ${side(z, 'S', 'I')} mm`;
}

function describeValue({ volume, image }: Loaded, mm: readonly number[], { labels }: ViewerConfig): string {
  const [i, j, k] = image.mm2vox([...mm]);
  const stored = image.getValue(Math.round(i), Math.round(j), Math.round(k));
  if (volume.kind === 'mask') return `${volume.title}: ${labels.find((l) => l.value === stored)?.name ?? 'no tumour'}`;
  if (volume.kind === 'sequence' && stored === 0) return `${volume.title} 0`;
  const value = volume.low + (stored * (volume.high - volume.low)) / 255;
  return volume.kind === 'uncertainty'
    ? `entropy ${value.toFixed(2)} bit`
    : `${volume.title} ${Math.abs(value) < 100 ? value.toPrecision(3) : value.toFixed(0)}`;
}
