import { describe, expect, test } from '@jest/globals';
import { type Account, examine } from '../../../functions/cli/cloud/doctor.ts';
import { NeurotileError } from '../../../functions/core/errors.ts';

const READY: Account = {
  identity: async () => ({ account: '123456789012', arn: 'arn:aws:sts::123456789012:assumed-role/Researcher/me' }),
  region: async () => 'eu-central-1',
  bootstrap: async () => '29',
  gpuQuota: async () => 1,
  lambdaConcurrency: async () => 1000,
  stack: async () => ({ name: 'NeurotilePipeline', predictor: 'async' }),
};

const states = async (account: Partial<Account>) =>
  Object.fromEntries((await examine({ ...READY, ...account }, 'NeurotilePipeline')).map((f) => [f.what, f]));

describe('neurotile doctor', () => {
  test('finds nothing missing in an account that is ready', async () => {
    const found = await states({});
    expect(Object.keys(found)).toEqual([
      'credentials',
      'region',
      'bootstrap',
      'stack',
      'Lambda concurrency',
      'Lambda memory',
      'GPU quota',
    ]);
    expect(Object.values(found).every(({ state }) => state === 'ok')).toBe(true);
    expect(found.credentials.text).toBe('account 123456789012, assumed-role/Researcher/me');
  });

  test('says how to ask for what a new account lacks', async () => {
    const found = await states({
      bootstrap: async () => undefined,
      gpuQuota: async () => 0,
      lambdaConcurrency: async () => 10,
      stack: async () => undefined,
    });
    expect(found.bootstrap).toMatchObject({ state: 'missing', isNeeded: true });
    expect(found.bootstrap.text).toContain('npx cdk bootstrap aws://123456789012/eu-central-1');
    expect(found['GPU quota']).toMatchObject({ state: 'missing' });
    expect(found['GPU quota'].text).toMatch(/--service-code sagemaker --quota-code L-1928E07B --desired-value 1$/);
    expect(found['Lambda concurrency'].text).toMatch(/^10 at once.*--service-code lambda --quota-code L-B99A9384/);
    expect(found.stack).toMatchObject({ state: 'missing' });
    for (const what of ['GPU quota', 'Lambda concurrency', 'stack']) expect(found[what].isNeeded).toBeFalsy();
  });

  test('asks for nothing more without credentials', async () => {
    const identity = async () => {
      throw new NeurotileError('CREDENTIALS', { found: 'a session that has expired' });
    };
    const found = await states({ identity });
    expect(Object.keys(found)).toEqual(['credentials', 'region']);
    expect(found.credentials).toMatchObject({ state: 'missing', isNeeded: true });
  });

  test('says what it may not see, and goes on', async () => {
    const gpuQuota = async () => {
      throw new NeurotileError('ACCESS_DENIED', { found: 'no right to servicequotas:GetServiceQuota' });
    };
    const found = await states({ gpuQuota });
    expect(found['GPU quota']).toMatchObject({ state: 'unknown' });
    expect(found['GPU quota'].text).toContain('servicequotas:GetServiceQuota');
    expect(found['Lambda memory'].state).toBe('ok');
  });
});
