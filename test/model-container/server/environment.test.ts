import { availableParallelism } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../../../model-container/server/environment.ts';

describe('the settings of the server', () => {
  test('are those of SageMaker where nothing is said', () => {
    expect(readSettings({})).toEqual({
      modelsFolder: '/opt/ml/model',
      host: '0.0.0.0',
      port: 8080,
      threads: availableParallelism(),
      provider: 'cpu',
      samplesAtOnce: undefined,
      maxBodyBytes: 67108864,
      maxRequests: 16,
      exitWithParent: false,
    });
  });

  test('take the port that SageMaker chooses before any other', () => {
    expect(readSettings({ PORT: '0' }).port).toBe(0);
    expect(readSettings({ PORT: '0', SAGEMAKER_BIND_TO_PORT: '9001' }).port).toBe(9001);
  });

  test.each([
    [{ PORT: '-1' }, 'PORT is "-1"; expected a whole number from 0'],
    [{ THREADS: '0' }, 'THREADS is "0"; expected a whole number from 1'],
    [{ MAX_BODY_BYTES: '6MB' }, 'MAX_BODY_BYTES is "6MB"'],
    [{ EXECUTION_PROVIDER: 'gpu' }, 'EXECUTION_PROVIDER is "gpu"; expected "cpu" or "cuda"'],
  ])('refuse %j', (variables, message) => {
    expect(() => readSettings(variables)).toThrow(message);
  });
});
