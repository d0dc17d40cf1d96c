import { stageHandler } from './shared/stage-handler.ts';

/** Has every tile a prediction? Woken by every prediction. */
export const handler = stageHandler('gather');
