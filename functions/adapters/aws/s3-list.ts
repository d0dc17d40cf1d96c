import { ListObjectVersionsCommand, type ListObjectVersionsCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectInfo } from '../../pipeline/ports.ts';

/**
 * The latest version of every object under a prefix, in S3's own order (UTF-8). ListObjectsV2 does not tell versions and
 * a HEAD an object costs as much as a page of a thousand; so this asks for all versions, and leaves out what is not the
 * latest, and what is deleted. Old versions make pages: where many come and go, let the bucket expire them soon.
 */
export async function listLatest(client: S3Client, bucket: string, prefix: string): Promise<ObjectInfo[]> {
  const found: ObjectInfo[] = [];
  let page: ListObjectVersionsCommandOutput | undefined;
  do {
    page = await client.send(
      new ListObjectVersionsCommand({
        Bucket: bucket,
        Prefix: prefix,
        // XML cannot hold every character that a key can.
        EncodingType: 'url',
        KeyMarker: page && decoded(page.NextKeyMarker, page),
        VersionIdMarker: page?.NextVersionIdMarker,
      }),
    );
    found.push(...latestOf(page));
  } while (page.IsTruncated);
  return found;
}

function latestOf(page: ListObjectVersionsCommandOutput): ObjectInfo[] {
  const latest = (page.Versions ?? []).filter((v) => v.IsLatest);
  return latest.map(({ Key, VersionId, Size, LastModified }) => ({
    key: decoded(Key, page) ?? '',
    version: VersionId ?? '',
    bytes: Size ?? 0,
    storedMs: LastModified?.getTime() ?? 0,
  }));
}

/** As forms are encoded, if the answer says so: percent signs, and plus for space. */
function decoded(key: string | undefined, { EncodingType }: ListObjectVersionsCommandOutput): string | undefined {
  return EncodingType === 'url' ? key && decodeURIComponent(key.replaceAll('+', ' ')) : key;
}
