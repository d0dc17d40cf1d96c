/** What may be logged of an error: names, codes and places in our code, never a message, which may hold a key. */
export interface ErrorDescription {
  name: string;
  code?: string;
  /** HTTP status of an AWS service's answer. */
  status?: number;
  /** Places in the code, innermost first. */
  stack: readonly string[];
  cause?: ErrorDescription;
  /** What an AggregateError is made of: the first few. */
  errors?: readonly ErrorDescription[];
}

/** Causes followed at most: a chain may be a ring. */
const DEEPEST = 3;
const MOST_ERRORS = 5;

/** Describes whatever was thrown. */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { name: typeof error, stack: [] };
  const { code, $metadata, cause } = error as Error & { code?: unknown; $metadata?: { httpStatusCode?: number } };
  const inner = (e: unknown) => describeError(e, depth + 1);
  return {
    name: error.name,
    code: typeof code === 'string' ? code : undefined,
    status: $metadata?.httpStatusCode,
    stack: placesOf(error),
    cause: cause === undefined || depth === DEEPEST ? undefined : inner(cause),
    errors: error instanceof AggregateError ? error.errors.slice(0, MOST_ERRORS).map(inner) : undefined,
  };
}

/** The stack begins with the message, which may run over several lines and look like a place itself. */
function placesOf({ stack = '', message }: Error): string[] {
  const at = message === '' ? 0 : stack.indexOf(message);
  const places = at < 0 ? '' : stack.slice(at + message.length);
  return places
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '));
}
