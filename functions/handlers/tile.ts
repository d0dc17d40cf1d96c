import { stageHandler } from './shared/stage-handler.ts';

/** The plan, the tensors, and the messages that send them through the model. */
export const handler = stageHandler('tile');
