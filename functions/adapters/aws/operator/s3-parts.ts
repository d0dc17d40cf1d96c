import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  PutObjectCommand,
  paginateListParts,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { PartBucket } from '../../../cli/cloud/part-target.ts';

/** An S3 bucket that files are uploaded to in parts: sha256 of every part, which S3 checks as it comes in. */
export function createS3Parts({ client, bucket }: { client: S3Client; bucket: string }): PartBucket {
  const at = (key: string) => ({ Bucket: bucket, Key: key });
  return {
    async head(key) {
      try {
        const found = await client.send(new HeadObjectCommand({ ...at(key), ChecksumMode: 'ENABLED' }));
        return { bytes: found.ContentLength ?? 0, checksum: found.ChecksumSHA256 };
      } catch (error) {
        if ((error as Error).name === 'NotFound') return undefined;
        throw error;
      }
    },
    async put(key, bytes, checksum) {
      const sum = checksum === undefined ? { ChecksumAlgorithm: 'SHA256' as const } : { ChecksumSHA256: checksum };
      await client.send(new PutObjectCommand({ ...at(key), Body: bytes, ...sum }));
    },
    begun: (key) => begunUploads(client, bucket, key).then((all) => all.filter((u) => u.key === key).map((u) => u.id)),
    async parts(key, upload) {
      const found = [];
      for await (const page of paginateListParts({ client }, { ...at(key), UploadId: upload }))
        for (const { PartNumber = 0, Size = 0, ETag = '', ChecksumSHA256 } of page.Parts ?? [])
          found.push({ number: PartNumber, bytes: Size, etag: ETag, checksum: ChecksumSHA256 });
      return found;
    },
    async begin(key) {
      const begun = await client.send(new CreateMultipartUploadCommand({ ...at(key), ChecksumAlgorithm: 'SHA256' }));
      return begun.UploadId!;
    },
    async putPart(key, upload, number, bytes, checksum) {
      const part = { UploadId: upload, PartNumber: number, ChecksumSHA256: checksum };
      const { ETag = '' } = await client.send(new UploadPartCommand({ ...at(key), ...part, Body: bytes }));
      return { number, bytes: bytes.length, etag: ETag, checksum };
    },
    async complete(key, upload, parts) {
      const Parts = parts.map((p) => ({ PartNumber: p.number, ETag: p.etag, ChecksumSHA256: p.checksum }));
      await client.send(
        new CompleteMultipartUploadCommand({ ...at(key), UploadId: upload, MultipartUpload: { Parts } }),
      );
    },
    async abort(key, upload) {
      await client.send(new AbortMultipartUploadCommand({ ...at(key), UploadId: upload }));
    },
  };
}

/** Uploads under a prefix that were neither completed nor aborted, newest first. */
export async function begunUploads(
  client: S3Client,
  bucket: string,
  prefix: string,
): Promise<{ key: string; id: string }[]> {
  const found: { key: string; id: string; ms: number }[] = [];
  let page: ListMultipartUploadsCommandOutput | undefined;
  do {
    const from = { KeyMarker: page?.NextKeyMarker, UploadIdMarker: page?.NextUploadIdMarker };
    page = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...from }));
    for (const { Key = '', UploadId = '', Initiated } of page.Uploads ?? [])
      found.push({ key: Key, id: UploadId, ms: Initiated?.getTime() ?? 0 });
  } while (page.IsTruncated);
  return found.sort((a, b) => b.ms - a.ms);
}
