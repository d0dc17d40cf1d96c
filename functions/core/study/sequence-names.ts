/** The sequences that names are looked through for; the same as the contract's, which core cannot see. */
export const SEQUENCE_NAMES = ['T1', 'T1ce', 'T2', 'FLAIR'] as const;
export type SequenceName = (typeof SEQUENCE_NAMES)[number];
