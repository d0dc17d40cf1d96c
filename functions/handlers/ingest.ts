import { createKmsClient } from '../adapters/aws/clients.ts';
import { createKmsHasher } from '../adapters/aws/kms-hasher.ts';
import { variable } from './shared/environment.ts';
import { stageHandler } from './shared/stage-handler.ts';

/** What is here? Woken by every object that is uploaded. */
export const handler = stageHandler('ingest', () => ({
  hashStudy: createKmsHasher({ client: createKmsClient(), keyId: variable('studyHashKey') }),
}));
