import { drawColourBar } from '../core/image/colour-map.ts';
import {
  compositeChannels,
  drawAgreementFigure,
  drawCompositeFigure,
  drawSequenceMontage,
  drawUncertaintyFigure,
} from './draw-figures.ts';
import { formatNumber } from './format.ts';
import { legendOf } from './headline-section.ts';
import { html, type Markup } from './html.ts';
import { pictureOf } from './picture.ts';
import type { ReportInput } from './report-input.ts';
import type { Scene, SceneSequence } from './scene.ts';

const SIDES = 'Patient’s right is on the left of axial and coronal pictures; the nose points left in sagittal ones.';

/** Three sequences as red, green and blue, and beside a reference mask the agreement with it. */
export async function compositeSection(scene: Scene, { codec }: ReportInput): Promise<Markup> {
  const [red, green, blue] = compositeChannels(scene).map(({ name }) => name);
  const alt = `Axial, coronal and sagittal slice with ${red} in red, ${green} in green and ${blue} in blue, and the outline of the tumour`;
  return html`<section><h2>Where it is</h2>
<figure>${await pictureOf(drawCompositeFigure(scene), alt, codec)}
<figcaption><b>${red} is red, ${green} green, ${blue} blue;</b> what all three show alike is grey. White: outline of the
whole tumour; pink: of its core. Slices through the largest extent on each axis, with their place in mm. ${SIDES}</figcaption></figure>
${await agreementFigure(scene, codec)}</section>`;
}

async function agreementFigure(scene: Scene, codec: ReportInput['codec']): Promise<Markup | undefined> {
  if (!scene.referenceMask) return undefined;
  const sequence = preferred(scene, ['T1ce', 'FLAIR']);
  const alt = `The mask in colour over ${sequence.name}, with the outlines of the reference mask on the same three slices`;
  return html`<h3>Beside the reference</h3>
<figure>${await pictureOf(drawAgreementFigure(scene, scene.referenceMask, sequence), alt, codec)}
<figcaption><b>Filled: this mask. White lines: the reference that came with the study</b> (outer: whole tumour, inner:
core), over ${sequence.name}.</figcaption>${legendOf()}</figure>`;
}

/** Each sequence on six axial slices, plain and with the mask. */
export async function montageSection(scene: Scene, { codec }: ReportInput): Promise<Markup> {
  const figures = await Promise.all(
    scene.sequences.map(async (sequence) => {
      const alt = `Axial slices of ${sequence.name} from the feet to the head, plain in the upper row and with the mask in the lower`;
      return html`<figure>${await pictureOf(drawSequenceMontage(scene, sequence), alt, codec)}
<figcaption><b>${sequence.name}</b>, windowed from ${formatNumber(sequence.window.low, 0)} to ${formatNumber(
        sequence.window.high,
        0,
      )}</figcaption></figure>`;
    }),
  );
  return html`<section><h2>Slice by slice</h2>
<p class="lead">The same axial slices of every sequence, from the feet to the head: plain, and with the mask.</p>
${legendOf()}${figures}</section>`;
}

/** Where the model is unsure. */
export async function uncertaintySection(scene: Scene, { codec, metrics }: ReportInput): Promise<Markup> {
  const sequence = preferred(scene, ['FLAIR', 'T2']);
  const alt = `Uncertainty in colour over ${sequence.name} on three slices, brightest along the border of the tumour where the model is least sure`;
  const bar = await pictureOf(drawColourBar(256, 8), 'Colours from dark, 0 bit, to bright yellow, 1 bit', codec);
  const mean = metrics.uncertainty.meanEntropyInTumour;
  return html`<section><h2>Where the model is unsure</h2>
<p>Entropy of the calibrated probability of “whole tumour” at each voxel: 0 bit is sure, 1 bit is a coin toss. A thin
bright rim is ordinary; a broad glow says that the border, or the tumour itself, is in doubt.
Mean inside the tumour: <b>${formatNumber(mean, 3)}${mean !== null && ' bit'}</b>.</p>
<figure>${await pictureOf(drawUncertaintyFigure(scene, sequence), alt, codec)}
<figcaption>Over ${sequence.name}, with the outline of the mask in white.</figcaption>
<div class="bar">${bar}<div class="ends"><span>0 bit, sure</span><span>0.5</span><span>1 bit, a coin toss</span></div></div>
</figure></section>`;
}

function preferred({ sequences }: Scene, order: readonly string[]): SceneSequence {
  return order.flatMap((name) => sequences.find((s) => s.name === name) ?? [])[0] ?? sequences[0];
}
