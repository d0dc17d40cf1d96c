import type { PredictorKind } from '../../contract/environment.ts';
import type { StudyStatus } from './study-status.ts';

export const STATUS_COLUMNS = ['study', 'state', 'run', 'since'] as const;

/** A study's row: name, state, the beginning of its run id, and for how long. */
export function statusCells(status: StudyStatus, predictor: PredictorKind, nowMs: number): string[] {
  return [status.study, stateText(status, predictor), status.run?.slice(0, 12) ?? '', ageText(nowMs - status.sinceMs)];
}

/** The state in words: "infer 12 of 40", "refused SEQUENCE_MISSING", "waiting for FLAIR". */
export function stateText({ state, detail, tiles }: StudyStatus, predictor: PredictorKind): string {
  if (tiles) return `${state} ${tiles.done} of ${tiles.total}${tiles.quiet ? `, ${WAIT[predictor]}` : ''}`;
  if (state === 'waiting') return `waiting for ${detail ?? 'the rest of it'}`;
  return detail === undefined ? state : `${state} ${detail}`;
}

/** Why no tile may have come for a while. */
const WAIT: Readonly<Record<PredictorKind, string>> = {
  async: 'waiting for the GPU',
  realtime: 'waiting for the endpoint',
  lambda: 'waiting for a free Lambda',
};

/** "40 s", "12 min", "3 h", "5 days". */
export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}
