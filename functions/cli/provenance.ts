import type { Region } from '../contract/model.ts';
import type { ModelBundle } from './models.ts';

/** Mean Dice of a region over studies that the model did not see. */
export interface RegionDice {
  readonly dice: number;
  readonly n: number;
}

/** Where a model comes from, as training writes it; of an imported one most of it is absent. */
export interface Provenance {
  readonly trainedOn?: readonly string[];
  readonly heldBack?: readonly string[];
  readonly steps?: number;
  readonly minutes?: number;
  readonly settings?: { readonly channels?: readonly number[] };
  readonly warmStart?: { readonly digest: string; readonly trainedOn?: readonly string[] } | null;
  readonly scores?: { readonly of?: string; readonly mean?: Partial<Record<Region, RegionDice>> };
  readonly fineTuning?: FineTuning;
}

export interface FineTuning {
  readonly seen: readonly string[];
  readonly table: readonly {
    readonly population: string;
    readonly region: Region;
    readonly n: number;
    readonly before: Spread;
    readonly after: Spread;
  }[];
}

export interface Spread {
  readonly mean: number;
  readonly spread: number | null;
}

export function provenanceOf({ metadata }: ModelBundle): Provenance {
  return (metadata.neurotile as { provenance?: Provenance }).provenance ?? {};
}

/** Names of all studies that a model, or what it grew from, was trained on. */
export function seenBy({ trainedOn = [], warmStart, fineTuning }: Provenance): Set<string> {
  return new Set([...trainedOn, ...(warmStart?.trainedOn ?? []), ...(fineTuning?.seen ?? [])]);
}
