import { GenerateMacCommand, type KMSClient } from '@aws-sdk/client-kms';
import { createRecent } from '../recent.ts';

/** Names that one process remembers the hash of. */
const MOST_NAMES = 1000;

/** HMAC-SHA256 of a study's name under a key that never leaves KMS: the first 32 hex digits. */
export function createKmsHasher({
  client,
  keyId,
}: {
  client: KMSClient;
  keyId: string;
}): (study: string) => Promise<string> {
  const recent = createRecent(MOST_NAMES);
  async function hash(study: string): Promise<string> {
    const Message = new TextEncoder().encode(study);
    const { Mac } = await client.send(new GenerateMacCommand({ KeyId: keyId, MacAlgorithm: 'HMAC_SHA_256', Message }));
    if (Mac?.length !== 32) throw new Error(`HMAC of ${Mac?.length ?? 0} bytes, expected 32`);
    return Buffer.from(Mac).toString('hex').slice(0, 32);
  }
  return (study) => recent(study, () => hash(study));
}
