/** The four sequences of a study, by BraTS's names. */
export const PHANTOM_SEQUENCES = ['T1', 'T1ce', 'T2', 'FLAIR'] as const;
export type PhantomSequence = (typeof PHANTOM_SEQUENCES)[number];

/**
 * Brightness of each tissue, white matter = 1. Set by eye and by the mean z-scores of tissues in public glioma studies
 * (BraTS 2021: Baid et al., arXiv 2107.02314).
 */
export interface Contrast {
  readonly csf: number;
  readonly grey: number;
  readonly pale: number;
  readonly white: number;
  readonly vessel: number;
  readonly core: number;
  readonly rim: number;
  readonly oedema: number;
  /** Signal of white matter, in the arbitrary units of a scanner. */
  readonly scale: number;
  /** Standard deviation of the receiver's noise, white matter = 1. */
  readonly noise: number;
}

export const CONTRASTS: Readonly<Record<PhantomSequence, Contrast>> = {
  T1: { csf: 0.42, grey: 0.8, pale: 0.9, white: 1, vessel: 0.8, core: 0.73, rim: 0.88, oedema: 0.87, scale: 740, noise: 0.025 },
  T1ce: { csf: 0.4, grey: 0.8, pale: 0.9, white: 1, vessel: 3, core: 0.65, rim: 1.75, oedema: 0.84, scale: 1150, noise: 0.03 },
  T2: { csf: 3.8, grey: 1.35, pale: 1.1, white: 1, vessel: 1.2, core: 2.9, rim: 2, oedema: 2.3, scale: 390, noise: 0.04 },
  FLAIR: { csf: 0.28, grey: 1.2, pale: 1.05, white: 1, vessel: 0.6, core: 1.6, rim: 1.65, oedema: 1.85, scale: 760, noise: 0.035 },
}; // biome-ignore format: one sequence a line
