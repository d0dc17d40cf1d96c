import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createNodeCodec } from '../adapters/node-codec.ts';
import { LABEL_TABLES } from '../contract/model.ts';
import type { Dataset, DatasetItem } from '../contract/training.ts';
import { NeurotileError } from '../core/errors.ts';
import { toBratsLabels } from '../core/evaluation/label-table.ts';
import { sameGrid, spacingMm } from '../core/geometry/affine.ts';
import { NIFTI_HEADER_BYTES, type NiftiHeader, readNifti, readNiftiHeader } from '../core/nifti/read-nifti.ts';
import { inflateNifti, named } from '../pipeline/load-volume.ts';
import type { Ports } from '../pipeline/ports.ts';
import { parseDataset } from '../pipeline/training/parse-dataset.ts';

const codec = createNodeCodec();
/** Headers round: as far from 1 mm as training lets pass. */
const SPACING_TOLERANCE_MM = 0.01;

/**
 * Reads a dataset's folder and looks at every file that it names, so that an hour of training does not end at a typo:
 * headers of images, and labels whole.
 * @throws NeurotileError DATASET, REFERENCE_GRID, REFERENCE_LABELS, and those of NIfTI files
 */
export async function checkDataset(folder: string): Promise<Dataset> {
  const text = await readFile(join(folder, 'dataset.json'), 'utf8').catch((cause) => {
    throw new NeurotileError('DATASET', { file: basename(folder), found: 'no dataset.json that can be read' }, cause);
  });
  const dataset = parseDataset(text, (file) => file);
  for (const item of [...dataset.training, ...dataset.validation]) await checkItem(folder, item, dataset);
  return dataset;
}

async function checkItem(folder: string, item: DatasetItem, { labelTable, order }: Dataset): Promise<void> {
  const files = typeof item.image === 'string' ? [item.image] : item.image.filter((file) => file !== null);
  const wanted = typeof item.image === 'string' ? order.length : 1;
  const headers: NiftiHeader[] = [];
  for (const file of files) headers.push(await named(file, () => checkImage(folder, file, wanted)));
  for (const [n, header] of headers.entries())
    if (!sameGrid(header, headers[0], 0.01))
      throw new NeurotileError('DATASET', {
        file: files[n],
        found: shapeText(header),
        expected: gridOf(files[0], headers[0]),
      });
  await named(item.label, () => checkLabel(folder, item, labelTable ?? (wanted > 1 ? 'msd' : 'brats'), headers[0]));
}

async function checkImage(folder: string, file: string, volumes: number): Promise<NiftiHeader> {
  const header = await headerOf(await load(folder, file));
  if (header.volumes !== volumes)
    throw new NeurotileError('DATASET', { found: `${header.volumes} volumes`, expected: `${volumes}` });
  const spacing = spacingMm(header.affine);
  if (spacing.some((mm) => Math.abs(mm - 1) > SPACING_TOLERANCE_MM))
    throw new NeurotileError('DATASET', {
      found: `voxels of ${spacing.map((mm) => mm.toFixed(2)).join(' × ')} mm`,
      expected: '1 mm',
    });
  return header;
}

/** A label that tells the whole tumour alone may be of any numbers: what is not 0 is tumour. */
async function checkLabel(
  folder: string,
  { label, regions }: DatasetItem,
  table: 'brats' | 'msd',
  grid: NiftiHeader,
): Promise<void> {
  const stored = await load(folder, label);
  const header = await headerOf(stored);
  if (!sameGrid(header, grid, 0.01))
    throw new NeurotileError('REFERENCE_GRID', { found: shapeText(header), expected: shapeText(grid) });
  const { bytes } = await inflateNifti(stored, { codec } as Ports); // needs no other port
  if (regions === undefined || regions.length > 1) toBratsLabels(readNifti(bytes).data, LABEL_TABLES[table]);
}

function load(folder: string, file: string): Promise<Buffer> {
  return readFile(join(folder, file)).catch((cause) => {
    throw new NeurotileError('DATASET', { found: 'no such file', expected: 'a file that can be read' }, cause);
  });
}

async function headerOf(stored: Uint8Array): Promise<NiftiHeader> {
  const isGzip = stored[0] === 0x1f && stored[1] === 0x8b;
  return readNiftiHeader(isGzip ? await codec.gunzipHead(stored, NIFTI_HEADER_BYTES) : stored);
}

function shapeText({ shape, affine }: NiftiHeader): string {
  return `${shape.join(' × ')} voxels from (${[affine[3], affine[7], affine[11]].map((mm) => mm.toFixed(1)).join(', ')}) mm`;
}

const gridOf = (file: string, header: NiftiHeader) => `the grid of ${basename(file)}, ${shapeText(header)}`;
