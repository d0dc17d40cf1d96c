import type { StageName } from './stages.ts';

/** Messages carry pointers and a version, never voxels. */
export type Message =
  /** `model`: digest of the model that the run is asked for under; the current one where nothing is said. */
  | { v: 1; stage: 'ingest'; study: string; model?: string }
  | { v: 1; stage: 'register'; run: string }
  | { v: 1; stage: 'tile'; run: string }
  /** `failed`: an endpoint took these tiles and failed; the id that it gave the attempt. */
  | { v: 1; stage: 'infer'; run: string; tiles: readonly string[]; failed?: string }
  | { v: 1; stage: 'gather'; run: string }
  | { v: 1; stage: 'reduce'; run: string }
  | { v: 1; stage: 'announce'; key: string };

export type MessageOf<S extends StageName> = Extract<Message, { stage: S }>;

const RUN = /^[0-9a-f]{32}$/;
const DIGEST = /^[0-9a-f]{64}$/;
const TILE = /^[0-9a-z-]{1,64}$/;
const FAILURE = /^[0-9A-Za-z-]{1,64}$/;

/** A message as some queue held it, or undefined where it is not one of ours: foreign, malformed, of another version. */
export function parseMessage(value: unknown): Message | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const m = value as Record<string, unknown>;
  if (m.v !== 1) return undefined;
  const isRun = typeof m.run === 'string' && RUN.test(m.run);
  switch (m.stage) {
    case 'ingest': {
      const model = m.model === undefined || (typeof m.model === 'string' && DIGEST.test(m.model));
      return typeof m.study === 'string' && m.study !== '' && model ? (m as Message) : undefined;
    }
    case 'announce':
      return typeof m.key === 'string' ? (m as Message) : undefined;
    case 'infer': {
      const tiles = m.tiles;
      const good = isRun && Array.isArray(tiles) && tiles.every((t) => typeof t === 'string' && TILE.test(t));
      const failed = m.failed === undefined || (typeof m.failed === 'string' && FAILURE.test(m.failed));
      return good && failed ? (m as Message) : undefined;
    }
    case 'register':
    case 'tile':
    case 'gather':
    case 'reduce':
      return isRun ? (m as Message) : undefined;
    default:
      return undefined;
  }
}
