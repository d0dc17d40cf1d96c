import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ObjectVersion,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import type { Result, StudyError } from '../../functions/contract/documents.ts';
import { errorKey, resultsPrefix } from '../../functions/contract/keys.ts';
import { s3 } from './clients.ts';
import type { Deployed } from './deploy.ts';
import { waitFor } from './wait-for.ts';

export async function keysUnder(bucket: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix }))
    keys.push(...(page.Contents ?? []).map((o) => o.Key!));
  return keys;
}

export async function versionsUnder(bucket: string, prefix: string): Promise<ObjectVersion[]> {
  const { Versions = [], IsTruncated } = await s3.send(
    new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix }),
  );
  if (IsTruncated) throw new Error(`there are more than ${Versions.length} versions under ${prefix}`);
  return Versions;
}

export async function bytesOf(bucket: string, key: string): Promise<Uint8Array> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Body!.transformToByteArray();
}

export async function jsonOf<T>(bucket: string, key: string): Promise<T> {
  return JSON.parse(Buffer.from(await bytesOf(bucket, key)).toString()) as T;
}

/** A study's `result.json` keys. */
export async function resultKeys(deployed: Deployed, study: string): Promise<string[]> {
  return (await keysUnder(deployed.studies, resultsPrefix(study))).filter((key) => key.endsWith('/result.json'));
}

/** How a study ended: its first result, or its error. */
export function ended(
  deployed: Deployed,
  study: string,
  seconds = 300,
): Promise<{ result?: Result; error?: StudyError }> {
  return waitFor(`the end of ${study}`, () => endOf(deployed, study), { seconds });
}

async function endOf(deployed: Deployed, study: string): Promise<{ result?: Result; error?: StudyError } | undefined> {
  const keys = await keysUnder(deployed.studies, resultsPrefix(study));
  const result = keys.find((key) => key.endsWith('/result.json'));
  if (result) return { result: await jsonOf<Result>(deployed.studies, result) };
  if (keys.includes(errorKey(study))) return { error: await jsonOf<StudyError>(deployed.studies, errorKey(study)) };
  return undefined;
}

/** A study's result. @throws Error with the code where it ended without one */
export async function resultOf(deployed: Deployed, study: string, seconds?: number): Promise<Result> {
  const { result, error } = await ended(deployed, study, seconds);
  if (!result) throw new Error(`${study} ended with ${error?.code}: ${error?.message}`);
  return result;
}
