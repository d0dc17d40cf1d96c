import type { SequenceTransform } from '../contract/documents.ts';
import { SEQUENCES, type Sequence } from '../contract/model.ts';
import { formatNumber } from './format.ts';
import { html, type Markup } from './html.ts';
import { pngPicture } from './picture.ts';
import type { ReportInput } from './report-input.ts';

const METHODS: Readonly<Record<SequenceTransform['method'], string>> = {
  reference: 'the reference',
  skipped: 'not needed: headers and pixels agree',
  rigid: 'rigid, mutual information',
};

/** How every sequence was laid on the reference, and whether that worked. */
export function registrationSection(input: ReportInput): Markup {
  const { referenceSequence, sequences } = input.transforms;
  const names = SEQUENCES.filter((name) => sequences[name] !== undefined);
  return html`<section><h2>Registration</h2>
<p>Every sequence is laid on ${referenceSequence}. On a checkerboard the squares come from ${referenceSequence} and from the
other sequence in turn: where the two are aligned, the brain’s edges and ventricles run on across the squares.</p>
<div class="scroll"><table><caption>What registration did. Mutual information with ${referenceSequence}, in nats: higher is better aligned.</caption>
<thead><tr><th scope="col">Sequence</th><th scope="col">Method</th><th scope="col" class="number">Moved, mm</th>
<th scope="col" class="number">Mutual information before</th><th scope="col" class="number">after</th></tr></thead>
<tbody>${names.map((name) => rowOf(name, sequences[name]!))}</tbody></table></div>
${names.map((name) => checkOf(name, input))}</section>`;
}

function rowOf(name: Sequence, { method, movedMm, mutualInformation }: SequenceTransform): Markup {
  return html`<tr><th scope="row">${name}</th><td>${METHODS[method]}</td><td class="number">${formatNumber(movedMm, 2)}</td>
<td class="number">${formatNumber(mutualInformation?.before, 3)}</td><td class="number">${formatNumber(mutualInformation?.after, 3)}</td></tr>`;
}

function checkOf(name: Sequence, { registrationChecks, transforms }: ReportInput): Markup | undefined {
  const check = registrationChecks?.[name];
  if (!check) return undefined;
  const reference = transforms.referenceSequence;
  const alt = (when: string) => `Checkerboards of ${reference} and ${name} on three planes ${when} registration`;
  if (transforms.sequences[name]?.method === 'skipped')
    return html`<h3>${name}</h3><div class="pair"><figure>${pngPicture(check.after, alt('without'))}
<figcaption>As it came, by its header</figcaption></figure></div>`;
  return html`<h3>${name}</h3><div class="pair">
<figure>${pngPicture(check.before, alt('before'))}<figcaption><b>Before</b>: by the headers alone</figcaption></figure>
<figure>${pngPicture(check.after, alt('after'))}<figcaption><b>After</b> registration</figcaption></figure></div>`;
}
