import type { Region } from '../contract/model.ts';

/** Regions in the order that reports name them, and what they hold. */
export const REGION_ROWS: readonly { region: Region; name: string; holds: string }[] = [
  { region: 'WT', name: 'Whole tumour', holds: 'oedema, necrotic core and enhancing tumour' },
  { region: 'TC', name: 'Tumour core', holds: 'necrotic core and enhancing tumour' },
  { region: 'ET', name: 'Enhancing tumour', holds: 'what takes up contrast agent' },
];
