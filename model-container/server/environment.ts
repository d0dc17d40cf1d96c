import { availableParallelism } from 'node:os';

/** Every environment variable that the server looks at. */
export const ENVIRONMENT = {
  /** A bundle, or a folder of bundles; where SageMaker unpacks model.tar.gz if nothing is said. */
  models: 'MODELS_FOLDER',
  /** SageMaker may choose the port; it wins over PORT. 0: any free one, told by the line `listening`. */
  sageMakerPort: 'SAGEMAKER_BIND_TO_PORT',
  port: 'PORT',
  /** Address to bind; every one if nothing is said, as SageMaker needs. A laptop says 127.0.0.1. */
  host: 'HOST',
  threads: 'THREADS',
  /** cpu or cuda. The latter was never run on a GPU. */
  provider: 'EXECUTION_PROVIDER',
  /** Samples of one run at most; each provider has its own usual number. */
  samplesAtOnce: 'SAMPLES_AT_ONCE',
  maxBodyBytes: 'MAX_BODY_BYTES',
  /** Requests in the house at most, the one being computed included; the next is told to come again. */
  maxRequests: 'MAX_REQUESTS',
  /** 1: leave when standard input closes, so that a parent that was killed leaves nobody behind. */
  exitWithParent: 'EXIT_WITH_PARENT',
} as const;

export interface Settings {
  readonly modelsFolder: string;
  readonly host: string;
  readonly port: number;
  readonly threads: number;
  readonly provider: 'cpu' | 'cuda';
  readonly samplesAtOnce?: number;
  readonly maxBodyBytes: number;
  readonly maxRequests: number;
  readonly exitWithParent: boolean;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws Error naming the variable, what it holds and what it should. */
export function readSettings(variables: Variables): Settings {
  const number = (name: string, usual: number, least = 1) => numberOf(variables, name, usual, least);
  const samples = variables[ENVIRONMENT.samplesAtOnce];
  return {
    modelsFolder: variables[ENVIRONMENT.models] || '/opt/ml/model',
    host: variables[ENVIRONMENT.host] || '0.0.0.0',
    port: number(ENVIRONMENT.sageMakerPort, number(ENVIRONMENT.port, 8080, 0), 0),
    threads: number(ENVIRONMENT.threads, availableParallelism()),
    provider: providerOf(variables[ENVIRONMENT.provider] || 'cpu'),
    samplesAtOnce: samples ? number(ENVIRONMENT.samplesAtOnce, 1) : undefined,
    maxBodyBytes: number(ENVIRONMENT.maxBodyBytes, 64 * 1024 ** 2),
    maxRequests: number(ENVIRONMENT.maxRequests, 16),
    exitWithParent: variables[ENVIRONMENT.exitWithParent] === '1',
  };
}

function numberOf(variables: Variables, name: string, usual: number, least: number): number {
  const text = variables[name];
  if (text === undefined || text === '') return usual;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least)
    throw new Error(`${name} is "${text}"; expected a whole number from ${least}`);
  return value;
}

function providerOf(name: string): 'cpu' | 'cuda' {
  if (name !== 'cpu' && name !== 'cuda')
    throw new Error(`${ENVIRONMENT.provider} is "${name}"; expected "cpu" or "cuda"`);
  return name;
}
