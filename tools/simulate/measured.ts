import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StageName } from '../../functions/contract/stages.ts';
import type { Counts } from './count-requests.ts';

/** A stage's share of one study: messages, seconds and requests of all of them together. */
export interface MeasuredStage extends Counts {
  messages: number;
  seconds: number;
}

export type MeasuredStudy = Record<StageName, MeasuredStage>;

export interface Measured {
  measuredOn: string;
  machine: string;
  /** By model; a study whose headers agree already, and one whose sequences have to be moved. */
  models: Record<string, { aligned: MeasuredStudy; unaligned: MeasuredStudy }>;
}

/** What tools/simulate/measure.ts wrote. */
export const MEASURED: Measured = JSON.parse(readFileSync(join(import.meta.dirname, 'measured.json'), 'utf8'));
