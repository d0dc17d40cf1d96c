import { SEQUENCES, type Sequence } from '../contract/model.ts';
import { NeurotileError } from '../core/errors.ts';
import { axisCodes, spacingMm } from '../core/geometry/affine.ts';
import { cutSlice } from '../core/image/display-plane.ts';
import { drawComposite, drawGrey } from '../core/image/draw-slice.ts';
import { balancedWindowOf } from '../core/image/intensity-window.ts';
import type { Raster } from '../core/image/raster.ts';
import { brainBox } from '../core/image/registration-check.ts';
import { drawThreeAxes } from '../core/image/three-axes.ts';
import { factsOf } from '../core/image/volume-facts.ts';
import { DATATYPES } from '../core/nifti/datatypes.ts';
import { readNifti } from '../core/nifti/read-nifti.ts';
import { identifySequences } from '../core/study/identify-sequences.ts';
import type { Volume } from '../core/volume/volume.ts';
import { inflateNifti } from '../pipeline/load-volume.ts';
import type { Codec, Ports } from '../pipeline/ports.ts';
import { buildInspection, type InspectedPicture, type InspectedRow } from '../report/build-inspection.ts';

/** What inspecting needs of the world. Names are those of files directly in the folder. */
export interface InspectDeps {
  codec: Codec;
  listFiles(folder: string): Promise<readonly string[]>;
  readFile(folder: string, name: string): Promise<Uint8Array>;
  writeFile(folder: string, name: string, bytes: Uint8Array): Promise<void>;
}

export interface InspectSummary {
  rows: readonly InspectedRow[];
  notes: readonly string[];
  /** Names of what was written into the out folder: the page first, then the pictures. */
  written: readonly string[];
}

interface Loaded {
  role: string;
  volume: Volume;
}

/** Medical Decathlon's order of the volumes of a 4D file. */
const DECATHLON_ORDER: readonly Sequence[] = ['FLAIR', 'T1', 'T1ce', 'T2'];
const MASK_ROLE = 'reference mask';
const PAGE = 'inspect.html';

/**
 * Looks at a study before it is run: a table of what its NIfTI files hold, montages on three axes, and three sequences
 * as red, green and blue, laid on each other by their headers alone. A file that cannot be read is a row with its error.
 */
export async function inspect(folder: string, outFolder: string, deps: InspectDeps): Promise<InspectSummary> {
  const names = (await deps.listFiles(folder)).filter((name) => /\.nii(\.gz)?$/i.test(name)).sort();
  const { roles, fourD, notes } = rolesOf(names);
  const rows: InspectedRow[] = [];
  const loaded: Loaded[] = [];
  const inOrder = [...names].sort((a, b) => rank(roles.get(a)) - rank(roles.get(b)));
  for (const name of inOrder)
    try {
      const order = name === fourD ? DECATHLON_ORDER : [roles.get(name) ?? ''];
      for (const { row, volume } of await readVolumes(folder, name, order, deps)) {
        rows.push(row);
        loaded.push({ role: row.role, volume });
      }
    } catch (error) {
      if (!(error instanceof NeurotileError)) throw error;
      rows.push({ file: name, role: roles.get(name) ?? '', code: error.code, message: error.message });
    }
  if (names.length === 0) notes.push('There is no NIfTI file (.nii, .nii.gz) in this folder.');
  const pictures = await draw(loaded, deps.codec);
  const page = await buildInspection({ title: lastPart(folder), rows, notes, pictures }, deps.codec);
  const files = [{ name: PAGE, bytes: new TextEncoder().encode(page) }, ...pictures.map(fileOf)];
  for (const { name, bytes } of files) await deps.writeFile(outFolder, name, bytes);
  return { rows, notes, written: files.map(({ name }) => name) };
}

