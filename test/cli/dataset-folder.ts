import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SEQUENCES } from '../../functions/contract/model.ts';
import { writeNifti } from '../../functions/core/nifti/write-nifti.ts';
import { makeSmallStudy } from '../helpers/small-study.ts';

/** An item of dataset.json as it is written here. */
export interface WrittenItem {
  name: string;
  image: string[];
  label: string;
}

/** Small labelled studies of these names in `folder`, one folder each, and the dataset.json that lists them. */
export async function writeDataset(
  folder: string,
  training: string[],
  validation: string[] = [],
): Promise<WrittenItem[]> {
  const items: WrittenItem[] = [];
  for (const [n, name] of [...training, ...validation].entries()) items.push(await writeStudy(folder, name, n + 1));
  const about = {
    name: 'small studies',
    modality: Object.fromEntries(SEQUENCES.entries()),
    labelTable: 'brats',
    training: items.slice(0, training.length),
    validation: items.slice(training.length),
  };
  await writeFile(join(folder, 'dataset.json'), JSON.stringify(about));
  return items;
}

async function writeStudy(folder: string, name: string, seed: number): Promise<WrittenItem> {
  const { volumes, reference } = makeSmallStudy(seed);
  await mkdir(join(folder, name), { recursive: true });
  const write = async (ending: string, bytes: Uint8Array) => {
    await writeFile(join(folder, name, `${name}_${ending}.nii`), bytes);
    return `${name}/${name}_${ending}.nii`;
  };
  const image: string[] = [];
  for (const sequence of SEQUENCES) image.push(await write(sequence.toLowerCase(), writeNifti(volumes[sequence])));
  return { name, image, label: await write('seg', writeNifti(reference)) };
}
