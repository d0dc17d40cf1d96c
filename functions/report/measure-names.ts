import type { MeasureName } from '../contract/scores.ts';

/** How measures are called, and to how many decimals they are told. */
export const MEASURE_NAMES: Record<MeasureName, { name: string; decimals: number }> = {
  dice: { name: 'Dice', decimals: 3 },
  lesionDice: { name: 'Lesion-wise Dice', decimals: 3 },
  surfaceDice1mm: { name: 'Surface Dice at 1 mm', decimals: 3 },
  hd95Mm: { name: 'HD95, mm', decimals: 1 },
  lesionHd95Mm: { name: 'Lesion-wise HD95, mm', decimals: 1 },
  softDice: { name: 'Soft Dice', decimals: 3 },
  sensitivity: { name: 'Sensitivity', decimals: 3 },
  specificity: { name: 'Specificity', decimals: 4 },
  volumeErrorMl: { name: 'Mask less reference, ml', decimals: 1 },
};
