import { NeurotileError } from '../../../core/errors.ts';

/** Who was asked for what, as the SDK names them: "S3Client", "HeadObjectCommand". */
export interface Asked {
  clientName?: string;
  commandName?: string;
}

/**
 * What AWS or the way to it said -> a coded error, where it is nothing that a caller could handle: no credentials, a
 * missing right, no network. Everything else stays what it was.
 */
export function coded(error: unknown, asked: Asked): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message } = error;
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  const code = (error as { code?: string }).code ?? '';
  if (/^region (is missing|not accepted)/i.test(message))
    return new NeurotileError('CREDENTIALS', { found: 'no region', expected: 'AWS_REGION' }, error);
  if (NO_CREDENTIALS.test(name)) return new NeurotileError('CREDENTIALS', { found: firstLine(message) }, error);
  if (NO_RIGHT.test(name) || status === 403)
    return new NeurotileError('ACCESS_DENIED', { found: `no right to ${rightIn(message) ?? rightFor(asked)}` }, error);
  if (NO_NETWORK.test(name) || NO_NETWORK.test(code))
    return new NeurotileError('UNREACHABLE', { found: firstLine(message) || code || name }, error);
  return error;
}

const NO_CREDENTIALS =
  /^(CredentialsProviderError|TokenProviderError|ExpiredToken(Exception)?|InvalidAccessKeyId|InvalidClientTokenId|InvalidToken|UnrecognizedClientException|SignatureDoesNotMatch|RequestTimeTooSkewed|AuthFailure|MissingAuthenticationToken(Exception)?)$/;
const NO_RIGHT = /(AccessDenied|UnauthorizedOperation|^Forbidden$|AuthorizationError)/;
const NO_NETWORK =
  /^(TimeoutError|ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|EPIPE|ENETUNREACH|EHOSTUNREACH)$/;

const firstLine = (text: string) => text.split('\n')[0].slice(0, 300);

/** AWS often says it itself: "… is not authorized to perform: s3:ListBucket on resource …". */
const rightIn = (message: string) => /not authorized to perform: ([\w-]+:\w+)/.exec(message)?.[1];

/** A refused HEAD has no body that could say it; and rights are not called as requests are. */
const RIGHTS: Readonly<Record<string, string>> = {
  HeadObject: 's3:GetObject',
  ListObjectVersions: 's3:ListBucketVersions',
  ListMultipartUploads: 's3:ListBucketMultipartUploads',
  ListParts: 's3:ListMultipartUploadParts',
  CreateMultipartUpload: 's3:PutObject',
  UploadPart: 's3:PutObject',
  CompleteMultipartUpload: 's3:PutObject',
  DeleteObjects: 's3:DeleteObjectVersion',
};

function rightFor({ clientName = '', commandName = '' }: Asked): string {
  const request = commandName.replace(/Command$/, '');
  return RIGHTS[request] ?? `${clientName.replace(/Client$/, '').toLowerCase()}:${request}`;
}

/** What all clients of the SDK have. */
interface Stacked {
  middlewareStack: {
    add(middleware: unknown, options: { step: 'initialize'; priority: 'high'; name: string }): void;
  };
}

/** Makes a client throw coded errors, once it has stopped trying. */
export function throwingCoded<T extends Stacked>(client: T): T {
  const middleware = (next: (args: unknown) => Promise<unknown>, context: Asked) => async (args: unknown) => {
    try {
      return await next(args);
    } catch (error) {
      throw coded(error, context);
    }
  };
  client.middlewareStack.add(middleware, { step: 'initialize', priority: 'high', name: 'codedErrors' });
  return client;
}
