import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HeadObjectCommand, ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { coded, throwingCoded } from '../../../../functions/adapters/aws/operator/coded-errors.ts';

const error = (name: string, message: string) => Object.assign(new Error(message), { name });

describe('what AWS says, as our errors', () => {
  test.each([
    ['ExpiredToken', 'The provided token has expired.', 'CREDENTIALS'],
    ['CredentialsProviderError', 'Could not load credentials from any providers', 'CREDENTIALS'],
    ['InvalidClientTokenId', 'The security token included in the request is invalid.', 'CREDENTIALS'],
    [
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      'CREDENTIALS',
    ],
    ['Error', 'Region is missing', 'CREDENTIALS'],
    ['AccessDeniedException', 'User: x is not authorized to perform: kms:Decrypt on y', 'ACCESS_DENIED'],
    ['TimeoutError', 'socket hang up', 'UNREACHABLE'],
  ])('%s: %s', (name, message, code) => {
    expect(coded(error(name, message), {})).toMatchObject({ code });
  });

  test('names the right that is missing: as AWS says it, else by what was asked', () => {
    const said = error('AccessDenied', 'User: x is not authorized to perform: kms:GenerateDataKey on resource: y');
    expect(coded(said, { clientName: 'S3Client', commandName: 'PutObjectCommand' })).toMatchObject({
      fields: { found: 'no right to kms:GenerateDataKey' },
    });
    expect(
      coded(error('AccessDenied', ''), { clientName: 'SQSClient', commandName: 'ReceiveMessageCommand' }),
    ).toMatchObject({ fields: { found: 'no right to sqs:ReceiveMessage' } });
  });

  test('leaves alone what callers handle', () => {
    for (const name of ['NoSuchKey', 'NotFound', 'PreconditionFailed', 'ValidationError']) {
      const original = error(name, 'as it was');
      expect(coded(original, {})).toBe(original);
    }
  });
});

describe('a client that throws coded errors', () => {
  let server: Server;
  let client: S3Client;

  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume();
      request.on('end', () => response.writeHead(request.method === 'PUT' ? 404 : 403).end());
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
    client = throwingCoded(
      new S3Client({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1, forcePathStyle: true }),
    );
  });
  afterAll(() => {
    client.destroy();
    server.close();
  });

  test('knows the right that a refused HEAD, which has no body, would have needed', async () => {
    await expect(client.send(new HeadObjectCommand({ Bucket: 'b', Key: 'k' }))).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      fields: { found: 'no right to s3:GetObject' },
    });
    await expect(client.send(new ListObjectVersionsCommand({ Bucket: 'b' }))).rejects.toMatchObject({
      fields: { found: 'no right to s3:ListBucketVersions' },
    });
  });

  test('throws anything else as it is', async () => {
    await expect(client.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'x' }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 404 },
    });
  });
});
