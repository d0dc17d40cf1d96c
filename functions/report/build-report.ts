import { detailsSection } from './details-section.ts';
import { headerOf, headlineOf } from './headline-section.ts';
import { html } from './html.ts';
import { measuresSection } from './measures-section.ts';
import { buildPage } from './page.ts';
import { compositeSection, montageSection, uncertaintySection } from './pictures-section.ts';
import { registrationSection } from './registration-section.ts';
import type { ReportInput } from './report-input.ts';
import { sceneOf } from './scene.ts';
import { viewerSection } from './viewer-section.ts';

/**
 * A run's report: one HTML file that opens from a disk, with no server and no network. Equal inputs give equal bytes.
 * @param input volumes, mask and uncertainty on one grid, shape (ni, nj, nk), i fastest
 * @returns the file's text, to be stored as UTF-8
 * @throws RangeError when there is no sequence
 */
export async function buildReport(input: ReportInput): Promise<string> {
  const scene = sceneOf(input);
  const body = html`${headerOf(input)}
<main>${headlineOf(input)}
${await compositeSection(scene, input)}
${await montageSection(scene, input)}
${await viewerSection(scene, input)}
${registrationSection(input)}
${measuresSection(input)}
${await uncertaintySection(scene, input)}
${detailsSection(input)}</main>
<footer>${input.metrics.notice} Made by Neurotile.${
    !scene.skullPresent && ' The viewer is NiiVue, BSD 2-Clause; its licence stands in this file’s source.'
  }</footer>`;
  const scripts = scene.skullPresent ? [] : [input.viewerScript];
  return buildPage({ title: `${input.study} · Neurotile report`, body, scripts }, input.codec);
}
