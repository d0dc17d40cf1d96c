import type { Metrics } from '../contract/documents.ts';
import { cssColour, LABEL_COLOURS, LABEL_NAMES } from '../core/image/label-colours.ts';
import { formatMl, formatNumber } from './format.ts';
import { html, type Markup } from './html.ts';
import { REGION_ROWS } from './regions.ts';
import type { ReportInput } from './report-input.ts';

const ORDER = [2, 1, 4] as const;

/** Title, notice and warnings: what has to be read first. */
export function headerOf({ study, metrics }: ReportInput): Markup {
  return html`<header class="top">
<p class="kicker">Neurotile · brain tumour report</p>
<h1>${study}</h1>
<p class="notice"><b>${metrics.notice}</b> The outline below was drawn by a model and checked by nobody.${
    metrics.model.experimental &&
    html` The model, <b>${metrics.model.name}</b>, is experimental: expect it to be wrong.`
  }</p>
${metrics.warnings.map(({ code, message }) => html`<p class="warning"><b>${code}</b> ${message}</p>\n`)}</header>`;
}

/** The figures that matter most: millilitres by region, and how well they agree with the reference. */
export function headlineOf({ metrics }: ReportInput): Markup {
  const cards = REGION_ROWS.map(({ region, name, holds }) => {
    const score = metrics.reference?.scores[region];
    return html`<div class="card"><div class="name">${name}</div>
<div class="value">${formatMl(metrics.volumesMl[region])} <small>ml</small></div>
<div class="more">${
      score ? html`Dice ${formatNumber(score.dice, 3)} · reference ${formatMl(score.referenceMl)} ml` : holds
    }</div></div>`;
  });
  return html`<section aria-label="Volumes"><div class="cards">${cards}</div>${partsOf(metrics)}</section>`;
}

/** The tumour's labels as one bar, to scale. */
function partsOf({ labelsMl }: Metrics): Markup {
  const total = ORDER.reduce((sum, label) => sum + labelsMl[label], 0);
  if (total === 0) return html`<p>No tumour was found.</p>`;
  const bars = ORDER.filter((label) => labelsMl[label] > 0).map((label) => {
    const percent = ((labelsMl[label] / total) * 100).toFixed(2);
    return html`<span style="width:${percent}%;background:${cssColour(LABEL_COLOURS[label])}"></span>`;
  });
  const described = ORDER.map((label) => `${LABEL_NAMES[label]} ${formatMl(labelsMl[label])} ml`).join(', ');
  return html`<div class="parts" role="img" aria-label="Share of the whole tumour: ${described}">${bars}</div>
${legendOf(labelsMl)}`;
}

/** Colour and name of each label, with millilitres where they are given. */
export function legendOf(labelsMl?: Metrics['labelsMl']): Markup {
  const items = ORDER.map(
    (label) =>
      html`<li><span class="swatch" style="background:${cssColour(LABEL_COLOURS[label])}"></span>${LABEL_NAMES[label]}${
        labelsMl && html` ${formatMl(labelsMl[label])} ml`
      }</li>`,
  );
  return html`<ul class="legend">${items}</ul>`;
}
