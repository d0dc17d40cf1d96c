import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';

const endpoint = process.env.AWS_ENDPOINT_URL ?? '';
if (!process.env.NEUROTILE_AWS_TEST || !endpoint.startsWith('http://127.0.0.1:'))
  throw new Error('these tests need an emulator: npm run test:aws');

/** This repository. */
export const ROOT = process.env.NEUROTILE_AWS_TEST;

export const s3 = new S3Client({ forcePathStyle: true });
export const sqs = new SQSClient({});
export const events = new EventBridgeClient({});
export const lambda = new LambdaClient({});
export const cloudFormation = new CloudFormationClient({});

/** SNS's Publish, as its query protocol has it: the project itself never publishes, so it has no client for that. */
export async function publish(topicArn: string, message: string): Promise<void> {
  const scope = 'Credential=none/20260101/us-east-1/sns/aws4_request';
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: { Authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=none` },
    body: new URLSearchParams({ Action: 'Publish', Version: '2010-03-31', TopicArn: topicArn, Message: message }),
  });
  if (!answer.ok) throw new Error(`Publish was answered ${answer.status}: ${await answer.text()}`);
}
