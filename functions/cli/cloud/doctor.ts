import { STAGES } from '../../contract/stages.ts';
import { NeurotileError } from '../../core/errors.ts';

/** What was found: there, missing (and whether nothing works without it), or not to be seen. */
export interface Finding {
  what: string;
  state: 'ok' | 'missing' | 'unknown';
  /** What is there, or how to get it. */
  text: string;
  /** Nothing works without it. */
  isNeeded?: boolean;
}

/** What AWS says of an account; each may throw. */
export interface Account {
  identity(): Promise<{ account: string; arn: string }>;
  region(): Promise<string>;
  /** The version of CDK's bootstrap; undefined where there is none. */
  bootstrap(): Promise<string | undefined>;
  /** Instances of `ml.g5.xlarge` that endpoints may have. */
  gpuQuota(): Promise<number>;
  /** Lambdas that may run at once. */
  lambdaConcurrency(): Promise<number>;
  /** What the stack says of its predictor; undefined where there is no such stack. */
  stack(): Promise<{ name: string; predictor: string } | undefined>;
}

/** AWS keeps 100 of them for functions without a share of their own; with fewer, studies wait for each other. */
const COMFORTABLE_CONCURRENCY = 100;
/** New accounts are given no more memory a Lambda. */
const LEAST_LAMBDA_MB = 3008;

/** Whether an account is ready: a line each, in the order in which they are needed. */
export async function examine(account: Account, stackName: string): Promise<Finding[]> {
  const identity = await look('credentials', async () => {
    const { account: id, arn } = await account.identity();
    return { state: 'ok', text: `account ${id}, ${arn.split(':').slice(5).join(':')}` };
  });
  const region = await account.region().catch(() => undefined);
  const regionFinding: Finding =
    region === undefined
      ? { what: 'region', state: 'missing', text: 'set AWS_REGION, or a region in the profile' }
      : { what: 'region', state: 'ok', text: region };
  const first = [identity, regionFinding].map((finding) => ({ ...finding, isNeeded: true }));
  if (first.some(({ state }) => state !== 'ok')) return first;
  return [
    ...first,
    { ...(await look('bootstrap', () => bootstrap(account))), isNeeded: true },
    await look('stack', () => stack(account, stackName)),
    await look('Lambda concurrency', () => concurrency(account)),
    memory(),
    await look('GPU quota', () => gpu(account)),
  ];
}

type Found = Omit<Finding, 'what'>;

/** What cannot be seen is said, and hides nothing else. */
async function look(what: string, see: () => Promise<Found>): Promise<Finding> {
  try {
    return { what, ...(await see()) };
  } catch (error) {
    const { code, name, message } = error as Error & { code?: string };
    const text = error instanceof NeurotileError ? message : `${name}: ${message.split('\n')[0]}`;
    return { what, state: code === 'CREDENTIALS' ? 'missing' : 'unknown', text };
  }
}

async function bootstrap(account: Account): Promise<Found> {
  const version = await account.bootstrap();
  if (version !== undefined) return { state: 'ok', text: `CDKToolkit, version ${version}` };
  const { account: id } = await account.identity();
  return { state: 'missing', text: `once: npx cdk bootstrap aws://${id}/${await account.region()}` };
}

async function stack(account: Account, name: string): Promise<Found> {
  const found = await account.stack();
  if (found) return { state: 'ok', text: `${found.name}, predictor ${found.predictor}` };
  return { state: 'missing', text: `no "${name}" here: npx cdk deploy, or name another with --stack` };
}

async function concurrency(account: Account): Promise<Found> {
  const count = await account.lambdaConcurrency();
  if (count >= COMFORTABLE_CONCURRENCY) return { state: 'ok', text: `${count} at once` };
  const ask = askFor('lambda', 'L-B99A9384', 1000);
  return {
    state: 'missing',
    text: `${count} at once: it works, but studies wait for each other; ask for more: ${ask}`,
  };
}

/** No request tells an account's limit; ours is below the lowest there is. */
function memory(): Finding {
  const mostMb = Math.max(...Object.values(STAGES).map(({ memoryMb }) => memoryMb));
  const what = 'Lambda memory';
  if (mostMb <= LEAST_LAMBDA_MB) return { what, state: 'ok', text: `${mostMb} MB are needed, every account has that` };
  return {
    what,
    state: 'unknown',
    text: `${mostMb} MB are needed; new accounts have ${LEAST_LAMBDA_MB}: ask AWS Support`,
  };
}

async function gpu(account: Account): Promise<Found> {
  const count = await account.gpuQuota();
  if (count >= 1) return { state: 'ok', text: `${count} of ml.g5.xlarge for endpoints` };
  const ask = askFor('sagemaker', 'L-1928E07B', 1);
  return { state: 'missing', text: `needed by the predictors async and realtime alone; ask for it: ${ask}` };
}

const askFor = (service: string, code: string, value: number) =>
  `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${value}`;
