import type { Manifest, Metrics, Transforms } from '../contract/documents.ts';
import { entriesOf, type Sequence } from '../contract/model.ts';
import { axisCodes, spacingMm } from '../core/geometry/affine.ts';
import type { Volume } from '../core/volume/volume.ts';
import { buildReport } from '../report/build-report.ts';
import type { OriginalImage } from '../report/report-input.ts';
import type { Ports } from './ports.ts';
import { getChecks } from './registered.ts';

export interface Reported {
  manifest: Manifest;
  transforms: Transforms;
  metrics: Metrics;
  registered: ReadonlyMap<Sequence, Volume>;
  mask: Volume<Uint8Array>;
  uncertainty: Volume<Uint8Array>;
  reference?: Volume<Uint8Array>;
}

/** `report.html`: one file, the same bytes for the same run. */
export async function reportOf(reported: Reported, ports: Ports): Promise<Uint8Array> {
  const { manifest, transforms, metrics, registered, mask, uncertainty, reference } = reported;
  const others = entriesOf(transforms.sequences).filter(([s]) => s !== transforms.referenceSequence);
  const checks = others.map(async ([s]) => [s, await getChecks(manifest, s, ports)] as const);
  const text = await buildReport({
    study: manifest.study,
    run: manifest.run,
    metrics,
    transforms,
    model: manifest.model,
    labelTable: manifest.labelTable,
    volumes: Object.fromEntries(registered),
    originals: originalsOf(manifest),
    mask,
    uncertainty,
    referenceMask: reference,
    registrationChecks: Object.fromEntries(await Promise.all(checks)),
    artefacts: ['mask.nii.gz', 'uncertainty.nii.gz', 'metrics.json', 'transforms.json', 'registered/', 'receipt.json'],
    viewerScript: await ports.viewerScript(),
    codec: ports.codec,
  });
  return new TextEncoder().encode(text);
}

function originalsOf({ sequences, grids }: Manifest): Partial<Record<Sequence, OriginalImage>> {
  const described = entriesOf(grids).map(([s, { shape, affine }]) => {
    const name = sequences[s]?.name;
    return [s, { name, shape, spacingMm: spacingMm(affine), orientation: axisCodes(affine) }] as const;
  });
  return Object.fromEntries(described);
}
