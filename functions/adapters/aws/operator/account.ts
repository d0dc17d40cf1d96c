import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Account } from '../../../cli/cloud/doctor.ts';
import { throwingCoded } from './coded-errors.ts';
import { outputsOf } from './find-stack.ts';

/** CDK's own name for what its bootstrap makes. */
const BOOTSTRAP_STACK = 'CDKToolkit';
/** "ml.g5.xlarge for endpoint usage". */
const GPU_QUOTA = { ServiceCode: 'sagemaker', QuotaCode: 'L-1928E07B' };

/** The account that the environment's credentials belong to. */
export function createAccount(stackName: string): Account {
  const sts = throwingCoded(new STSClient({}));
  const cloudFormation = throwingCoded(new CloudFormationClient({}));
  const quotas = throwingCoded(new ServiceQuotasClient({}));
  const lambda = throwingCoded(new LambdaClient({}));

  return {
    async identity() {
      const { Account: account = '', Arn: arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
      return { account, arn };
    },
    region: () => sts.config.region(),
    async bootstrap() {
      const outputs = await outputsOf(BOOTSTRAP_STACK, cloudFormation);
      return outputs && (outputs.get('BootstrapVersion') ?? 'unknown');
    },
    async gpuQuota() {
      const { Quota } = await quotas.send(new GetServiceQuotaCommand(GPU_QUOTA));
      return Quota?.Value ?? 0;
    },
    async lambdaConcurrency() {
      const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
      return AccountLimit?.ConcurrentExecutions ?? 0;
    },
    async stack() {
      const outputs = await outputsOf(stackName, cloudFormation);
      return outputs && { name: stackName, predictor: outputs.get('Predictor') ?? 'unknown' };
    },
  };
}
