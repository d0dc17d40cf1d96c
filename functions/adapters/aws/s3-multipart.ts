import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/** S3 takes 5 MiB to 5 GiB, and 10,000 of them. */
const PART_BYTES = 16 * 1024 ** 2;
const PARTS_AT_ONCE = 4;

type Upload = { Bucket: string; Key: string; UploadId: string | undefined };

/**
 * One object in parts. It appears whole, if the condition still holds then, or not at all; whatever goes wrong, what was
 * sent is thrown away. Each part goes with its CRC-32, and the parts are put together by number and CRC-32.
 * @throws what the first failing call threw
 */
export async function putInParts(
  client: S3Client,
  where: { Bucket: string; Key: string },
  bytes: Uint8Array,
  condition: { IfNoneMatch?: string },
): Promise<{ VersionId?: string }> {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...where, ChecksumAlgorithm: 'CRC32' }));
  const upload: Upload = { ...where, UploadId };
  try {
    const Parts = await sendParts(client, upload, bytes);
    return await client.send(
      new CompleteMultipartUploadCommand({
        ...upload,
        ...condition,
        MultipartUpload: { Parts },
        MpuObjectSize: bytes.length,
      }),
    );
  } catch (error) {
    // If even this fails, the bucket's own rule for left-over uploads remains.
    await client.send(new AbortMultipartUploadCommand(upload)).catch(() => {});
    throw error;
  }
}

/** All parts, a few at a time; after a failure no more are begun, and it returns when none is under way. */
async function sendParts(client: S3Client, upload: Upload, bytes: Uint8Array): Promise<CompletedPart[]> {
  const count = Math.ceil(bytes.length / PART_BYTES);
  const parts: CompletedPart[] = new Array(count);
  let next = 0;
  const sendSome = async () => {
    for (let n = next++; n < count; n = next++) parts[n] = await sendPart(client, upload, bytes, n);
  };
  const senders = Array.from({ length: PARTS_AT_ONCE }, () =>
    sendSome().catch((error) => {
      next = count;
      throw error;
    }),
  );
  const failed = (await Promise.allSettled(senders)).find((s) => s.status === 'rejected');
  if (failed) throw failed.reason;
  return parts;
}

async function sendPart(client: S3Client, upload: Upload, bytes: Uint8Array, n: number): Promise<CompletedPart> {
  const Body = bytes.subarray(n * PART_BYTES, (n + 1) * PART_BYTES);
  const part = { PartNumber: n + 1 };
  const sent = await client.send(new UploadPartCommand({ ...upload, ...part, Body, ChecksumAlgorithm: 'CRC32' }));
  return { ...part, ETag: sent.ETag, ChecksumCRC32: sent.ChecksumCRC32 };
}
