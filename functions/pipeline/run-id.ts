import { SEQUENCES } from '../contract/model.ts';
import type { Codec } from './ports.ts';
import type { ManifestDraft } from './study-files.ts';

/**
 * The run id: 32 hex digits, a pure function of the study's name, its inputs' content (reference mask included), the
 * model, the options and the pipeline version. So asking twice for the same thing is one run.
 */
export async function runIdOf(manifest: ManifestDraft, codec: Codec): Promise<string> {
  const { study, pipelineVersion, model, sequences, referenceSequence, reference, labelTable } = manifest;
  const inputs = SEQUENCES.map((s) => [s, sequences[s]?.sha256 ?? null, sequences[s]?.volume ?? null]);
  const identity = [study, pipelineVersion, model, inputs, referenceSequence, reference?.sha256 ?? null, labelTable];
  const digest = await codec.sha256(new TextEncoder().encode(JSON.stringify(identity)));
  return digest.slice(0, 32);
}
