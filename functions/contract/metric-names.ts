/**
 * CloudWatch metrics that the handlers write: alarms, dashboard and runbook use the same names. All have the dimensions
 * `service` (POWERTOOLS_SERVICE_NAME: two stacks in one account) and `stage`; `messages` has `verdict` too. The counts
 * of studies have the stage `ingest` for those begun and `announce` for those ended; what the watchdog counts, `watch`.
 */
export const METRIC_NAMESPACE = 'Neurotile';

export const METRICS = {
  /** Count, by stage and verdict (done, again, refused, thrown). */
  messages: 'Messages',
  /** Seconds from when a piece of work was first sent to its end, by stage. */
  latency: 'StageLatency',
  /** Count: tiles that got a prediction or were handed to an endpoint. */
  tiles: 'Tiles',
  /** Count: studies that were begun, completed, refused, failed. */
  studiesBegun: 'StudiesBegun',
  studiesCompleted: 'StudiesCompleted',
  studiesRefused: 'StudiesRefused',
  studiesFailed: 'StudiesFailed',
  /** Studies that are neither completed, refused nor failed, as the watchdog counts them. */
  studiesInFlight: 'StudiesInFlight',
  /** Count: runs that the watchdog had to move or fail. */
  runsStalled: 'RunsStalled',
  /** Count: training jobs that came to no model; stage `training`. */
  trainingsFailed: 'TrainingsFailed',
  /** Count: messages that are none of ours. */
  foreignMessages: 'ForeignMessages',
} as const;
