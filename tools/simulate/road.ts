import { LIMITS, type StageName, TILES_PER_MESSAGE } from '../../functions/contract/stages.ts';
import { stageDuration } from './durations.ts';
import type { House } from './house.ts';
import type { Failure, Message, Study } from './study.ts';
import { isComplete } from './study.ts';

/** What a stage does to the world, as functions/pipeline does it to the buckets. */
export interface Road {
  work(stage: StageName, batch: readonly Message[], ended: (effect: () => void) => void): void;
  /** Messages that carry the tiles of a study which have no prediction yet. */
  sendTiles(study: Study): void;
  fail(study: Study, failure: Failure): void;
}

export function createRoad(house: House): Road {
  const { timeline, parameters, meter } = house;
  const send = (stage: StageName, study: Study, delaySeconds = 0) =>
    house
      .workers()
      .send({ stage, study, tiles: [], firstSentAt: timeline.now() + delaySeconds, receives: 0 }, delaySeconds);
  const moved = (study: Study) => {
    study.movedAt = timeline.now();
  };

  const effects: Record<Exclude<StageName, 'infer'>, (study: Study) => void> = {
    ingest(study) {
      study.ingested = true;
      moved(study);
      send('register', study);
    },
    register(study) {
      if (study.registered) meter.note('work done twice', timeline.now());
      study.registered = true;
      moved(study);
      send('tile', study);
    },
    tile(study) {
      study.tiled = true;
      moved(study);
      sendTiles(study);
    },
    gather(study) {
      if (!isComplete(study)) return;
      // Told again even so: whoever wrote the list may have been killed before it told anybody.
      send('reduce', study, study.listed ? parameters.reduceAgainSeconds : 0);
      if (!study.listed) moved(study);
      study.listed = true;
    },
    reduce(study) {
      if (study.committed) return;
      study.committed = true;
      moved(study);
      send('announce', study, parameters.eventSeconds);
    },
    announce(study) {
      study.completedAt ??= timeline.now();
    },
  };

  function sendTiles(study: Study): void {
    const missing = [...study.predicted.keys()].filter((tile) => !study.predicted[tile]);
    for (let n = 0; n < missing.length; n += TILES_PER_MESSAGE) {
      const tiles = missing.slice(n, n + TILES_PER_MESSAGE);
      house.workers().send({ stage: 'infer', study, tiles, firstSentAt: timeline.now(), receives: 0 });
    }
    if (missing.length === 0) send('gather', study);
  }

  function predicted(study: Study, tile: number): void {
    if (study.predicted[tile]) meter.note('work done twice', timeline.now());
    else study.predictions++;
    study.predicted[tile] = 1;
    moved(study);
    send('gather', study, parameters.eventSeconds);
  }

  function infer(message: Message, ended: (effect: () => void) => void): void {
    const { study } = message;
    const tiles = message.tiles.filter((tile) => !study.predicted[tile]);
    if (tiles.length < message.tiles.length) send('gather', study);
    house.predictor().predict(message, tiles, {
      predicted: (tile) => predicted(study, tile),
      done: () => ended(() => {}),
      again: (delaySeconds) => ended(() => again(message, delaySeconds)),
      failedTile: (tile) => failedTile(study, tile),
    });
  }

  /** A fresh copy: receives start anew, the time of the first sending is kept. */
  function again(message: Message, delaySeconds: number): void {
    if (timeline.now() - message.firstSentAt > parameters.deadlineSeconds) {
      meter.note('deadline', timeline.now());
      fail(message.study, 'deadline');
    } else house.workers().send({ ...message, receives: 0 }, delaySeconds);
  }

  /** The endpoint lost it or gave it up: the tile goes its way once more. */
  function failedTile(study: Study, tile: number): void {
    if (study.predicted[tile]) return;
    const failures = (study.tileFailures.get(tile) ?? 0) + 1;
    study.tileFailures.set(tile, failures);
    if (failures >= LIMITS.tileFailures) fail(study, 'tile failures');
    else house.workers().send({ stage: 'infer', study, tiles: [tile], firstSentAt: timeline.now(), receives: 0 });
  }

  function fail(study: Study, failure: Failure): void {
    if (study.completedAt === undefined) study.failed ??= failure;
  }

  return {
    sendTiles,
    fail,
    work(stage, batch, ended) {
      if (stage === 'infer') return infer(batch[0], ended);
      const studies = [...new Set(batch.map((m) => m.study))];
      timeline.after(stageDuration(stage, studies, house), () =>
        ended(() => {
          for (const study of studies) effects[stage](study);
        }),
      );
    },
  };
}
