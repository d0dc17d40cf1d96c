import { channelsOf, type ModelSpec } from '../contract/model.ts';
import { NeurotileError } from '../core/errors.ts';
import { fromFloat16 } from '../core/tensor/float16.ts';
import { makeProbabilityTable, toProbabilities } from './probability-table.ts';
import type { RunSamples, Sample } from './sample-queue.ts';
import { type RunSession, spaceOf } from './session.ts';

/**
 * Samples through the network: binary16 -> float32 -> logits -> round(255 · sigmoid(logit / temperature)).
 * On a CPU ONNX Runtime computes each sample of a group as if it were alone, to the bit (tests hold it to that).
 */
export function createSampleRunner(spec: ModelSpec, run: RunSession): RunSamples {
  const space = spaceOf(spec);
  const tables = spec.temperature.map(makeProbabilityTable);
  const voxels = space.reduce((product, n) => product * n, 1);
  const channels = spec.sequences.length;
  const outputs = channelsOf(spec);

  function fill(sample: Sample, logits: Float32Array): void {
    tables.forEach((table, channel) => {
      const part = logits.subarray(channel * voxels, (channel + 1) * voxels);
      if (!toProbabilities(part, table, sample.output, channel * voxels))
        throw new NeurotileError('PREDICTION', { found: 'a logit that is not finite', expected: 'finite logits' });
    });
  }

  return async (samples) => {
    const image = new Float32Array(samples.length * channels * voxels);
    samples.forEach(({ input }, n) => {
      fromFloat16(input, image.subarray(n * channels * voxels));
    });
    const logits = await run(image, [samples.length, channels, ...space]);
    samples.forEach((sample, n) => {
      fill(sample, logits.subarray(n * outputs * voxels, (n + 1) * outputs * voxels));
    });
  };
}
