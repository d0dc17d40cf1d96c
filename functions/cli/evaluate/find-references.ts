import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { type LabelTable, REGIONS, type Region } from '../../contract/model.ts';
import { NeurotileError } from '../../core/errors.ts';
import { identifySequences } from '../../core/study/identify-sequences.ts';
import { parseStudyFile } from '../../core/study/parse-study-file.ts';
import { named } from '../../pipeline/load-volume.ts';
import { stemOf } from './match-names.ts';

/** A mask that somebody drew. */
export interface ReferenceMask {
  /** The study's folder below the one given, or the file's name without its ending. May name a patient. */
  study: string;
  file: string;
  labelTable: LabelTable;
  regions: readonly Region[];
  /** Images of the study on the mask's grid, as far as known: the brain is where any is not zero. */
  images: readonly string[];
}

export interface FoundReferences {
  references: ReferenceMask[];
  /** Folders of studies without a mask. */
  without: string[];
}

/** What holds where a folder does not say it itself. */
export interface ReferenceDefaults {
  labelTable: LabelTable;
  regions: readonly Region[];
}

/**
 * References below a folder, by name: those that its `dataset.json` lists; or those of the studies in it, each a folder
 * of images with a `*_seg.nii.gz` (or what its `study.json` names); or bare masks, `<study>.nii.gz`.
 * @throws NeurotileError NOTHING_TO_SCORE where there is none; STUDY_JSON
 */
export async function findReferences(folder: string, defaults: ReferenceDefaults): Promise<FoundReferences> {
  const root = resolve(folder);
  const dataset = await readFile(join(root, 'dataset.json'), 'utf8').catch(() => undefined);
  const found = dataset === undefined ? await search(root, root, defaults) : listed(dataset, root, defaults);
  if (found.references.length === 0)
    throw new NeurotileError('NOTHING_TO_SCORE', { file: folder, found: 'no reference mask' });
  return { ...found, references: found.references.sort((a, b) => (a.study < b.study ? -1 : 1)) };
}

/** As much of the Medical Segmentation Decathlon's `dataset.json` as scoring needs. */
interface Dataset {
  labelTable?: LabelTable;
  training?: readonly DatasetItem[];
  validation?: readonly DatasetItem[];
}

interface DatasetItem {
  name?: string;
  image: string | readonly (string | null)[];
  label: string;
  regions?: readonly Region[];
}

function listed(text: string, root: string, { labelTable, regions }: ReferenceDefaults): FoundReferences {
  const dataset = JSON.parse(text) as Dataset;
  const items = [...(dataset.training ?? []), ...(dataset.validation ?? [])];
  const references = items.map((item): ReferenceMask => {
    const images = typeof item.image === 'string' ? [item.image] : item.image.filter((file) => file !== null);
    return {
      study: item.name ?? stemOf(item.label),
      file: join(root, item.label),
      labelTable: dataset.labelTable ?? (typeof item.image === 'string' ? 'msd' : labelTable),
      regions: regions.filter((region) => (item.regions ?? REGIONS).includes(region)),
      images: images.map((image) => join(root, image)),
    };
  });
  return { references, without: [] };
}

async function search(folder: string, root: string, defaults: ReferenceDefaults): Promise<FoundReferences> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause) => {
    throw new NeurotileError('NOTHING_TO_SCORE', { file: folder, found: 'no folder that can be read' }, cause);
  });
  const images = entries.filter((e) => !e.isDirectory() && /^[^.].*\.nii(\.gz)?$/i.test(e.name)).map((e) => e.name);
  if (images.length > 0)
    return here(
      folder,
      root,
      images,
      entries.some((e) => e.name === 'study.json'),
      defaults,
    );
  const below = entries.filter((e) => e.isDirectory() && !e.name.startsWith('.')).map((e) => join(folder, e.name));
  const found = await Promise.all(below.map((path) => search(path, root, defaults)));
  return { references: found.flatMap((f) => f.references), without: found.flatMap((f) => f.without) };
}

/** A folder of images and their mask is a study; one in which no image tells of a sequence holds bare masks. */
async function here(
  folder: string,
  root: string,
  images: readonly string[],
  hasStudyFile: boolean,
  defaults: ReferenceDefaults,
): Promise<FoundReferences> {
  const path = relative(root, folder).split(/[\\/]/).filter(Boolean);
  const said = hasStudyFile ? await readStudyFile(folder) : {};
  const isStudy = hasStudyFile || images.some((name) => Object.keys(identifySequences([name]).found).length > 0);
  if (!isStudy) {
    const bare = images.map((name) => ({ ...defaults, study: [...path, stemOf(name)].join('/'), name }));
    return {
      references: bare.map(({ name, ...mask }) => ({ ...mask, file: join(folder, name), images: [] })),
      without: [],
    };
  }
  const byName = identifySequences(images);
  const study = path.length > 0 ? path.join('/') : (resolve(root).split(/[\\/]/).at(-1) ?? '');
  const reference = said.reference ?? byName.reference;
  if (reference === undefined) return { references: [], without: [study] };
  const sequences = Object.values(said.sequences ?? byName.found);
  const { labelTable = byName.fourD ? 'msd' : defaults.labelTable } = said;
  const files = sequences.map((name) => join(folder, name));
  return {
    references: [{ study, file: join(folder, reference), labelTable, regions: defaults.regions, images: files }],
    without: [],
  };
}

async function readStudyFile(folder: string) {
  const file = join(folder, 'study.json');
  const text = await readFile(file, 'utf8');
  return named(file, async () => parseStudyFile(text));
}
