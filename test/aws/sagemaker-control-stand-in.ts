import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkTrainingJob, type Fields } from './sagemaker-control-requests.ts';
import { AwsRefusal } from './sagemaker-requests.ts';

export interface ControlStandIn {
  readonly url: string;
  /** Every CreateTrainingJob that was taken, as it was asked. */
  readonly created: Fields[];
  /** Names that were asked for again. */
  readonly again: string[];
  /** Endpoints that are in service, by name. */
  readonly endpoints: Set<string>;
  /** Refuses the next CreateTrainingJob, as SageMaker words it. */
  refuseNext(type: string, message: string): void;
  /** The job has ended; S3ModelArtifacts is where SageMaker puts what a job writes with CompressionType NONE. */
  complete(job: string): string;
  fail(job: string, reason: string, status?: 'Failed' | 'Stopped'): void;
  close(): Promise<void>;
}

/**
 * A stand-in for the part of SageMaker's control plane that training asks for (AWS JSON 1.1), stricter than it has to be:
 * a request with a field that the API does not know, or without one that it needs, is refused.
 */
export async function startControlStandIn({ port = 0 }: { port?: number } = {}): Promise<ControlStandIn> {
  const jobs = new Map<string, Fields>();
  const created: Fields[] = [];
  const again: string[] = [];
  const endpoints = new Set<string>();
  const refusals: AwsRefusal[] = [];

  function createTrainingJob(asked: Fields): Fields {
    const refusal = refusals.shift();
    if (refusal) throw refusal;
    checkTrainingJob(asked);
    const name = String(asked.TrainingJobName);
    if (jobs.has(name)) {
      again.push(name);
      throw new AwsRefusal(400, 'ResourceInUse', 'Training job names must be unique within an AWS account and region.');
    }
    created.push(asked);
    jobs.set(name, { TrainingJobName: name, TrainingJobStatus: 'InProgress', SecondaryStatus: 'Starting' });
    return { TrainingJobArn: `arn:aws:sagemaker:us-east-1:000000000000:training-job/${name}` };
  }

  function describeTrainingJob({ TrainingJobName }: Fields): Fields {
    const job = jobs.get(String(TrainingJobName));
    if (!job) throw new AwsRefusal(400, 'ValidationException', 'Requested resource not found.');
    return job;
  }

  function describeEndpoint({ EndpointName }: Fields): Fields {
    if (endpoints.has(String(EndpointName))) return { EndpointName, EndpointStatus: 'InService' };
    throw new AwsRefusal(400, 'ValidationException', `Could not find endpoint "${EndpointName}".`);
  }

  const actions: Readonly<Record<string, (asked: Fields) => Fields>> = {
    'SageMaker.CreateTrainingJob': createTrainingJob,
    'SageMaker.DescribeTrainingJob': describeTrainingJob,
    'SageMaker.DescribeEndpoint': describeEndpoint,
  };
  const server = createServer(async (request, response) => {
    try {
      const action = actions[String(request.headers['x-amz-target'])];
      if (!action) throw new AwsRefusal(400, 'UnknownOperationException', 'not stood in for');
      const answer = action(JSON.parse(await bodyOf(request)));
      response.writeHead(200, { 'Content-Type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
    } catch (error) {
      const { status, type, message } =
        error instanceof AwsRefusal ? error : new AwsRefusal(500, 'InternalFailure', String(error));
      response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify({ __type: type, message }));
    }
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    created,
    again,
    endpoints,
    refuseNext: (type, message) => void refusals.push(new AwsRefusal(400, type, message)),
    complete(job) {
      const { OutputDataConfig } = created.find(({ TrainingJobName }) => TrainingJobName === job) as Fields;
      const place = `${(OutputDataConfig as Fields).S3OutputPath}/${job}/output/model/`;
      const ModelArtifacts = { S3ModelArtifacts: place };
      jobs.set(job, { ...jobs.get(job), TrainingJobStatus: 'Completed', SecondaryStatus: 'Completed', ModelArtifacts });
      return place;
    },
    fail: (job, reason, status = 'Failed') =>
      void jobs.set(job, {
        ...jobs.get(job),
        TrainingJobStatus: status,
        SecondaryStatus: status,
        FailureReason: reason,
      }),
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
