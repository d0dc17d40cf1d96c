import { expect, test } from '@jest/globals';
import { PREDICTORS } from '../../functions/contract/environment.ts';
import { synthesise } from '../../infra/synthesise.ts';
import { deploymentOf } from '../../tools/simulate/study-use.ts';

/** The targets of an endpoint's tracking policy are alarms that AWS makes by itself: no template shows them. */
const TRACKING_ALARMS = 2;

test.each(PREDICTORS)('what docs/cost.md counts for %s is what the stacks hold', (predictor) => {
  const resources = Object.values(synthesise({ predictor })).flatMap((template) => Object.values(template.Resources));
  const count = (type: string) => resources.filter((r) => r.Type === type).length;
  const { alarms, dashboards, kmsKeys, queues } = deploymentOf(predictor);
  expect(count('AWS::CloudWatch::Alarm') + (predictor === 'async' ? TRACKING_ALARMS : 0)).toBe(alarms);
  expect(count('AWS::CloudWatch::Dashboard')).toBe(dashboards);
  expect(count('AWS::KMS::Key')).toBe(kmsKeys);
  // Each stage's, and its dead letters', which nobody polls.
  expect(count('AWS::SQS::Queue')).toBe(2 * queues);
});
