import type { Sequence } from '../contract/model.ts';
import { drawEdgeLetters, drawPlace } from '../core/image/annotate-slice.ts';
import { drawHeat } from '../core/image/colour-map.ts';
import { cutSlice, PLANES, type Plane, planeGrid } from '../core/image/display-plane.ts';
import { drawMask, drawOutline } from '../core/image/draw-mask.ts';
import { drawComposite, drawGrey, type WindowedSlice } from '../core/image/draw-slice.ts';
import { drawMontage } from '../core/image/montage.ts';
import { padRaster, type Raster, type Rgb, type Slice } from '../core/image/raster.ts';
import type { Grid, Volume } from '../core/volume/volume.ts';
import type { Scene, SceneSequence } from './scene.ts';

/** Pixels of the large pictures and of the montages, mm. */
const LARGE_MM = 0.45;
const SMALL_MM = 1;
const WHITE: Rgb = [255, 255, 255];
/** Stays apart from the greens of oedema, the reds of vessels and the blues of fluid. */
const PINK: Rgb = [255, 175, 255];
const TUMOUR = [1, 2, 4];
const CORE = [1, 4];

/** Channels of the composite, red, green, blue, by preference: enhancement in red, oedema in green, fluid in blue. */
const COMPOSITE: readonly (readonly Sequence[])[] = [
  ['T1ce', 'T1', 'FLAIR', 'T2'],
  ['FLAIR', 'T2', 'T1', 'T1ce'],
  ['T2', 'T1', 'FLAIR', 'T1ce'],
];

/** Which sequences are red, green and blue; one that is missing is stood in for by another. */
export function compositeChannels({ sequences }: Scene): [SceneSequence, SceneSequence, SceneSequence] {
  const taken = new Set<Sequence>();
  const channels = COMPOSITE.map((order) => {
    const there = order.flatMap((name) => sequences.find((s) => s.name === name) ?? []);
    const chosen = there.find(({ name }) => !taken.has(name)) ?? there[0];
    taken.add(chosen.name);
    return chosen;
  });
  return [channels[0], channels[1], channels[2]];
}

/** Three sequences in one picture on three planes, with the outline of the tumour (white) and its core (pink). */
export function drawCompositeFigure(scene: Scene): Raster {
  const [red, green, blue] = compositeChannels(scene);
  const panels = PLANES.map((plane) => {
    const grid = focusGrid(scene, plane);
    const raster = drawComposite([balanced(red, grid), balanced(green, grid), balanced(blue, grid)]);
    const labels = labelsOn(scene.mask, grid);
    drawOutline(raster, labels, TUMOUR, WHITE, 1);
    drawOutline(raster, labels, CORE, PINK, 1);
    return annotate(raster, grid, plane, 2);
  });
  return drawMontage([panels], { gapPixels: 0 });
}

/** Axial slices of one sequence from the feet to the head: plain above, with the mask below. */
export function drawSequenceMontage(scene: Scene, sequence: SceneSequence): Raster {
  const grids = scene.axialSlices.map((index) =>
    planeGrid(scene.mask, 'axial', index, { pixelMm: SMALL_MM, box: scene.box }),
  );
  const plain = grids.map((grid) => drawGrey(windowed(sequence, grid)));
  const masked = grids.map((grid, n) => {
    const raster = { ...plain[n], data: plain[n].data.slice() };
    drawMask(raster, labelsOn(scene.mask, grid));
    return raster;
  });
  for (const [n, grid] of grids.entries()) drawPlace(plain[n], grid, 'axial');
  return drawMontage([plain, masked]);
}

/** How unsure the model is, in colour over one sequence, with the outline of the mask. */
export function drawUncertaintyFigure(scene: Scene, sequence: SceneSequence): Raster {
  const panels = PLANES.map((plane) => {
    const grid = focusGrid(scene, plane);
    const raster = drawGrey(windowed(sequence, grid));
    drawHeat(raster, cutSlice(scene.uncertainty, grid), 255);
    drawOutline(raster, labelsOn(scene.mask, grid), TUMOUR, WHITE, 1);
    return annotate(raster, grid, plane, 2);
  });
  return drawMontage([panels], { gapPixels: 0 });
}

/** The mask (filled) and the outline of the reference (outer line: whole tumour, inner: core) on three planes. */
export function drawAgreementFigure(scene: Scene, reference: Volume<Uint8Array>, sequence: SceneSequence): Raster {
  const panels = PLANES.map((plane) => {
    const grid = focusGrid(scene, plane);
    const raster = drawGrey(windowed(sequence, grid));
    drawMask(raster, labelsOn(scene.mask, grid), { fill: 0.45, outlinePixels: 0 });
    const labels = labelsOn(reference, grid);
    drawOutline(raster, labels, TUMOUR, WHITE, 1);
    drawOutline(raster, labels, CORE, WHITE, 1);
    return annotate(raster, grid, plane, 2);
  });
  return drawMontage([panels], { gapPixels: 0 });
}

function focusGrid({ mask, focus, box }: Scene, plane: Plane): Grid {
  return planeGrid(mask, plane, focus[plane], { pixelMm: LARGE_MM, box });
}

function windowed({ volume, window }: SceneSequence, grid: Grid): WindowedSlice {
  return { slice: cutSlice(volume, grid), window };
}

function balanced({ volume, balanced: window }: SceneSequence, grid: Grid): WindowedSlice {
  return { slice: cutSlice(volume, grid), window };
}

function labelsOn(mask: Volume<Uint8Array>, grid: Grid): Slice {
  return cutSlice(mask, grid, undefined, { interpolation: 'nearest' });
}

function annotate(raster: Raster, grid: Grid, plane: Plane, scale: number): Raster {
  const padded = padRaster(raster, 10 * scale);
  drawEdgeLetters(padded, plane, scale);
  drawPlace(padded, grid, plane, scale);
  return padded;
}
