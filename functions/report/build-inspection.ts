import type { VolumeFacts } from '../core/image/volume-facts.ts';
import { formatNumber, formatShape, formatSpacing, NOTHING } from './format.ts';
import { html, type Markup } from './html.ts';
import { buildPage } from './page.ts';
import { pngPicture } from './picture.ts';
import type { ReportCodec } from './report-input.ts';

/** One row of the table: a volume that could be read, or the reason why a file could not. */
export type InspectedRow = InspectedVolume | InspectedError;

export interface InspectedVolume {
  readonly file: string;
  /** What it is taken for: a sequence, "reference mask", or nothing that names tell. */
  readonly role: string;
  readonly shape: readonly [number, number, number];
  readonly spacingMm: readonly [number, number, number];
  /** Toward which sides of the patient i, j, k run. */
  readonly orientation: string;
  readonly datatype: string;
  readonly facts: VolumeFacts;
}

export interface InspectedError {
  readonly file: string;
  readonly role: string;
  readonly code: string;
  readonly message: string;
}

export interface InspectedPicture {
  readonly title: string;
  readonly caption: string;
  readonly png: Uint8Array;
}

export interface Inspection {
  readonly title: string;
  readonly rows: readonly InspectedRow[];
  /** What is odd about the folder as a whole. */
  readonly notes: readonly string[];
  readonly pictures: readonly InspectedPicture[];
}

export const INSPECTION_COLUMNS = [
  'Sequence', 'File', 'Grid, voxels', 'Spacing', 'Orientation', 'Type', 'Min', 'Median', 'Max', 'Not zero',
] as const; // biome-ignore format: a table's head

/** A volume's cells, in the order of `INSPECTION_COLUMNS`, as plain text: for page and terminal. */
export function cellsOf(row: InspectedVolume): string[] {
  const { min, median, max, nonzeroShare } = row.facts;
  const intensities = [min, median, max].map((value) =>
    formatNumber(value, Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : 2),
  );
  return [
    row.role || NOTHING,
    row.file,
    formatShape(row.shape),
    formatSpacing(row.spacingMm),
    row.orientation,
    row.datatype,
    ...intensities,
    `${formatNumber(nonzeroShare * 100, 1)} %`,
  ];
}

/** The page of an inspection: the table, then the pictures; one file, no network. */
export async function buildInspection(inspection: Inspection, codec: Pick<ReportCodec, 'sha256'>): Promise<string> {
  const { title, notes, pictures } = inspection;
  const body = html`<header class="top"><p class="kicker">Neurotile · study before the run</p><h1>${title}</h1>
<p class="notice"><b>Research use only, not a medical device.</b> Nothing was changed, registered or segmented: this is what the files hold.</p>
${notes.map((note) => html`<p class="warning">${note}</p>\n`)}</header>
<main>${tableOf(inspection)}${pictures.map(pictureSection)}</main>
<footer>Patient’s right is on the left of axial and coronal pictures; the nose points left in sagittal ones. Numbers in
pictures are millimetres in the scanner’s coordinates.</footer>`;
  return buildPage({ title: `${title} · Neurotile inspection`, body }, codec);
}

function tableOf({ rows }: Inspection): Markup {
  const head = INSPECTION_COLUMNS.map((name, n) => html`<th scope="col"${n > 5 && html` class="number"`}>${name}</th>`);
  return html`<section><h2>What is there</h2><div class="scroll"><table class="wide" id="inspection">
<caption>Median: of what is not zero. Orientation: toward which side of the patient the three axes run.</caption>
<thead><tr>${head}</tr></thead><tbody>${rows.map(rowOf)}</tbody></table></div></section>`;
}

function rowOf(row: InspectedRow): Markup {
  if ('code' in row) {
    const span = INSPECTION_COLUMNS.length - 2;
    return html`<tr><th scope="row">${row.role || NOTHING}</th><td>${row.file}</td>
<td colspan="${span}"><b class="bad">${row.code}</b> ${row.message}</td></tr>`;
  }
  const [first, ...cells] = cellsOf(row);
  const data = cells.map((text, n) => html`<td${n > 4 && html` class="number"`}>${text}</td>`);
  return html`<tr><th scope="row">${first}</th>${data}</tr>`;
}

function pictureSection({ title, caption, png }: InspectedPicture): Markup {
  return html`<section><h2>${title}</h2><figure>${pngPicture(png, `${title}: ${caption}`)}
<figcaption>${caption}</figcaption></figure></section>`;
}