/** What each file is by its name; that names clash is a note, and no reason not to look. */
function rolesOf(names: readonly string[]): { roles: Map<string, string>; fourD?: string; notes: string[] } {
  const roles = new Map<string, string>();
  try {
    const { found, fourD, reference } = identifySequences(names);
    for (const sequence of SEQUENCES) if (found[sequence]) roles.set(found[sequence], sequence);
    if (reference) roles.set(reference, MASK_ROLE);
    const missing = SEQUENCES.filter((sequence) => !found[sequence]);
    const notes = fourD || missing.length === 0 ? [] : [`By file names there is no ${missing.join(', ')}.`];
    return { roles, fourD, notes };
  } catch (error) {
    if (!(error instanceof NeurotileError)) throw error;
    return { roles, notes: [`${error.code}: ${error.message}`] };
  }
}

async function readVolumes(folder: string, file: string, order: readonly string[], deps: InspectDeps) {
  const stored = await deps.readFile(folder, file);
  const { header, bytes } = await inflateNifti(stored, { codec: deps.codec } as Ports); // needs no other port
  return Array.from({ length: header.volumes }, (_, n) => {
    const volume = readNifti(bytes, { volume: n });
    const { shape, affine } = volume;
    const datatype = DATATYPES[header.datatype].name;
    const place = { shape, spacingMm: spacingMm(affine), orientation: axisCodes(affine) };
    return { volume, row: { file, role: order[n] ?? '', ...place, datatype, facts: factsOf(volume) } };
  });
}

async function draw(loaded: readonly Loaded[], codec: Codec): Promise<InspectedPicture[]> {
  const encode = async (title: string, caption: string, { data, width, height }: Raster) => ({
    title,
    caption,
    png: await codec.png(data, width, height),
  });
  const sequences = loaded.filter(({ role }) => role !== MASK_ROLE);
  const mixed = composite(sequences);
  const pictures = mixed ? [await encode('Three sequences in one picture', mixed.caption, mixed.raster)] : [];
  for (const [n, { role, volume }] of sequences.entries())
    pictures.push(await encode(role || `Image ${n + 1}`, 'Axial, coronal and sagittal slices.', montage(volume)));
  return pictures;
}

function montage(volume: Volume): Raster {
  const { low, high, gamma = 1 } = balancedWindowOf(volume);
  const window = { low, high, gamma: Math.min(gamma, 1) }; // bright skin must not leave the brain dark
  return drawThreeAxes(volume, brainBox(volume, 2), (pixels) => drawGrey({ slice: cutSlice(volume, pixels), window }));
}

/** T1ce, FLAIR and T2 (or what there is instead) as red, green and blue on the first one's grid. */
function composite(sequences: readonly Loaded[]): { raster: Raster; caption: string } | undefined {
  const preference = ['T1ce', 'FLAIR', 'T2', 'T1', ''];
  const chosen = [...sequences].sort((a, b) => preference.indexOf(a.role) - preference.indexOf(b.role)).slice(0, 3);
  if (chosen.length < 3) return undefined;
  const channels = chosen.map(({ volume }) => ({ volume, window: balancedWindowOf(volume) }));
  const grid = chosen[0].volume;
  const raster = drawThreeAxes(grid, brainBox(grid, 2), (pixels) => {
    const [red, green, blue] = channels.map(({ volume, window }) => ({ slice: cutSlice(volume, pixels), window }));
    return drawComposite([red, green, blue]);
  });
  const [red, green, blue] = chosen.map(({ role }, n) => role || `image ${n + 1}`);
  const caption = `${red} is red, ${green} green, ${blue} blue, laid on each other by their headers alone: coloured seams at edges are misalignment.`;
  return { raster, caption };
}

const rank = (role = '') => [...SEQUENCES, MASK_ROLE, ''].indexOf(role as Sequence);

const fileOf = ({ title, png }: InspectedPicture) => ({
  name: `${title.toLowerCase().replace(/\W+/g, '-')}.png`,
  bytes: png,
});

const lastPart = (folder: string) => folder.split(/[\\/]/).filter(Boolean).at(-1) ?? folder;
