import type { Result, StudyError } from '../contract/documents.ts';
import { type Fields, isRecord, parsed } from '../contract/fields.ts';
import { artefactKey } from '../contract/keys.ts';
import { REGIONS } from '../contract/model.ts';
import { ERRORS, type ErrorCode } from '../core/errors.ts';

/** Anybody with rights on the bucket can put a result.json or an error.json there: these tell ours by their form. */

const RUN = /^[0-9a-f]{32}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** A result, or undefined for anything else: every field of its type, every artefact at its own key in the run's folder. */
export function parseResult(bytes: Uint8Array): Result | undefined {
  const value = parsed(new TextDecoder().decode(bytes));
  const isResult =
    isRecord(value) &&
    value.v === 1 &&
    typeof value.study === 'string' &&
    isMatch(value.run, RUN) &&
    isMatch(value.modelDigest, SHA256) &&
    isCount(value.pipelineVersion) &&
    isRecord(value.volumesMl) &&
    REGIONS.every((region) => Number.isFinite((value.volumesMl as Fields)[region])) &&
    areArtefacts(value.artefacts, value.study, value.run);
  return isResult ? (value as unknown as Result) : undefined;
}

/** A study's error, or undefined for anything else: a code that there is, of its own kind. */
export function parseStudyError(bytes: Uint8Array): StudyError | undefined {
  const value = parsed(new TextDecoder().decode(bytes));
  const isError =
    isRecord(value) &&
    value.v === 1 &&
    typeof value.study === 'string' &&
    typeof value.message === 'string' &&
    typeof value.code === 'string' &&
    Object.hasOwn(ERRORS, value.code) &&
    ERRORS[value.code as ErrorCode].kind === value.kind &&
    (value.run === undefined || isMatch(value.run, RUN));
  return isError ? (value as unknown as StudyError) : undefined;
}

function areArtefacts(value: unknown, study: string, run: string): boolean {
  if (!isRecord(value)) return false;
  const isArtefact = ([name, artefact]: [string, unknown]) =>
    isRecord(artefact) &&
    artefact.key === artefactKey(study, run, name) &&
    isMatch(artefact.sha256, SHA256) &&
    isCount(artefact.bytes);
  return Object.keys(value).length > 0 && Object.entries(value).every(isArtefact);
}

const isMatch = (value: unknown, form: RegExp): value is string => typeof value === 'string' && form.test(value);
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
