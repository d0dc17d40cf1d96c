import { GATE_RULES, type GateRule } from '../functions/contract/training.ts';
import { COUNT, type ContextText, IMAGE, INSTANCE_TYPE, matching, oneOf, optional, type Pattern } from './settings.ts';

/** How datasets are trained on. */
export interface TrainingPlan {
  /** The training container in ECR; built from model-container/training/ where none is given. */
  readonly image?: string;
  readonly instanceType: string;
  readonly volumeGb: number;
  /** A job that takes longer is stopped. */
  readonly maxHours: number;
  /** Spot instances, for a third of the price or so: a job may wait for one, or lose it and go on from its checkpoint. */
  readonly isSpot: boolean;
  /** Whose validation items the gate looks at; those of each model's own dataset where nothing is said. */
  readonly gateDataset?: string;
  readonly gateRule: GateRule;
}

/**
 * From context; nothing unless it says `training=true`.
 * @throws Error naming the setting, what it is and what it should be
 */
export function readTrainingPlan(text: ContextText): TrainingPlan | undefined {
  const isOn = oneOf('training', text('training') ?? 'false', ['true', 'false']) === 'true';
  if (!isOn) return undefined;
  return {
    image: optional('trainingImage', text('trainingImage'), IMAGE),
    instanceType: matching('trainingInstanceType', text('trainingInstanceType') ?? 'ml.g5.xlarge', INSTANCE_TYPE),
    volumeGb: Number(matching('trainingVolumeGb', text('trainingVolumeGb') ?? '50', COUNT)),
    maxHours: Number(matching('trainingMaxHours', text('trainingMaxHours') ?? '24', COUNT)),
    isSpot: oneOf('trainingSpot', text('trainingSpot') ?? 'true', ['true', 'false']) === 'true',
    gateDataset: optional('gateDataset', text('gateDataset'), DATASET),
    gateRule: oneOf('gateRule', text('gateRule') ?? 'not-worse', GATE_RULES),
  };
}

const DATASET: Pattern = [/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'the name of a folder under datasets/'];
