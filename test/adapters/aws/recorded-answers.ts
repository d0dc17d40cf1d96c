import { createHash } from 'node:crypto';
import type { Answer, Call } from './recorded-aws.ts';

/** Answers in the shapes that AWS's services give, without ids of requests and accounts. */

const XML = { 'Content-Type': 'application/xml' };
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** S3's refusal of anything but a HEAD, whose answers have no body. */
export const s3Error = (status: number, code: string, more = ''): Answer => ({
  status,
  headers: XML,
  body: `${DECLARATION}<Error><Code>${code}</Code><Message>${code}, in words.</Message>${more}</Error>`,
});

export const s3Versions = (inside: string): Answer => ({
  headers: XML,
  body: `${DECLARATION}<ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix></Prefix><KeyMarker></KeyMarker><VersionIdMarker></VersionIdMarker><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType>${inside}</ListVersionsResult>`,
});

export const s3Xml = (body: string): Answer => ({ headers: XML, body: DECLARATION + body });

/** The JSON protocols of SQS, EventBridge, KMS and CloudWatch. */
export const json = (value: unknown): Answer => ({
  headers: { 'Content-Type': 'application/x-amz-json-1.0' },
  body: JSON.stringify(value),
});

export const jsonError = (status: number, type: string, message = type): Answer => ({
  status,
  headers: { 'Content-Type': 'application/x-amz-json-1.0' },
  body: JSON.stringify({ __type: type, message }),
});

export const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** SQS proves what it took by its MD5, which the SDK compares. */
export const sqsSent = ({ body }: Call): Answer =>
  json({
    MessageId: '0cb1c6b1-0000-4000-8000-000000000000',
    MD5OfMessageBody: md5(JSON.parse(body.toString()).MessageBody),
  });

/** SageMaker's runtime: the type of an error in a header, the message in a JSON body, null where it was throttled. */
export const sageMakerError = (status: number, type: string, fields: Record<string, unknown> = {}): Answer => ({
  status,
  headers: { 'Content-Type': 'application/json', 'x-amzn-ErrorType': `${type}:http://internal.amazon.com/` },
  body: JSON.stringify(type === 'ThrottlingException' ? { message: null } : { Message: type, ...fields }),
});
