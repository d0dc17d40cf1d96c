/** What the use-cases need of the world. Adapters implement these; conformance suites in test/ hold them to it. */
import type { PredictorKind } from '../contract/environment.ts';
import type { Message } from '../contract/messages.ts';
import type { StageName } from '../contract/stages.ts';
import type { Affine, Volume } from '../core/volume/volume.ts';

/** Outcome of a conditional put: `exists` is S3's 412 (somebody was first: done), `conflict` its 409 (try again). */
export type PutOutcome = { outcome: 'stored'; version: string } | { outcome: 'exists' } | { outcome: 'conflict' };

export interface ObjectInfo {
  key: string;
  version: string;
  bytes: number;
  /** When it was stored, ms since 1970. */
  storedMs: number;
}

/** Objects by key, versioned, last writer wins unless asked otherwise. */
export interface ObjectStore {
  /** The object, or of it the version asked for; undefined where there is none. */
  get(key: string, version?: string): Promise<{ bytes: Uint8Array; version: string } | undefined>;
  head(key: string): Promise<ObjectInfo | undefined>;
  /** Atomic: the object is there whole or not at all. With `ifAbsent` only where there is none. */
  put(key: string, bytes: Uint8Array, options?: { ifAbsent?: boolean }): Promise<PutOutcome>;
  /** All objects under a prefix, by key in ascending order (UTF-8). */
  list(prefix: string): Promise<ObjectInfo[]>;
  /** From now on there is none at that key; versions that somebody pinned stay. Nothing where there is none. */
  remove(key: string): Promise<void>;
}

/** Messages to the stages. At least once, in any order. */
export interface MessageQueue {
  send(message: Message, options?: { delaySeconds?: number }): Promise<void>;
}

/** Messages that were received too often. */
export interface DeadLetters {
  /** A look at all of them; they stay where they are, for `redrive`. */
  peek(): Promise<readonly { stage: StageName; body: string; sentMs: number }[]>;
}

/** Runs one tile on the model. Whatever the adapter, the prediction is an object at its key. */
export interface Predictor {
  /**
   * float16 tensor (.npy bytes, N×C×[D×]H×W) at `tensorKey` -> uint8 probabilities (.npy bytes, N×R×[D×]H×W) at
   * `predictionKey`. `accepted`: somebody else will put it there. `busy`: throttled, starting or timed out; ask again.
   * @throws NeurotileError PREDICTION when the model answers something else than was asked.
   */
  predict(
    request: PredictRequest,
  ): Promise<{ state: 'done' } | { state: 'accepted' } | { state: 'busy'; retryAfterSeconds: number }>;
}

export interface PredictRequest {
  modelDigest: string;
  tile: string;
  tensorKey: string;
  predictionKey: string;
}

/** Rigid registration by mutual information. */
export interface Registrar {
  /**
   * @returns the rigid map of fixed world points to moving world points (RAS mm), deterministic for equal inputs.
   * @throws NeurotileError REGISTRATION when it cannot be found.
   */
  register(fixed: Volume, moving: Volume): Promise<{ matrix: Affine }>;
}

/** Bytes in, bytes out: what the platform does faster than we could. */
export interface Codec {
  sha256(bytes: Uint8Array): Promise<string>;
  gzip(bytes: Uint8Array): Promise<Uint8Array>;
  /**
   * Inflates, stopping at `maxBytes` whatever the header said.
   * @throws NeurotileError NOT_GZIP_OR_TRUNCATED, TOO_LARGE
   */
  gunzip(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array>;
  /**
   * The first `wanted` bytes of what inflating would give, or all of it where it is shorter; inflates little more.
   * @throws NeurotileError NOT_GZIP_OR_TRUNCATED where the stream breaks before that
   */
  gunzipHead(bytes: Uint8Array, wanted: number): Promise<Uint8Array>;
  /** RGB, 8 bits, row by row from the top left: width × height × 3 bytes -> PNG file. */
  png(rgb: Uint8Array, width: number, height: number): Promise<Uint8Array>;
}

/** Time is injected, so that nothing in an artefact can depend on it. */
export interface Clock {
  nowMs(): number;
  /** Resident memory of this process, MiB. */
  rssMb(): number;
}

/** What the world is told, at least once; an event sent twice has one id. */
export interface StudyEvent {
  id: string;
  type: 'Study Completed' | 'Study Refused' | 'Study Failed';
  version: 1;
  /** Keyed hash of the study's name: names may name a patient. */
  studyHash: string;
  /** Key of result.json or error.json. */
  key: string;
  code?: string;
  run?: string;
  modelDigest?: string;
  volumesMl?: Record<string, number>;
}

export interface EventBus {
  publish(event: StudyEvent): Promise<void>;
}

export interface Ports {
  studies: ObjectStore;
  work: ObjectStore;
  queue: MessageQueue;
  predictor: Predictor;
  registrar: Registrar;
  codec: Codec;
  clock: Clock;
  events: EventBus;
  /** Keyed hash of a study's name, hex: stands for the name wherever others may look. */
  hashStudy(study: string): Promise<string>;
  /**
   * What this process has decoded lately, by name: later stages of one process need not decode it again. May forget at
   * any time, or never remember.
   */
  recent<T>(name: string, make: () => Promise<T>): Promise<T>;
  /**
   * Makes now what a later stage will ask `recent` for, where that stage is to run in this process: a use-case calls it
   * when a core is idle anyway. Elsewhere it does nothing.
   */
  ahead<T>(name: string, make: () => Promise<T>): void;
  /** How tiles meet the model, where that is paid for: the receipt's arithmetic. Nothing on a laptop. */
  billedAs?: PredictorKind;
  /** Script that the report embeds (NiiVue, bundled for the browser). */
  viewerScript(): Promise<string>;
  log(event: LogEvent): void;
}

/** Log lines carry the run id and counts; never content or names. */
export interface LogEvent {
  stage: string;
  run?: string;
  message: string;
  done?: number;
  total?: number;
}

/**
 * How a message ended. `again`: a fresh copy is sent after the delay (a queue counts every receive, so waiting must
 * not use them up). `refused`: `error.json` was written and the message is spent.
 */
export type Verdict =
  | { verdict: 'done'; run?: string }
  | { verdict: 'again'; delaySeconds: number }
  | { verdict: 'refused'; code: string };

export const DONE: Verdict = { verdict: 'done' };
/** Something that another message makes is not there yet, or a conditional put met a conflict. */
export const AGAIN_SOON: Verdict = { verdict: 'again', delaySeconds: 1 };

/** What the queue knows of a message. */
export interface Delivery {
  /** When this piece of work was first sent, ms; copies sent by `again` keep it. */
  firstSentMs: number;
  /** Nobody can have died over this message: its queue outlives its readers, and had not handed it out before. */
  isFirst?: boolean;
}
