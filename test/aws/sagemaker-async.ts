import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { publish, s3 } from './clients.ts';
import type { AsyncRequest } from './sagemaker-requests.ts';

/** An endpoint configuration's AsyncInferenceConfig.OutputConfig. */
export interface OutputConfig {
  /** s3:// URIs. */
  outputPath: string;
  failurePath: string;
  /** ARN of the SNS topic that hears of failures. */
  errorTopic?: string;
}

export type Delivered = 'prediction' | 'failure';

/**
 * One accepted request: tensor from S3 to the container, what it answers to S3 at the promised place; or a failure, told
 * at its own place and on the error topic.
 */
export async function deliverAsync(
  request: AsyncRequest,
  output: OutputConfig,
  { modelServer, isToFail }: { modelServer: string; isToFail: boolean },
): Promise<Delivered> {
  const reason = isToFail ? 'the test wished it' : await predict(request, modelServer).catch(String);
  if (reason === undefined) return 'prediction';
  await s3.send(new PutObjectCommand({ ...placeOf(request.failureLocation), Body: reason }));
  if (output.errorTopic) await publish(output.errorTopic, JSON.stringify(failed(request, reason)));
  return 'failure';
}

/** @returns why it failed, or undefined */
async function predict(request: AsyncRequest, modelServer: string): Promise<string | undefined> {
  const tensor = await s3.send(new GetObjectCommand(placeOf(request.inputLocation)));
  const answer = await fetch(`${modelServer}/invocations`, {
    method: 'POST',
    headers: {
      'Content-Type': request.contentType,
      'X-Amzn-SageMaker-Custom-Attributes': request.customAttributes,
    },
    body: Uint8Array.from(await tensor.Body!.transformToByteArray()),
  });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (!answer.ok) return `ClientError: Received client error (${answer.status}) from container`;
  await s3.send(new PutObjectCommand({ ...placeOf(request.outputLocation), Body: bytes }));
  return undefined;
}

/**
 * What SageMaker says of a failed request:
 * https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-check-predictions.html
 */
export function failed(
  { endpointName, inputLocation, inferenceId, receivedTime }: AsyncRequest,
  failureReason: string,
): object {
  return {
    awsRegion: 'us-east-1',
    eventTime: new Date().toISOString(),
    receivedTime,
    invocationStatus: 'Failed',
    failureReason,
    requestParameters: { endpointName, inputLocation },
    inferenceId,
    eventVersion: '1.0',
    eventSource: 'aws:sagemaker',
    eventName: 'InferenceResult',
  };
}

function placeOf(uri: string): { Bucket: string; Key: string } {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri)!;
  return { Bucket, Key };
}
