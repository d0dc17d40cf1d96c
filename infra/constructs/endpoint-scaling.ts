import { Duration } from 'aws-cdk-lib';
import { CfnScalableTarget, CfnScalingPolicy } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Alarm, ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { type ModelEndpoint, VARIANT } from './model-endpoint.ts';

const DIMENSION = 'sagemaker:variant:DesiredInstanceCount';
/** Requests that one instance may have before it: about a minute's work of a GPU. */
const BACKLOG_PER_INSTANCE = 20;
/** Starting takes minutes, so an instance is not given up for a short pause. */
const SCALE_IN_SECONDS = 600;
const SCALE_OUT_SECONDS = 120;

/** SageMaker's word of an endpoint. */
export const endpointMetric = (name: string, metricName: string, statistic: string, period = Duration.minutes(1)) =>
  new Metric({ namespace: 'AWS/SageMaker', metricName, dimensionsMap: { EndpointName: name }, statistic, period });

/**
 * Nobody uploads, nothing runs: from zero instances up and back. Tracking the backlog an instance cannot begin at none,
 * so a step of its own wakes the endpoint as soon as something waits.
 */
export class EndpointScaling extends Construct {
  constructor(scope: Construct, id: string, { endpoint, most }: { endpoint: ModelEndpoint; most: number }) {
    super(scope, id);
    const target = new CfnScalableTarget(this, 'Target', {
      serviceNamespace: 'sagemaker',
      scalableDimension: DIMENSION,
      resourceId: `endpoint/${endpoint.name}/variant/${VARIANT}`,
      minCapacity: 0,
      maxCapacity: most,
    });
    target.node.addDependency(endpoint.endpoint);
    new CfnScalingPolicy(this, 'Track', {
      policyName: 'backlog-per-instance',
      policyType: 'TargetTrackingScaling',
      scalingTargetId: target.ref,
      targetTrackingScalingPolicyConfiguration: {
        targetValue: BACKLOG_PER_INSTANCE,
        scaleInCooldown: SCALE_IN_SECONDS,
        scaleOutCooldown: SCALE_OUT_SECONDS,
        customizedMetricSpecification: {
          namespace: 'AWS/SageMaker',
          metricName: 'ApproximateBacklogSizePerInstance',
          dimensions: [{ name: 'EndpointName', value: endpoint.name }],
          statistic: 'Average',
        },
      },
    });
    const wake = new CfnScalingPolicy(this, 'Wake', {
      policyName: 'from-zero',
      policyType: 'StepScaling',
      scalingTargetId: target.ref,
      stepScalingPolicyConfiguration: {
        adjustmentType: 'ChangeInCapacity',
        metricAggregationType: 'Average',
        cooldown: SCALE_OUT_SECONDS,
        stepAdjustments: [{ metricIntervalLowerBound: 0, scalingAdjustment: 1 }],
      },
    });
    const waits = new Alarm(this, 'Waits', {
      alarmDescription: 'Neurotile: wakes the endpoint. What to do: docs/runbook.md#endpoint-wakes',
      metric: endpointMetric(endpoint.name, 'HasBacklogWithoutCapacity', Stats.AVERAGE),
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.MISSING,
    });
    waits.addAlarmAction({ bind: () => ({ alarmActionArn: wake.attrArn }) });
  }
}
