import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { METRIC_NAMESPACE } from '../../contract/metric-names.ts';

/** Logs, metrics and traces of one Lambda, all of which know the stage. */
export interface Tools {
  logger: Logger;
  metrics: Metrics;
  tracer: Tracer;
}

/**
 * Powertools' own variables, POWERTOOLS_SERVICE_NAME among them, say the rest.
 * @param stage a stage's name, or `watch`
 */
export function createTools(stage: string): Tools {
  return {
    logger: new Logger({ persistentKeys: { stage } }),
    metrics: new Metrics({ namespace: METRIC_NAMESPACE, defaultDimensions: { stage } }),
    // Requests are not traced: their URLs hold keys, and keys hold names. Nor is anything where nobody takes traces.
    tracer: new Tracer({ captureHTTPsRequests: false, enabled: Boolean(process.env.AWS_XRAY_DAEMON_ADDRESS) }),
  };
}
