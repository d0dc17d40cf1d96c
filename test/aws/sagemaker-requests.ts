import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { OutputConfig } from './sagemaker-async.ts';

/** An error as AWS's services answer it. */
export class AwsRefusal extends Error {
  readonly status: number;
  readonly type: string;
  readonly fields: Record<string, unknown>;

  constructor(status: number, type: string, message: string, fields: Record<string, unknown> = {}) {
    super(message);
    this.status = status;
    this.type = type;
    this.fields = fields;
  }
}

/** InvokeEndpoint's body. */
export const MOST_REALTIME_BYTES = 6_291_456;

/** An InvokeEndpointAsync that was accepted. Locations are s3:// URIs. */
export interface AsyncRequest {
  endpointName: string;
  inferenceId: string;
  inputLocation: string;
  outputLocation: string;
  failureLocation: string;
  contentType: string;
  customAttributes: string;
  receivedTime: string;
}

const S3_URI = /^s3:\/\/[a-z0-9.-]{3,63}\/.{1,1024}$/;

/** Header by header, as the API's model names them; what the API would refuse is refused. */
export function asyncRequestOf(endpointName: string, headers: IncomingHttpHeaders, output: OutputConfig): AsyncRequest {
  const header = (name: string) => headers[`x-amzn-sagemaker-${name}`] as string | undefined;
  const bounded = (name: string, most: number) => {
    const seconds = header(name);
    if (seconds !== undefined && !(Number(seconds) >= 1 && Number(seconds) <= most))
      throw invalid(`${name} is ${seconds}; expected 1 to ${most}`);
  };
  const inputLocation = header('inputlocation');
  if (!inputLocation || !S3_URI.test(inputLocation)) throw invalid(`InputLocation is ${inputLocation}`);
  const customAttributes = header('custom-attributes') ?? '';
  if (!/^[\x20-\x7e]{0,1024}$/.test(customAttributes)) throw invalid('CustomAttributes is not visible US-ASCII');
  const inferenceId = header('inference-id') ?? randomUUID();
  if (!/^[\x20-\x7e]{1,64}$/.test(inferenceId)) throw invalid('InferenceId is not 1 to 64 ASCII characters');
  bounded('requestttlseconds', 21_600);
  bounded('invocationtimeoutseconds', 3_600);
  const fileName = header('filename') ?? `${inferenceId}.out`;
  const folders = [output.outputPath.replace(/\/$/, ''), header('s3outputpathextension')].filter(Boolean);
  return {
    endpointName,
    inferenceId,
    inputLocation,
    outputLocation: [...folders, fileName].join('/'),
    failureLocation: [output.failurePath.replace(/\/$/, ''), `${inferenceId}-error.out`].join('/'),
    contentType: header('content-type') ?? 'application/octet-stream',
    customAttributes,
    receivedTime: new Date().toISOString(),
  };
}

const invalid = (message: string) => new AwsRefusal(400, 'ValidationError', message);
