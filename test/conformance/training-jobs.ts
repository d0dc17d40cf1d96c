import { beforeEach, describe, expect, test } from '@jest/globals';
import type { TrainingJobRequest, TrainingJobs } from '../../functions/pipeline/training/ports.ts';

export interface JobsUnderTest {
  jobs: TrainingJobs;
  /** A job ends well; its model lies under the prefix that `describe` gives. */
  complete(job: string): void;
  fail(job: string, reason: string, status?: 'Failed' | 'Stopped'): void;
  /** The account has no quota for the next job. */
  refuseNext(): void;
}

const request: TrainingJobRequest = {
  name: 'neurotile-0123456789abcdef-01234567',
  datasetPrefix: 'datasets/site/',
  outputPrefix: 'training/jobs/',
  checkpointsPrefix: 'checkpoints/neurotile-0123456789abcdef-01234567/',
  hyperparameters: { rank: '2' },
};

/** What everything that runs training jobs has to do; each adapter's test calls this. */
export function describeTrainingJobs(name: string, make: () => Promise<JobsUnderTest>): void {
  describe(`${name} as a runner of training jobs`, () => {
    let house: JobsUnderTest;
    beforeEach(async () => {
      house = await make();
    });

    test('knows no job that nobody created', async () => {
      expect(await house.jobs.describe(request.name)).toBeUndefined();
    });

    test('creates a job once, and says so when it is asked again, even after its end', async () => {
      expect(await house.jobs.create(request)).toBe('created');
      expect(await house.jobs.create(request)).toBe('exists');
      house.fail(request.name, 'no');
      expect(await house.jobs.create(request)).toBe('exists');
    });

    test('tells of a job that it is under way, then where its model lies', async () => {
      await house.jobs.create(request);
      expect(await house.jobs.describe(request.name)).toEqual({ state: 'under way' });
      house.complete(request.name);
      const modelPrefix = `training/jobs/${request.name}/output/model/`;
      expect(await house.jobs.describe(request.name)).toEqual({ state: 'completed', modelPrefix });
    });

    test.each(['Failed', 'Stopped'] as const)('tells of one that ended as %s why', async (status) => {
      await house.jobs.create(request);
      house.fail(request.name, 'ExitCode 1: a label grid', status);
      const standing = await house.jobs.describe(request.name);
      expect(standing).toMatchObject({ state: 'failed', reason: expect.stringContaining('ExitCode 1: a label grid') });
    });

    test('refuses with a code what would be refused again', async () => {
      house.refuseNext();
      await expect(house.jobs.create(request)).rejects.toMatchObject({ code: 'TRAINING_JOB' });
      expect(await house.jobs.create(request)).toBe('created');
    });
  });
}
