import { type DatasetStanding, datasetStandingKey } from '../../contract/training.ts';
import type { NeurotileError } from '../../core/errors.ts';
import { toJson } from '../json.ts';
import type { TrainingPorts } from './ports.ts';
import { tell } from './tell.ts';

/** Writes what was wrong with a dataset, or with its job, for the uploader's eyes, and tells of it by its code. */
export async function failDataset(
  { dataset, job }: { dataset: string; job?: string },
  { kind, code, message }: NeurotileError,
  ports: TrainingPorts,
): Promise<void> {
  const key = datasetStandingKey(dataset);
  const standing: DatasetStanding = { v: 1, dataset, state: kind, code, message, job };
  await ports.studies.put(key, toJson(standing));
  await tell({ type: kind === 'refused' ? 'Training Refused' : 'Training Failed', key, code, job }, ports);
}
