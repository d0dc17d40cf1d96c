import type { S3Client } from '@aws-sdk/client-s3';
import { createS3Client } from '../../adapters/aws/clients.ts';
import { throwingCoded } from '../../adapters/aws/operator/coded-errors.ts';
import { findStack, type Stack, stackNameOf } from '../../adapters/aws/operator/find-stack.ts';
import { createS3Store } from '../../adapters/aws/s3-store.ts';
import type { ObjectStore } from '../../pipeline/ports.ts';
import type { Given } from '../command.ts';

/** A deployed stack, as most commands need it. */
export interface Cloud {
  stack: Stack;
  client: S3Client;
  studies: ObjectStore;
  work: ObjectStore;
}

/** The stack that --stack or NEUROTILE_STACK names. */
export async function openCloud(given: Given): Promise<Cloud> {
  const stack = await findStack(stackNameOf(given.text('stack')));
  const client = throwingCoded(createS3Client());
  return {
    stack,
    client,
    studies: createS3Store({ client, bucket: stack.studiesBucket }),
    work: createS3Store({ client, bucket: stack.workBucket }),
  };
}
