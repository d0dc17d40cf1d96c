import { afterEach, beforeEach, jest } from '@jest/globals';

type Line = Record<string, unknown>;

/** What tests' handlers write, by lines: log records, and metrics in CloudWatch's embedded format. */
export interface Written {
  text(): string;
  // biome-ignore lint/suspicious/noExplicitAny: lines of JSON, of which tests know what they look for
  logged(): any[];
  // biome-ignore lint/suspicious/noExplicitAny: as above
  metrics(): any[];
}

/** Keeps, from each test's start to its end, what is written to the process's output. */
export function keepWritten(): Written {
  let written: string[] = [];
  const keep = (chunk: string | Uint8Array) => {
    written.push(chunk.toString());
    return true;
  };
  beforeEach(() => {
    written = [];
    for (const stream of [process.stdout, process.stderr]) jest.spyOn(stream, 'write').mockImplementation(keep);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  const lines = () =>
    written
      .join('')
      .split('\n')
      .filter(Boolean)
      .map((line): Line => JSON.parse(line));
  return {
    text: () => written.join(''),
    logged: () => lines().filter((line) => !('_aws' in line)),
    metrics: () => lines().filter((line) => '_aws' in line),
  };
}
