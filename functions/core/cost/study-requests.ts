/** Stages of the road, by what they ask of S3; the same names as in the stage table. */
type Asks = { writes: number; reads: number; writesATile?: number; readsATile?: number; writesAMessage?: number };

/**
 * Requests to S3 of each stage for one study of four sequences: writes are PUT and LIST, reads GET and HEAD. Counted by
 * running studies of 9, 18, 32 and 36 tiles (tools/simulate/measure.ts); a test holds the table to that count.
 */
const ASKS: Readonly<Record<string, Asks>> = {
  ingest: { writes: 3, reads: 15 },
  register: { writes: 12, reads: 13 },
  tile: { writes: 4, reads: 7, writesATile: 1 },
  infer: { writes: 0, reads: 0, writesATile: 1, readsATile: 2.5, writesAMessage: 1 },
  gather: { writes: 1, reads: 0, writesATile: 1, readsATile: 1 },
  reduce: { writes: 8, reads: 40, readsATile: 1.5 },
  announce: { writes: 0, reads: 1 },
};

export interface StudyRequests {
  s3Writes: number;
  s3Reads: number;
  /** Send, receive and delete of each message, those that S3 sends included (their sending is free). */
  sqs: number;
}

/**
 * What one study asks of S3 and SQS.
 * @param tiles of its plan
 * @param tileMessages that carry them to the model
 */
export function studyRequests(tiles: number, tileMessages: number): StudyRequests {
  const asks = Object.values(ASKS);
  const sum = (of: (a: Asks) => number) => Math.round(asks.reduce((total, a) => total + of(a), 0));
  const messages = messagesOf(tiles, tileMessages);
  return {
    s3Writes: sum((a) => a.writes + (a.writesATile ?? 0) * tiles + (a.writesAMessage ?? 0) * tileMessages),
    s3Reads: sum((a) => a.reads + (a.readsATile ?? 0) * tiles),
    sqs: 3 * messages.sent + 2 * messages.byS3,
  };
}

/** `ingest`, `gather` and `announce` are woken by S3; `reduce` is sent twice where the last two tiles come together. */
const messagesOf = (tiles: number, tileMessages: number) => ({ sent: 2 + tileMessages + 2, byS3: 1 + tiles + 1 });
