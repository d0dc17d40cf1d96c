import { decidedKey, type GateAsked, type GateVerdict, gateAskedKey, gateVerdictKey } from '../../contract/training.ts';
import { NeurotileError } from '../../core/errors.ts';
import { getJson, putJsonOnce } from '../json.ts';
import { AGAIN_SOON, DONE, type Verdict } from '../ports.ts';
import { askForRuns, askGate } from './ask-gate.ts';
import { failDataset } from './fail-dataset.ts';
import { type RunScores, scoresOf } from './gate-scores.ts';
import { judge, type ScoredPair } from './judge.ts';
import { type ModelVersion, modelVersions } from './model-versions.ts';
import type { TrainingPorts } from './ports.ts';
import { currentDigest, putInService } from './service.ts';
import { tell } from './tell.ts';

/**
 * The gate: every model that is pending is compared with the one in service, on the same held-back studies, through the
 * pipeline as it runs for everybody. Whoever calls it, and however often, it looks at what is there: it asks for runs
 * that nobody asked for, waits for those that have not ended, judges when all have, and promotes what passed.
 * @param isRound asks again for the runs that are missing: their messages may have been lost
 */
export async function gate(ports: TrainingPorts, { isRound = false } = {}): Promise<Verdict> {
  for (const version of await modelVersions(ports.studies)) {
    if (!(await isOpen(version, ports))) continue;
    const verdict = await gateModel(version, isRound, ports);
    if (verdict.verdict === 'again') return verdict;
  }
  return DONE;
}

/** What nobody decided on. A model that was in service and is not any more was taken out by somebody. */
async function isOpen({ digest, state, registered }: ModelVersion, { studies }: TrainingPorts): Promise<boolean> {
  return registered !== undefined && state !== 'retired' && !(await studies.head(decidedKey(digest)));
}

async function gateModel(version: ModelVersion, isRound: boolean, ports: TrainingPorts): Promise<Verdict> {
  const { digest, state, verdict: said } = version;
  const { studies, settings } = ports;
  const against = await currentDigest(studies);
  if (said && (state === 'refused' || state === 'in service')) return conclude(said, ports);
  if (against === undefined || against === digest) return DONE;
  if (!(await ports.isServed(digest)) || !(await ports.isServed(against))) return DONE;
  const known = await getJson<GateVerdict>(studies, gateVerdictKey(digest, against));
  if (known) return conclude(known, ports);
  const registered = version.registered!;
  try {
    const isAsked = (await studies.head(gateAskedKey(digest, against))) !== undefined;
    const asked = await askGate({ digest, against, dataset: settings.gateDataset ?? registered.dataset }, ports);
    const verdict = await verdictOf(asked, ports);
    if (!verdict && isRound && isAsked) await askForRuns(asked, ports);
    if (!verdict) return DONE;
    if ((await putJsonOnce(studies, gateVerdictKey(digest, against), verdict)) === 'conflict') return AGAIN_SOON;
    return conclude(verdict, ports);
  } catch (error) {
    if (!(error instanceof NeurotileError)) throw error;
    // The dataset changed since it was trained on: its owner can mend it, and the model stays pending.
    await failDataset(registered, error, ports);
    return DONE;
  }
}

/** Undefined while a run is missing. */
async function verdictOf(asked: GateAsked, ports: TrainingPorts): Promise<GateVerdict | undefined> {
  const { digest, against, dataset, leftOut } = asked;
  const pairs: ScoredPair[] = [];
  const unscored: string[] = [];
  const failed: string[] = [];
  for (const { item, study, regions } of asked.studies) {
    const before = await scoresOf(study, against, ports);
    const after = await scoresOf(study, digest, ports);
    if (before.state === 'missing' || after.state === 'missing') return undefined;
    if (before.state === 'scored' && after.state === 'scored')
      pairs.push({ item, regions, before: before.scores, after: after.scores });
    else (isOnlyCandidates(before, after) ? failed : unscored).push(item);
  }
  const judgement = judge(pairs, ports.settings.gateRule);
  const reasons = [...judgement.reasons, ...failed.map((item) => `${item}: its run failed under this model alone`)];
  const verdict = reasons.length === 0 ? 'passed' : 'refused';
  return { v: 1, digest, against, dataset, ...judgement, verdict, reasons, leftOut, unscored };
}

const isOnlyCandidates = (before: RunScores, after: RunScores) => before.state === 'scored' && after.state === 'failed';

/** Promotes what passed, if what it was compared with is still in service; else the next look compares it anew. */
async function conclude({ digest, against, verdict }: GateVerdict, ports: TrainingPorts): Promise<Verdict> {
  const { studies } = ports;
  const isPassed = verdict === 'passed';
  if (isPassed && (await putInService(digest, 'gate', studies, against)) !== 'done') return AGAIN_SOON;
  const told = { key: gateVerdictKey(digest, against), modelDigest: digest };
  await tell(isPassed ? { type: 'Model Promoted', ...told } : { type: 'Model Refused', code: 'GATE', ...told }, ports);
  const outcome = await putJsonOnce(studies, decidedKey(digest), { v: 1, digest, against, verdict });
  return outcome === 'conflict' ? AGAIN_SOON : DONE;
}
