import { embedVolumes } from './embed-volumes.ts';
import { legendOf } from './headline-section.ts';
import { html, type Markup, raw } from './html.ts';
import type { ReportInput } from './report-input.ts';
import type { Scene, SceneSequence } from './scene.ts';

/** NiiVue's numbers of its layouts. */
const LAYOUTS = [
  { value: 3, name: 'All' },
  { value: 0, name: 'Axial' },
  { value: 1, name: 'Coronal' },
  { value: 2, name: 'Sagittal' },
  { value: 4, name: '3D' },
];

/** The viewer; or, where a face could be made from the volumes, the reason why there is none. */
export async function viewerSection(scene: Scene, { codec, viewerScript }: ReportInput): Promise<Markup> {
  if (scene.skullPresent)
    return html`<section><h2>Viewer</h2><p class="warning">The skull is still in these images, and from them a face
can be made. So no volumes are put into this file, and there is no viewer: pictures of slices only.</p></section>`;
  return html`<section class="viewer-only"><h2>Look for yourself</h2>
<p class="lead">Click or drag to move the crosshair, scroll to change the slice, drag the 3D view to turn it.
Right-drag changes the contrast.</p>
<div id="viewer" data-state="loading">
<form id="viewer-controls" autocomplete="off">${controlsOf(scene)}</form>
<div class="stage"><p id="viewer-message">Loading the volumes …</p>
<canvas id="viewer-canvas" aria-label="Interactive view of the brain on three planes and in 3D"></canvas></div>
<div class="foot"><output id="viewer-place" aria-live="off"></output>${legendOf()}</div></div>
<noscript><p class="warning">The viewer needs JavaScript; all pictures and figures of this report do without.</p></noscript>
${await embedVolumes(scene, codec)}<script>${raw(viewerScript)}</script></section>`;
}

function controlsOf(scene: Scene): Markup {
  const first = firstShown(scene.sequences);
  const masks = [
    { value: 'mask', name: 'Model' },
    ...(scene.referenceMask ? [{ value: 'reference', name: 'Reference' }] : []),
    { value: 'none', name: 'None' },
  ];
  const sequences = scene.sequences.map(({ name }) => ({ value: name, name }));
  return html`${choices('viewer-sequence', 'Sequence', sequences, first)}
${choices('viewer-mask', 'Mask', masks, 'mask')}
<label>Opacity <input type="range" id="viewer-mask-opacity" min="0" max="100" value="45"></label>
<fieldset><label><input type="checkbox" id="viewer-uncertainty"> Uncertainty</label>&nbsp;&nbsp;
<label>Opacity <input type="range" id="viewer-uncertainty-opacity" min="0" max="100" value="70"></label></fieldset>
${choices('viewer-layout', 'Layout', LAYOUTS, 3)}`;
}

function firstShown(sequences: readonly SceneSequence[]): string {
  return (sequences.find(({ name }) => name === 'FLAIR') ?? sequences[0]).name;
}

function choices(
  group: string,
  title: string,
  options: readonly { value: string | number; name: string }[],
  chosen: string | number,
): Markup {
  const buttons = options.map(
    ({ value, name }) =>
      html`<label><input type="radio" name="${group}" value="${value}"${value === chosen && raw(' checked')}><span>${name}</span></label>`,
  );
  return html`<fieldset><legend>${title}</legend>${buttons}</fieldset>`;
}
