import { join } from 'node:path';
import { createNodeCodec } from '../../adapters/node-codec.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import type { Result, StudyError } from '../../contract/documents.ts';
import { errorKey } from '../../contract/keys.ts';
import { REGIONS } from '../../contract/model.ts';
import { NeurotileError } from '../../core/errors.ts';
import { getJson } from '../../pipeline/json.ts';
import { type Given, needed } from '../command.ts';
import { fetchResults, writeError } from '../fetch-results.ts';
import { printOutcomes } from '../print-outcome.ts';
import { printTable } from '../print-table.ts';
import { createProgress } from '../progress.ts';
import { type Cloud, openCloud } from './open-cloud.ts';
import { STATUS_COLUMNS, stateText, statusCells } from './status-text.ts';
import { type Buckets, listStatuses, newestResult, type StudyStatus, statusOf } from './study-status.ts';

const POLL_MS = 2000;

const bucketsOf = ({ studies, work }: Cloud): Buckets => ({ studies, work, nowMs: systemClock.nowMs });

async function knownStatus(study: string, cloud: Cloud): Promise<StudyStatus> {
  const status = await statusOf(study, bucketsOf(cloud));
  if (status) return status;
  throw new NeurotileError('STUDY_UNKNOWN', { found: `"${study}" in the stack ${cloud.stack.name}` });
}

/** `neurotile status`: a table, of one study or all. */
export async function statusCommand(given: Given): Promise<number> {
  const cloud = await openCloud(given);
  const [study] = given.operands;
  const statuses = study === undefined ? await listStatuses(bucketsOf(cloud)) : [await knownStatus(study, cloud)];
  const nowMs = systemClock.nowMs();
  if (statuses.length === 0) console.log('There is no study yet: neurotile upload');
  else printTable([[...STATUS_COLUMNS], ...statuses.map((s) => statusCells(s, cloud.stack.predictor, nowMs))]);
  return 0;
}

/** `neurotile watch`: a line a stage until the study ends. @returns as `run` does */
export async function watchCommand(given: Given): Promise<number> {
  const cloud = await openCloud(given);
  const progress = createProgress(process.stderr, systemClock.nowMs);
  const [study] = given.operands;
  let status = await knownStatus(study, cloud);
  while (!isEnded(status)) {
    const { state, tiles } = status;
    const message = stateText(status, cloud.stack.predictor);
    progress.log({ stage: state === 'gather' ? 'infer' : state, message, done: tiles?.done, total: tiles?.total });
    await new Promise((next) => setTimeout(next, POLL_MS));
    status = await knownStatus(study, cloud);
  }
  progress.end();
  return printEnd(status, cloud);
}

/** `neurotile fetch`: the newest result into a folder, or the error that there is instead. */
export async function fetchCommand(given: Given): Promise<number> {
  const cloud = await openCloud(given);
  const [name] = given.operands;
  const folder = needed(given, 'out');
  const study = { name, folder, files: [] };
  const status = await knownStatus(name, cloud);
  const result = await newestResult(name, cloud.studies);
  if (result && status.state !== 'refused' && status.state !== 'failed') {
    if (status.state !== 'done')
      console.error(`This is an earlier result: ${stateText(status, cloud.stack.predictor)}`);
    const fetched = await fetchResults(result.key, cloud.studies, folder, createNodeCodec());
    return printOutcomes([{ study, folder, result: fetched }]);
  }
  if (!isEnded(status))
    throw new NeurotileError('NO_RESULT', { found: `"${name}": ${stateText(status, cloud.stack.predictor)}` });
  const error = await errorOf(name, cloud);
  await writeError(error, folder);
  return printOutcomes([{ study, folder, error }]);
}

const isEnded = ({ state }: StudyStatus) => state === 'done' || state === 'refused' || state === 'failed';

async function printEnd({ study, state }: StudyStatus, cloud: Cloud): Promise<number> {
  if (state !== 'done') {
    const { code, message, kind } = await errorOf(study, cloud);
    console.error(`${code}: ${message}`);
    return kind === 'refused' ? 2 : 1;
  }
  const { key } = (await newestResult(study, cloud.studies))!;
  const { volumesMl } = (await getJson<Result>(cloud.studies, key))!;
  console.log(`done: ${REGIONS.map((region) => `${region} ${volumesMl[region].toFixed(1)} ml`).join(', ')}`);
  console.log(`all of it: neurotile fetch ${JSON.stringify(study)} --out ${JSON.stringify(join('.', 'results'))}`);
  return 0;
}

const errorOf = async (study: string, { studies }: Cloud) => (await getJson<StudyError>(studies, errorKey(study)))!;
