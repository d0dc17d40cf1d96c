import type { PredictorKind } from '../../functions/contract/environment.ts';
import { STAGE_NAMES, type StageName } from '../../functions/contract/stages.ts';
import { type End, parametersAt } from './ends.ts';
import type { Parameters } from './parameters.ts';

/** One row of docs/scale.md: a predictor as it is deployed, or with one knob turned. */
export interface Variation {
  predictor: PredictorKind;
  name: string;
  /** Where the knob is. */
  knob?: string;
  turn(parameters: Parameters): Parameters;
}

const asIs = (predictor: PredictorKind): Variation => ({
  predictor,
  name: 'as deployed',
  turn: (p) => p,
});

const smallAccount = (predictor: PredictorKind): Variation => ({
  predictor,
  name: 'new account, 10 Lambdas at once',
  knob: 'account quota',
  turn: (p) => ({ ...p, accountConcurrency: 10 }),
});

const fewer = (p: Parameters, concurrency: (stage: StageName) => number): Parameters => ({
  ...p,
  stages: Object.fromEntries(
    STAGE_NAMES.map((s) => [s, { ...p.stages[s], concurrency: concurrency(s) }]),
  ) as Parameters['stages'],
});

const reduceAtOnce = (p: Parameters): Parameters => ({ ...p, reduceAgainSeconds: 0 });
const instances =
  (n: number) =>
  (p: Parameters): Parameters => ({
    ...p,
    gpu: { ...p.gpu, maxInstances: n, minInstances: p.predictor === 'realtime' ? n : 0 },
  });

const GPU = 'context maxInstances';
const REDUCE = 'LIMITS.secondReduceSeconds';

export const VARIATIONS: readonly Variation[] = [
  asIs('lambda'),
  smallAccount('lambda'),
  {
    predictor: 'lambda',
    name: 'new account, every stage at the least concurrency, 2',
    knob: 'stage table',
    turn: (p) => fewer({ ...p, accountConcurrency: 10 }, () => 2),
  },
  { predictor: 'lambda', name: '`reduce` told again at once, not after a minute', knob: REDUCE, turn: reduceAtOnce },
  {
    predictor: 'lambda',
    name: 'five times the concurrency',
    knob: 'stage table',
    turn: (p) => fewer(p, (s) => 5 * p.stages[s].concurrency),
  },
  {
    predictor: 'lambda',
    name: 'that of `infer` alone',
    knob: 'stage table',
    turn: (p) => fewer(p, (s) => (s === 'infer' ? 5 : 1) * p.stages[s].concurrency),
  },
  asIs('async'),
  smallAccount('async'),
  { predictor: 'async', name: '4 instances at most', knob: GPU, turn: instances(4) },
  { predictor: 'async', name: '16 instances at most', knob: GPU, turn: instances(16) },
  {
    predictor: 'async',
    name: '4 instances, held back for 900 s, not 60',
    knob: 'async-predictor.ts',
    turn: (p) => holdBack(instances(4)(p), 900),
  },
  {
    predictor: 'async',
    name: '4 instances, 10 `infer` at once, not 40',
    knob: 'stage table',
    turn: (p) => fewer(instances(4)(p), (s) => (s === 'infer' ? 10 : p.stages[s].concurrency)),
  },
  asIs('realtime'),
  smallAccount('realtime'),
  { predictor: 'realtime', name: '4 instances', knob: 'instances', turn: instances(4) },
  { predictor: 'realtime', name: '16 instances', knob: 'instances', turn: instances(16) },
];

const holdBack = (p: Parameters, holdBackSeconds: number): Parameters => ({ ...p, gpu: { ...p.gpu, holdBackSeconds } });

/** The parameters of a row at one end. */
export const parametersOf = ({ predictor, turn }: Variation, end: End): Parameters =>
  turn(parametersAt(end, predictor));
