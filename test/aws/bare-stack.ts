import { CreateStackCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { STAGE_NAMES } from '../../functions/contract/stages.ts';
import { cloudFormation } from './clients.ts';

/**
 * Buckets, queues and outputs as the pipeline's stack has them, and no Lambda that would move anything: for what the
 * CLI does by itself. The real stack's outputs are what the other suites go by.
 */
export async function createBareStack(name: string, predictor: string): Promise<{ studies: string; work: string }> {
  const [studies, work] = [`${name.toLowerCase()}-studies`, `${name.toLowerCase()}-work`];
  const bucket = (BucketName: string) => ({
    Type: 'AWS::S3::Bucket',
    Properties: { BucketName, VersioningConfiguration: { Status: 'Enabled' } },
  });
  const queues = STAGE_NAMES.flatMap((stage) => [`Queue${stage}`, `Dead${stage}`]);
  const urls = (kind: string) => ({
    Value: { 'Fn::Sub': `{${STAGE_NAMES.map((stage) => `"${stage}":"\${${kind}${stage}}"`).join(',')}}` },
  });
  const template = {
    Resources: {
      Studies: bucket(studies),
      Work: bucket(work),
      ...Object.fromEntries(queues.map((id) => [id, { Type: 'AWS::SQS::Queue' }])),
    },
    Outputs: {
      StudiesBucket: { Value: { Ref: 'Studies' } },
      WorkBucket: { Value: { Ref: 'Work' } },
      QueueUrls: urls('Queue'),
      DeadLetterUrls: urls('Dead'),
      Predictor: { Value: predictor },
    },
  };
  await cloudFormation.send(new CreateStackCommand({ StackName: name, TemplateBody: JSON.stringify(template) }));
  const how = { client: cloudFormation, maxWaitTime: 60, minDelay: 1, maxDelay: 1 };
  await waitUntilStackCreateComplete(how, { StackName: name });
  return { studies, work };
}
