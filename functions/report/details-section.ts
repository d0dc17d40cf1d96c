import { SEQUENCES } from '../contract/model.ts';
import { formatShape, formatSpacing, NOTHING } from './format.ts';
import { html, type Markup, raw } from './html.ts';
import type { ReportInput } from './report-input.ts';

const TABLES = {
  brats: 'BraTS: 1 necrotic core, 2 oedema, 3 or 4 enhancing',
  msd: 'Medical Decathlon: 1 oedema, 2 non-enhancing core, 3 enhancing',
};

/** What went in, what it was run with, and what came out: all that is needed to get the same again. */
export function detailsSection(input: ReportInput): Markup {
  return html`<section><h2>Run details</h2>${inputsTable(input)}
<h3>Model and run</h3><dl>${detailsOf(input).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl></section>`;
}

function inputsTable({ originals, transforms }: ReportInput): Markup {
  const rows = SEQUENCES.flatMap((name) => {
    const image = originals[name];
    if (!image) return [];
    const role = name === transforms.referenceSequence ? ' (reference)' : '';
    return html`<tr><th scope="row">${name}${role}</th><td>${image.name ?? NOTHING}</td><td>${formatShape(image.shape)}</td>
<td>${formatSpacing(image.spacingMm)}</td><td>${image.orientation}</td></tr>`;
  });
  return html`<div class="scroll"><table class="wide"><caption>What came in. Orientation: toward which side of the patient the three axes run.</caption>
<thead><tr><th scope="col">Sequence</th><th scope="col">File</th><th scope="col">Grid, voxels</th><th scope="col">Spacing</th>
<th scope="col">Orientation</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function detailsOf(input: ReportInput): (readonly [string, string | Markup])[] {
  const { model, metrics, labelTable, run, artefacts, modelCard = [] } = input;
  const code = (text: string) => html`<code>${text}</code>`;
  return [
    ['Model', `${model.name}, ${model.dims}D${metrics.model.experimental ? ', experimental' : ''}`],
    ['Model digest', code(metrics.model.digest)],
    ['Model reads', `${model.sequences.join(', ')} at ${formatSpacing(model.spacingMm)}`],
    [
      'Tiles',
      `${formatShape(model.tile)} voxels, overlap ${model.overlap.map((share) => `${share * 100} %`).join(', ')}`,
    ],
    ...modelCard,
    ['Labels of this mask', 'BraTS: 1 necrotic core, 2 oedema, 4 enhancing tumour'],
    ['Labels of references', TABLES[labelTable]],
    ['Pipeline version', String(metrics.pipelineVersion)],
    ['Run', code(run)],
    ['Beside this file', html`${artefacts.map((name, n) => html`${n > 0 && raw(', ')}<code>${name}</code>`)}`],
  ];
}
