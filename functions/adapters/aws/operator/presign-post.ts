import type { S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';

/** A form that may be posted to a bucket. */
export interface PresignedForm {
  url: string;
  /** Hidden fields, but for the key. */
  fields: Record<string, string>;
}

/**
 * Signs what a form may do: put one object whose key begins so and whose size is in bounds, until it expires. The
 * bucket's own encryption applies: its default needs no fields.
 */
export async function presignPost(
  client: S3Client,
  { bucket, keyStart, mostBytes, seconds }: { bucket: string; keyStart: string; mostBytes: number; seconds: number },
): Promise<PresignedForm> {
  const { url, fields } = await createPresignedPost(client, {
    Bucket: bucket,
    // The SDK's way of saying: any key that begins so.
    Key: `${keyStart}\${filename}`,
    Conditions: [['content-length-range', 1, mostBytes]],
    Fields: { success_action_status: '201' },
    Expires: seconds,
  });
  const { key: _, ...others } = fields;
  return { url, fields: others };
}

/** When the credentials that sign end, ms since 1970: what they signed ends with them. */
export async function credentialsEndMs(client: S3Client): Promise<number | undefined> {
  return (await client.config.credentials()).expiration?.getTime();
}
