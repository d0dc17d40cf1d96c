import { ENVIRONMENT } from '../../functions/contract/environment.ts';
import { STAGE_NAMES } from '../../functions/contract/stages.ts';
import { TRAINING_ENVIRONMENT } from '../../functions/contract/training.ts';

const urls = (kind: string) =>
  JSON.stringify(Object.fromEntries(STAGE_NAMES.map((stage) => [stage, `http://127.0.0.1:9/0/${kind}-${stage}`])));

/** What a handler is told by `infra`, and what keeps it from ever reaching a real account. */
export const LAMBDA_ENVIRONMENT: Record<string, string> = {
  [ENVIRONMENT.studiesBucket]: 'studies',
  [ENVIRONMENT.workBucket]: 'work',
  [ENVIRONMENT.queueUrls]: urls('queue'),
  [ENVIRONMENT.deadLetterUrls]: urls('letters'),
  [ENVIRONMENT.eventBus]: 'bus',
  [ENVIRONMENT.studyHashKey]: 'key',
  [ENVIRONMENT.predictor]: 'async',
  [ENVIRONMENT.endpointPrefix]: 'neurotile',
  [TRAINING_ENVIRONMENT.settings]: '{}',
  [TRAINING_ENVIRONMENT.queueUrl]: 'http://127.0.0.1:9/0/training',
  POWERTOOLS_SERVICE_NAME: 'neurotile',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  // The SDK's, of a Node that is older than the one deployed.
  NODE_NO_WARNINGS: '1',
};

/** What a Lambda says of itself beside, so that it is traced: segments go to this address, by UDP. */
export const tracedTo = (port: number): Record<string, string> => ({
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  LAMBDA_TASK_ROOT: '/var/task',
  _HANDLER: 'index.handler',
  _X_AMZN_TRACE_ID: 'Root=1-67890abc-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=1',
  AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
  AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${port}`,
});
