import type { StageName } from '../../functions/contract/stages.ts';

/** A simulated study: what of it is stored, as the real stages would find it. */
export interface Study {
  readonly id: number;
  readonly arrivedAt: number;
  ingested: boolean;
  registered: boolean;
  tiled: boolean;
  /** 1 where a tile has its prediction. */
  readonly predicted: Uint8Array;
  predictions: number;
  /** The list of predictions was written, and `reduce` told. */
  listed: boolean;
  committed: boolean;
  /** error.json is there; a result that comes after all wins over it. */
  failed?: Failure;
  completedAt?: number;
  /** When something of it was stored last, and how often the watchdog has moved it. */
  movedAt: number;
  nudges: number;
  /** Failures that the endpoint told of, by tile. */
  readonly tileFailures: Map<number, number>;
}

export type Failure = 'dead letter' | 'deadline' | 'stalled' | 'tile failures';

/** What lies in a queue. */
export interface Message {
  readonly stage: StageName;
  readonly study: Study;
  /** Of `infer`. */
  readonly tiles: readonly number[];
  readonly firstSentAt: number;
  receives: number;
}

export function createStudy(id: number, arrivedAt: number, tiles: number): Study {
  return {
    id,
    arrivedAt,
    ingested: false,
    registered: false,
    tiled: false,
    predicted: new Uint8Array(tiles),
    predictions: 0,
    listed: false,
    committed: false,
    movedAt: arrivedAt,
    nudges: 0,
    tileFailures: new Map(),
  };
}

export const isComplete = (study: Study) => study.predictions === study.predicted.length;

/** The stage that has to move next; undefined where the study has ended or was not yet seen. */
export function awaited(study: Study): StageName | undefined {
  if (!study.ingested || study.failed || study.completedAt !== undefined) return undefined;
  if (!study.registered) return 'register';
  if (!study.tiled) return 'tile';
  if (!isComplete(study)) return 'infer';
  if (!study.listed) return 'gather';
  return study.committed ? 'announce' : 'reduce';
}
