import type { Endpoint } from './endpoint.ts';
import type { House } from './house.ts';
import type { Metrics } from './scaling.ts';
import type { Message } from './study.ts';

/** How a message's tiles meet the model; calls `done` or `again` once, when the Lambda is through with the message. */
export interface SimulatedPredictor {
  predict(message: Message, tiles: readonly number[], on: Outcomes): void;
}

export interface Outcomes {
  /** There is an object at the tile's key. */
  predicted(tile: number): void;
  done(): void;
  again(delaySeconds: number): void;
  /** The endpoint took the tile and failed on it. */
  failedTile(tile: number): void;
}

/** After a request that was given up: adapters wait 1 to 15 s. */
const RETRY_SECONDS = 15;
/** A Lambda that only hands tiles on, or looks whether they are there, a message. */
const HAND_ON_SECONDS = 0.2;

/** The infer Lambda computes, one tile after the other. */
export function createLambdaPredictor({ timeline, random, parameters: { work, spread } }: House): SimulatedPredictor {
  return {
    predict(_, tiles, on) {
      let at = 0;
      for (const tile of tiles) {
        at += work.infer * random.uniform(1 - spread, 1 + spread);
        timeline.after(at, () => on.predicted(tile));
      }
      timeline.after(tiles.length === 0 ? HAND_ON_SECONDS : at, on.done);
    },
  };
}

/** Tiles are handed to an endpoint that answers by an object, unless too many wait there as far as CloudWatch knows. */
export function createAsyncPredictor(house: House, endpoint: Endpoint, metrics: Metrics): SimulatedPredictor {
  const { timeline, parameters, meter } = house;
  const { mostWaiting, holdBackSeconds, requestTtlSeconds: ttlSeconds } = parameters.gpu;
  return {
    predict(_, tiles, on) {
      timeline.after(HAND_ON_SECONDS, () => {
        if (metrics.backlogSeen() > mostWaiting) {
          meter.note('held back', timeline.now());
          return on.again(holdBackSeconds);
        }
        for (const tile of tiles) ask(tile, on);
        on.done();
      });
    },
  };

  function ask(tile: number, on: Outcomes): void {
    const lost = () => {
      meter.note('request lost', timeline.now());
      on.failedTile(tile);
    };
    endpoint.ask({ askedAt: timeline.now(), ttlSeconds, answered: () => on.predicted(tile), lost });
  }
}

/** The Lambda waits for the answer, one tile after the other; what is late is computed all the same, and thrown away. */
export function createRealtimePredictor(house: House, endpoint: Endpoint): SimulatedPredictor {
  const { timeline, parameters, meter } = house;
  const patience = parameters.gpu.realtimeTimeoutSeconds;

  function askFor(tiles: readonly number[], n: number, on: Outcomes): void {
    if (n === tiles.length) {
      on.done();
      return;
    }
    const askedAt = timeline.now();
    let isWaiting = true;
    timeline.after(patience, () => {
      if (!isWaiting) return;
      isWaiting = false;
      meter.note('time-out', timeline.now());
      on.again(RETRY_SECONDS);
    });
    const answered = () => {
      if (!isWaiting) return;
      isWaiting = false;
      on.predicted(tiles[n]);
      askFor(tiles, n + 1, on);
    };
    endpoint.ask({ askedAt, ttlSeconds: Number.POSITIVE_INFINITY, answered, lost() {} });
  }

  return {
    predict: (_, tiles, on) => timeline.after(HAND_ON_SECONDS, () => askFor(tiles, 0, on)),
  };
}
