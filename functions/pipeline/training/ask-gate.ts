import type { StudyFile } from '../../contract/documents.ts';
import { incomingPrefix, modelKey } from '../../contract/keys.ts';
import { type ModelSpec, SEQUENCES, type Sequence } from '../../contract/model.ts';
import {
  type Dataset,
  type DatasetItem,
  datasetKey,
  datasetPrefix,
  type GateAsked,
  type GateStudy,
  gateAskedKey,
  gateStudy,
} from '../../contract/training.ts';
import { NeurotileError } from '../../core/errors.ts';
import { getJson, putJsonOnce, toJson } from '../json.ts';
import { parseDataset } from './parse-dataset.ts';
import type { TrainingPorts } from './ports.ts';

interface Metadata {
  neurotile: ModelSpec & { provenance?: { trainedOn?: readonly string[] } };
}

/**
 * Which studies two models are compared on; the first time, lays them where uploads lie and asks for their runs, under
 * either model. What one of the two was trained on, by name, is left out, and so is what a sequence is missing of.
 * @throws NeurotileError DATASET, MODEL
 */
export async function askGate(
  { digest, against, dataset }: { digest: string; against: string; dataset: string },
  ports: TrainingPorts,
): Promise<GateAsked> {
  const key = gateAskedKey(digest, against);
  const known = await getJson<GateAsked>(ports.studies, key);
  if (known) return known;
  const models = [await metadataOf(against, ports), await metadataOf(digest, ports)];
  const trainedOn = new Set(models.flatMap(({ neurotile }) => neurotile.provenance?.trainedOn ?? []));
  const needed = models.flatMap(({ neurotile }) => neurotile.sequences);
  const said = await datasetOf(dataset, ports);

  const studies: GateStudy[] = [];
  const leftOut: GateAsked['leftOut'][number][] = [];
  for (const item of said.validation) {
    if (trainedOn.has(item.name)) leftOut.push({ item: item.name, why: 'trained on' });
    else if (needed.some((s) => !hasSequence(item, s, said)))
      leftOut.push({ item: item.name, why: 'sequence missing' });
    else studies.push(await layStudy(dataset, item, said, ports));
  }
  const asked: GateAsked = { v: 1, digest, against, dataset, studies, leftOut };
  await askForRuns(asked, ports);
  await putJsonOnce(ports.studies, key, asked);
  return (await getJson<GateAsked>(ports.studies, key)) ?? asked;
}

/** Asks for every run of a comparison: those that are there already cost nothing. */
export async function askForRuns({ studies, digest, against }: GateAsked, { queue }: TrainingPorts): Promise<void> {
  for (const { study } of studies)
    for (const model of [against, digest]) await queue.send({ v: 1, stage: 'ingest', study, model });
}

async function metadataOf(digest: string, { studies }: TrainingPorts): Promise<Metadata> {
  const metadata = await getJson<Metadata>(studies, modelKey(digest));
  if (!metadata) throw new NeurotileError('MODEL', { found: `no model ${digest}` });
  return metadata;
}

async function datasetOf(dataset: string, { studies }: TrainingPorts): Promise<Dataset> {
  const stored = await studies.get(datasetKey(dataset));
  if (!stored)
    throw new NeurotileError('DATASET', { found: `no ${datasetKey(dataset)}`, expected: 'the gate’s studies' });
  return parseDataset(new TextDecoder().decode(stored.bytes));
}

const hasSequence = ({ image }: DatasetItem, sequence: Sequence, { order }: Dataset) =>
  typeof image === 'string' || image[order.indexOf(sequence)] !== null;

/**
 * An item as a study of its own name and content: what is uploaded under that name later is another study.
 * study.json comes last, so that nobody begins with half of it.
 */
async function layStudy(dataset: string, item: DatasetItem, said: Dataset, ports: TrainingPorts): Promise<GateStudy> {
  const { studyFile, files } = planStudy(item, said);
  const versions = await Promise.all(files.map(([, name]) => versionOf(datasetPrefix(dataset) + name, ports)));
  const content = JSON.stringify([files, versions, studyFile]);
  const token = (await ports.codec.sha256(new TextEncoder().encode(content))).slice(0, 12);
  const study = gateStudy(dataset, item.name, token);
  const laid: GateStudy = { item: item.name, study, regions: item.regions };
  if (await ports.studies.head(`${incomingPrefix(study)}study.json`)) return laid;

  const listed: NonNullable<StudyFile['files']>[number][] = [];
  for (const [n, [name, source]] of files.entries()) {
    const stored = await ports.studies.get(datasetPrefix(dataset) + source, versions[n]);
    if (!stored) throw gone(source);
    await ports.studies.put(incomingPrefix(study) + name, stored.bytes);
    listed.push({ name, bytes: stored.bytes.length, sha256: await ports.codec.sha256(stored.bytes) });
  }
  await ports.studies.put(`${incomingPrefix(study)}study.json`, toJson({ ...studyFile, files: listed }));
  return laid;
}

async function versionOf(key: string, { studies }: TrainingPorts): Promise<string> {
  const found = await studies.head(key);
  if (!found) throw gone(key);
  return found.version;
}

const gone = (name: string) => new NeurotileError('DATASET', { found: `${name}, which is not there any more` });

/** What study.json says of an item, and its files: name in the study, name in the dataset. */
function planStudy({ image, label }: DatasetItem, { order, labelTable }: Dataset) {
  const ending = (file: string) => (/\.gz$/i.test(file) ? '.nii.gz' : '.nii');
  const reference = `reference${ending(label)}`;
  const files: [name: string, source: string][] = [[reference, label]];
  const studyFile: StudyFile = { reference, labelTable: labelTable ?? (typeof image === 'string' ? 'msd' : 'brats') };
  if (typeof image === 'string') {
    const file = `image${ending(image)}`;
    files.push([file, image]);
    return { files, studyFile: { ...studyFile, fourD: { file, order: order as readonly Sequence[] } } };
  }
  const sequences: StudyFile['sequences'] = {};
  for (const sequence of SEQUENCES) {
    const source = image[order.indexOf(sequence)];
    if (source === null) continue;
    sequences[sequence] = `${sequence}${ending(source)}`;
    files.push([sequences[sequence], source]);
  }
  return { files, studyFile: { ...studyFile, sequences } };
}
