import { STAGE_NAMES, type StageName } from '../functions/contract/stages.ts';

/** Every Lambda of ours: one a stage, and the watchdog. */
export type HandlerName = StageName | 'watch';
export const HANDLER_NAMES: readonly HandlerName[] = [...STAGE_NAMES, 'watch'];

/** What may be deployed: those, and the one that looks after training where a stack has it. */
export type DeployedName = HandlerName | 'training';
