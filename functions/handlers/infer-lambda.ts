import { availableParallelism } from 'node:os';
import { createOnnxPredictor } from '../adapters/onnx-predictor.ts';
import { stageHandler } from './shared/stage-handler.ts';

/** Tiles through the model, in this Lambda itself. */
export const handler = stageHandler('infer', ({ studies, work }) => ({
  predictor: createOnnxPredictor({ studies, work, threads: availableParallelism() }),
}));
