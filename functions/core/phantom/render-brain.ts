import { apply } from '../geometry/affine.ts';
import { type Grid, voxelsIn } from '../volume/volume.ts';
import type { Anatomy } from './anatomy.ts';
import { createTissue, outlineDepth, sampleBrain, type Tissue } from './brain.ts';
import { CONTRASTS, type Contrast, PHANTOM_SEQUENCES, type PhantomSequence } from './contrasts.ts';
import { HEAD_CENTRE } from './lobes.ts';
import { sampleNoise } from './noise.ts';
import { labelOf, pushFactor, sampleTumour, type Tumour, type TumourParts, tumourRadius } from './tumour.ts';

/** The head as it is, before a scanner sees it. All arrays on one grid, i fastest. */
export interface RenderedBrain extends Grid {
  /** Signal of each sequence, white matter = 1; 0 outside the brain. */
  readonly signals: Readonly<Record<PhantomSequence, Float32Array>>;
  /** 1 inside the brain's outline, 0 outside. */
  readonly brain: Uint8Array;
  /** BraTS labels 1, 2, 4. */
  readonly labels: Uint8Array;
}

/**
 * The anatomy with its tumour, sampled at the voxels of a grid.
 * @param edgeMm width of the ramp between tissues: about a voxel
 */
export function renderBrain(anatomy: Anatomy, tumour: Tumour, grid: Grid, edgeMm: number): RenderedBrain {
  const voxels = voxelsIn(grid.shape);
  const signals = {
    T1: new Float32Array(voxels),
    T1ce: new Float32Array(voxels),
    T2: new Float32Array(voxels),
    FLAIR: new Float32Array(voxels),
  };
  const out: RenderedBrain = { ...grid, signals, brain: new Uint8Array(voxels), labels: new Uint8Array(voxels) };
  const [ni, nj, nk] = grid.shape;
  const [dx, dy, dz] = [grid.affine[0], grid.affine[4], grid.affine[8]];
  const point = createPoint();
  for (let k = 0, index = 0; k < nk; k++)
    for (let j = 0; j < nj; j++) {
      const [x, y, z] = apply(grid.affine, [0, j, k]);
      for (let i = 0; i < ni; i++, index++)
        if (samplePoint(anatomy, tumour, x + dx * i, y + dy * i, z + dz * i, edgeMm, point))
          setVoxel(out, index, point);
    }
  return out;
}

function setVoxel(out: RenderedBrain, index: number, point: Point): void {
  out.brain[index] = 1;
  out.labels[index] = labelOf(point.tumour);
  for (const sequence of PHANTOM_SEQUENCES) out.signals[sequence][index] = signalOf(CONTRASTS[sequence], point);
}

interface Point {
  tissue: Tissue;
  tumour: TumourParts;
  /** Slow and fast variation of tissue, about -2 to 2. */
  coarse: number;
  fine: number;
}

function createPoint(): Point {
  return { tissue: createTissue(), tumour: { core: 0, rim: 0, oedema: 0, reach: 0 }, coarse: 0, fine: 0 };
}

/** Fills `out`; false outside the brain. */
function samplePoint(a: Anatomy, t: Tumour, wx: number, wy: number, wz: number, edgeMm: number, out: Point): boolean {
  let x = (wx - HEAD_CENTRE[0]) / a.scale[0] + HEAD_CENTRE[0];
  let y = (wy - HEAD_CENTRE[1]) / a.scale[1] + HEAD_CENTRE[1];
  let z = (wz - HEAD_CENTRE[2]) / a.scale[2] + HEAD_CENTRE[2];
  if (farOutside(x, y, z)) return false;
  const [sx, sy, sz] = [x / 8, y / 8, z / 8];
  x += 1.3 * sampleNoise(a.noise, sx, sy, sz);
  y += 2 * sampleNoise(a.noise, sx + 21, sy, sz);
  z += 2 * sampleNoise(a.noise, sx, sy + 21, sz);
  const outline = outlineDepth(x, y, z);
  if (outline < 0.8 + 0.7 * sampleNoise(a.noise, x / 3, y / 3 + 50, z / 3)) return false;
  const radius = tumourRadius(t, x, y, z);
  const near = radius < 3.5 * t.coreMm;
  const back = near ? pushFactor(t, radius, outline) : 1;
  const [cx, cy, cz] = t.centre;
  sampleBrain(a, cx + (x - cx) * back, cy + (y - cy) * back, cz + (z - cz) * back, edgeMm, out.tissue);
  if (near) sampleTumour(a, t, x, y, z, radius, out.tissue, edgeMm, out.tumour);
  else out.tumour.core = out.tumour.rim = out.tumour.oedema = out.tumour.reach = 0;
  out.coarse = sampleNoise(a.noise, x / 4, y / 4 + 33, z / 4);
  out.fine = sampleNoise(a.noise, x / 1.1, y / 1.1, z / 1.1);
  return true;
}

/** Quick: no part of any head reaches out of this ellipsoid. */
function farOutside(x: number, y: number, z: number): boolean {
  return (x / 76) ** 2 + ((y + 17) / 96) ** 2 + ((z - 4) / 83) ** 2 > 1;
}

function signalOf(c: Contrast, { tissue, tumour, coarse, fine }: Point): number {
  const { csf, grey, pale, white, vessel } = tissue;
  const { core, rim, oedema } = tumour;
  const blood = vessel * (1 - core - rim);
  const healthy = (c.csf * csf + c.grey * grey + c.pale * pale + c.white * white) * (1 + 0.02 * coarse + 0.015 * fine);
  const mixed = healthy * (1 - blood) + c.vessel * blood;
  const ill =
    c.core * core * (1 + 0.12 * coarse + 0.06 * fine) +
    c.rim * rim * (1 + 0.1 * coarse + 0.1 * fine) +
    c.oedema * oedema * (1 + 0.08 * coarse + 0.04 * fine);
  return mixed * (1 - core - rim - oedema) + ill;
}
