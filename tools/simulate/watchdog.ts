import { type StageName, stalledAfterSeconds, WATCH } from '../../functions/contract/stages.ts';
import type { House } from './house.ts';
import type { Road } from './road.ts';
import { awaited, type Study } from './study.ts';

/** Goes round on its schedule: moves runs of which nothing was stored for too long, and fails those moved too often. */
export function startWatchdog(
  { timeline, parameters, meter, workers }: House,
  studies: readonly Study[],
  road: Road,
  isOver: () => boolean,
): void {
  timeline.after(WATCH.everySeconds, goRound);
  let rounds = 0;

  function goRound(): void {
    let left = parameters.movedRuns;
    for (const study of inTurn(studies.filter(awaited))) {
      const stage = awaited(study)!;
      if (timeline.now() - study.movedAt <= stalledAfterSeconds(stage, study.nudges)) continue;
      move(study, stage);
      if (--left === 0) break;
    }
    if (!isOver()) timeline.after(WATCH.everySeconds, goRound);
  }

  /** So many a round, the next round those after them. */
  function inTurn(open: readonly Study[]): readonly Study[] {
    const most = parameters.watchedRuns;
    if (open.length <= most) return open;
    const first = (rounds++ * most) % open.length;
    return [...open.slice(first), ...open.slice(0, first)].slice(0, most);
  }

  function move(study: Study, stage: StageName): void {
    if (study.nudges >= WATCH.nudges) {
      meter.note('stalled', timeline.now());
      road.fail(study, 'stalled');
      return;
    }
    meter.note('watchdog moves a run', timeline.now());
    study.nudges++;
    if (stage === 'infer') road.sendTiles(study);
    else workers().send({ stage, study, tiles: [], firstSentAt: timeline.now(), receives: 0 });
  }
}
