import {
  type GateVerdict,
  gateVerdictKey,
  MODELS_PREFIX,
  type RegisteredModel,
  registeredKey,
} from '../../contract/training.ts';
import { getJson } from '../json.ts';
import type { ObjectStore } from '../ports.ts';
import { currentDigest, serviceEntries } from './service.ts';

/** `passed`: the gate let it through, and it is not in service yet. `retired`: it was in service before. */
export type VersionState = 'pending' | 'refused' | 'passed' | 'in service' | 'retired' | 'uploaded';

export interface ModelVersion {
  digest: string;
  state: VersionState;
  /** Missing for models that people uploaded themselves. */
  registered?: RegisteredModel;
  /** The gate's last word; a refusal where there is one. */
  verdict?: GateVerdict;
}

/** Every model in the store and how it stands, by digest: read off what was written once, kept nowhere. */
export async function modelVersions(studies: ObjectStore): Promise<ModelVersion[]> {
  const keys = (await studies.list(MODELS_PREFIX)).map(({ key }) => key);
  const digests = [...new Set(keys.flatMap((key) => /^models\/([0-9a-f]{64})\//.exec(key)?.[1] ?? []))];
  const current = await currentDigest(studies);
  const served = new Set((await serviceEntries(studies)).map(({ digest }) => digest));
  return Promise.all(
    digests.map(async (digest) => {
      const registered = await getJson<RegisteredModel>(studies, registeredKey(digest));
      const verdicts = await verdictsOf(digest, keys, studies);
      const verdict = verdicts.find((v) => v.verdict === 'refused') ?? verdicts.at(-1);
      const state = stateOf({ isCurrent: digest === current, wasServed: served.has(digest), registered, verdict });
      return { digest, state, registered, verdict };
    }),
  );
}

interface Facts {
  isCurrent: boolean;
  wasServed: boolean;
  registered?: RegisteredModel;
  verdict?: GateVerdict;
}

function stateOf({ isCurrent, wasServed, registered, verdict }: Facts): VersionState {
  if (isCurrent) return 'in service';
  if (wasServed) return 'retired';
  if (!registered) return 'uploaded';
  return verdict?.verdict ?? 'pending';
}

async function verdictsOf(digest: string, keys: readonly string[], studies: ObjectStore): Promise<GateVerdict[]> {
  const against = keys.flatMap((key) => (key.endsWith('/verdict.json') ? (key.split('/')[3] ?? []) : []));
  const own = [...new Set(against)].map((other) => gateVerdictKey(digest, other)).filter((key) => keys.includes(key));
  return (await Promise.all(own.map((key) => getJson<GateVerdict>(studies, key)))).flatMap((v) => v ?? []);
}
