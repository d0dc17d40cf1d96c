import type { ModelServer } from '../../../functions/adapters/model-server.ts';
import type { ObjectStore } from '../../../functions/pipeline/ports.ts';
import { sageMakerError } from './recorded-answers.ts';
import type { Answer, Call } from './recorded-aws.ts';

/** A SageMaker endpoint with the real model container's server behind it, as far as the runtime API shows. */

const header = ({ headers }: Call, name: string) => String(headers[`x-amzn-sagemaker-${name}`] ?? '');

async function invoke(server: ModelServer, call: Call, body: Uint8Array): Promise<Response> {
  const attributes = header(call, 'custom-attributes');
  return fetch(`${server.url}/invocations`, {
    method: 'POST',
    headers: { 'X-Amzn-SageMaker-Custom-Attributes': attributes },
    body,
  });
}

/** InvokeEndpoint: what the container answers, or its refusal inside a ModelError. */
export function realtimeEndpoint(server: ModelServer): (call: Call) => Promise<Answer> {
  return async (call) => {
    const response = await invoke(server, call, call.body);
    if (response.ok) return { body: new Uint8Array(await response.arrayBuffer()) };
    const [OriginalStatusCode, OriginalMessage] = [response.status, await response.text()];
    return sageMakerError(424, 'ModelError', { OriginalStatusCode, OriginalMessage });
  };
}

/** InvokeEndpointAsync: an answer at once, and later an object under S3's path `predictions/`, if all goes well. */
export function asyncEndpoint(server: ModelServer, workOf: () => ObjectStore): (call: Call) => Answer {
  return (call) => {
    const [bucket, ...input] = header(call, 'inputlocation').replace('s3://', '').split('/');
    const key = `predictions/${header(call, 's3outputpathextension')}/${header(call, 'filename')}`;
    const work = workOf();
    void (async () => {
      const tensor = await work.get(input.join('/'));
      const response = tensor && (await invoke(server, call, tensor.bytes));
      if (response?.ok) await work.put(key, new Uint8Array(await response.arrayBuffer()));
    })();
    return accepted(`s3://${bucket}/${key}`, header(call, 'inference-id'));
  };
}

export const accepted = (outputLocation: string, inferenceId = 'i'): Answer => ({
  status: 202,
  headers: {
    'Content-Type': 'application/json',
    'X-Amzn-SageMaker-OutputLocation': outputLocation,
    'X-Amzn-SageMaker-FailureLocation': 's3://work/failed/i-error.out',
  },
  body: JSON.stringify({ InferenceId: inferenceId }),
});
