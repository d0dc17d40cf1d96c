/** What a Lambda is told by its environment. `infra` writes these, `functions/handlers` read them, once, at the start. */
export const ENVIRONMENT = {
  /** Names of the two buckets. */
  studiesBucket: 'STUDIES_BUCKET',
  workBucket: 'WORK_BUCKET',
  /** JSON: stage name -> URL of its queue; and of its dead letters, for the watchdog alone. */
  queueUrls: 'QUEUE_URLS',
  deadLetterUrls: 'DEAD_LETTER_URLS',
  /** Name of the EventBridge bus. */
  eventBus: 'EVENT_BUS',
  /** Id of the KMS HMAC_256 key under which names of studies are hashed. */
  studyHashKey: 'STUDY_HASH_KEY',
  /** One of PREDICTORS. */
  predictor: 'PREDICTOR',
  /** `endpointName` makes the endpoint's name of it and a model's digest; `infer` alone. */
  endpointPrefix: 'ENDPOINT_PREFIX',
} as const;

/**
 * How tiles meet the model: in the Lambda of `infer` itself, on a SageMaker endpoint that sleeps when nobody uploads, or
 * on one that is always awake.
 */
export const PREDICTORS = ['lambda', 'async', 'realtime'] as const;
export type PredictorKind = (typeof PREDICTORS)[number];

/** One endpoint a model version: SageMaker takes 63 letters, digits and hyphens. */
export const endpointName = (prefix: string, modelDigest: string) => `${prefix}-${modelDigest.slice(0, 12)}`;

/** Message attribute that keeps, through all copies, when a piece of work was first sent: ms since 1970. */
export const FIRST_SENT_ATTRIBUTE = 'firstSentMs';

/** `source` of events on the bus; their `detail-type` is `StudyEvent.type`. */
export const EVENT_SOURCE = 'neurotile';
