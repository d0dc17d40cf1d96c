import { describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { PREDICTORS } from '../../functions/contract/environment.ts';
import { holdToRules } from '../../infra/hold-to-rules.ts';
import { synthesise } from '../../infra/synthesise.ts';
import { ANY_IMAGE } from './any-image.ts';

describe("the rules of cdk-nag's AwsSolutions and HIPAASecurity, and CDK's own", () => {
  test.each(PREDICTORS)('have no unanswered finding with the predictor %s', (predictor) => {
    expect(() => synthesise({ predictor, mail: 'group@example.org' }, holdToRules)).not.toThrow();
  });

  test.each(PREDICTORS)('have none with training either, and the predictor %s', (predictor) => {
    const context = { predictor, mail: 'group@example.org', training: 'true', trainingImage: ANY_IMAGE };
    expect(() => synthesise(context, holdToRules)).not.toThrow();
  });

  test('would end the synthesis with a finding that nobody answered', () => {
    const app = new App();
    new Bucket(new Stack(app, 'Stack'), 'Bucket');
    holdToRules(app);
    expect(() => app.synth()).toThrow('AwsSolutions-S1');
  });
});
