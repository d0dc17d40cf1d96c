import type { PredictorKind } from '../functions/contract/environment.ts';
import type { Bucket, StageName } from '../functions/contract/stages.ts';
import type { HandlerName } from './handler-names.ts';

/**
 * Who may do what: what each use-case in functions/pipeline reads, writes and sends, and no more. docs/permissions.md
 * shows what comes of it.
 */
export interface HandlerRights {
  readonly objects: readonly ObjectRight[];
  /** Stages that are sent messages. Every stage may send to itself: `again` is a fresh copy. */
  readonly sends: readonly StageName[];
  /** Whether it makes the hashes that stand for studies. */
  readonly hashes?: boolean;
}

export interface ObjectRight {
  readonly bucket: Bucket;
  readonly prefix: string;
  readonly may: readonly ObjectAction[];
  readonly why: string;
}

/** `pinned`: a version that a manifest or a list names. */
export type ObjectAction = 'read' | 'pinned' | 'write' | 'remove';

const right =
  (bucket: Bucket) =>
  (prefix: string, may: readonly ObjectAction[], why: string): ObjectRight => ({ bucket, prefix, may, why });
const studies = right('studies');
const work = right('work');

/** What ends a study by an error, wherever that happens. */
const FAILING = [
  studies('results/', ['read', 'write'], 'artefacts, the result, and error.json where the study ends here'),
  work('open/', ['write'], 'that a run is under way, or an error not announced yet'),
];

const EVERY_STAGE = [...FAILING, work('runs/', ['read', 'write'], "the run's documents, and what the stage took")];

/** Where only names are looked at, no right on objects is needed: `onObjects` lets every handler list its buckets. */
export const RIGHTS: Readonly<Record<HandlerName, HandlerRights>> = {
  ingest: {
    objects: [
      ...EVERY_STAGE,
      studies('incoming/', ['read', 'pinned'], 'what was uploaded'),
      studies('models/', ['read'], 'which model is current'),
    ],
    sends: ['register', 'announce'],
    hashes: true,
  },
  register: {
    objects: [...EVERY_STAGE, studies('incoming/', ['pinned'], 'the sequences')],
    sends: ['tile'],
  },
  tile: {
    objects: [
      ...EVERY_STAGE,
      studies('incoming/', ['pinned'], 'the sequences'),
      work('tensors/', ['write'], 'the tiles'),
    ],
    sends: ['infer'],
  },
  infer: {
    objects: [
      ...EVERY_STAGE,
      work('predictions/', ['read'], 'which tiles are done'),
      work('failures/', ['write'], 'that an endpoint failed on a tile'),
    ],
    sends: ['gather'],
  },
  gather: { objects: EVERY_STAGE, sends: ['reduce'] },
  reduce: {
    objects: [
      ...FAILING,
      work('runs/', ['read'], "the run's documents, and what the stages took"),
      studies('incoming/', ['pinned'], 'the sequences, and the reference mask'),
      work('predictions/', ['pinned'], 'the versions that the list names'),
    ],
    sends: [],
  },
  announce: {
    objects: [
      studies('results/', ['read'], 'the result or the error to tell of'),
      work('runs/', ['read'], 'whether a result is one of ours'),
      work('open/', ['read', 'remove'], 'that nothing is left to be told'),
    ],
    sends: [],
    hashes: true,
  },
  watch: {
    objects: [
      studies('results/', ['read', 'write'], 'what ended without being told; error.json of what will not end'),
      work('open/', ['read', 'write', 'remove'], 'runs under way'),
      work('nudges/', ['write'], 'that a run was moved'),
      work('runs/', ['read'], 'how far a run is'),
    ],
    sends: ['ingest', 'register', 'tile', 'infer', 'gather', 'reduce', 'announce'],
  },
};

/** The training Lambda's, where a stack has one. */
export const TRAINING_RIGHTS: HandlerRights = {
  objects: [
    studies('datasets/', ['read', 'pinned'], 'dataset.json, and the studies that the gate looks at'),
    studies('training/', ['read', 'write'], 'jobs, how datasets stand, and what SageMaker wrote of a model'),
    studies('models/', ['read', 'write'], 'models, what the gate said of them, and which one is in service'),
    studies('incoming/_gate/', ['read', 'write'], "the gate's studies, laid where uploads lie"),
    studies('results/_gate/', ['read'], 'how they were scored'),
    work('runs/', ['read'], 'under which model a run failed'),
  ],
  sends: ['ingest'],
};

/** What `infer` needs more, by where the model runs; a SageMaker endpoint that answers later has a role of its own. */
export const PREDICTOR_RIGHTS: Readonly<Record<PredictorKind, readonly ObjectRight[]>> = {
  lambda: [
    studies('models/', ['read'], 'the network and its metadata'),
    work('tensors/', ['read'], 'the tiles'),
    work('predictions/', ['write'], 'what the model says of them'),
  ],
  async: [],
  realtime: [work('tensors/', ['read'], 'the tiles'), work('predictions/', ['write'], 'what the model says of them')],
};

/** All that a handler may do. */
export function rightsOf(name: HandlerName, predictor: PredictorKind): HandlerRights {
  const rights = RIGHTS[name];
  return name === 'infer' ? { ...rights, objects: [...rights.objects, ...PREDICTOR_RIGHTS[predictor]] } : rights;
}
