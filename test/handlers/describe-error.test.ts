import { describe, expect, test } from '@jest/globals';
import { NeurotileError } from '../../functions/core/errors.ts';
import { describeError } from '../../functions/handlers/shared/describe-error.ts';

describe('describeError', () => {
  test('tells names, codes, an answer’s status and places, and nothing of any message', () => {
    const cause = new NeurotileError('NOT_NIFTI', { file: 'Doe_Jane.nii' });
    const error = Object.assign(new Error('no incoming/Doe\n    at Doe (Jane.ts:1:1)', { cause }), {
      name: 'NoSuchKey',
      code: 'ENOENT',
      $metadata: { httpStatusCode: 404 },
    });
    const described = describeError(error);
    expect(described).toMatchObject({
      name: 'NoSuchKey',
      code: 'ENOENT',
      status: 404,
      cause: { name: 'NeurotileError', code: 'NOT_NIFTI' },
    });
    expect(described.stack[0]).toMatch(/^at .*describe-error\.test\.ts/);
    expect(described.cause!.stack[0]).toMatch(/^at .*describe-error\.test\.ts/);
    expect(JSON.stringify(described)).not.toMatch(/Doe|Jane|incoming/);
  });

  test('tells no places where it cannot tell them from the message', () => {
    const error = new Error('once');
    error.message = 'Doe';
    error.stack = 'Error: Jane\n    at Jane (a.ts:1:1)';
    expect(describeError(error).stack).toEqual([]);
  });

  test('tells the parts of an AggregateError, and ends where causes are a ring', () => {
    const ring = new Error('a');
    ring.cause = ring;
    expect(describeError(new AggregateError([ring, 'text'])).errors).toMatchObject([
      { name: 'Error', cause: { name: 'Error' } },
      { name: 'string', stack: [] },
    ]);
  });

  test.each([[undefined], [null], ['Doe'], [{ message: 'Doe' }]])('takes %p, which is no error', (thrown) => {
    expect(describeError(thrown)).toEqual({ name: typeof thrown, stack: [] });
  });
});
