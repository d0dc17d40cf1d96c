import type { Vec3 } from '../volume/volume.ts';

/**
 * Squared distance in mm² from every voxel's centre to that of the nearest non-zero voxel of `seeds`; Infinity where
 * there is none. Exact, for voxels of any size, in time linear in their number (Felzenszwalb & Huttenlocher,
 * "Distance transforms of sampled functions", Theory of Computing 2012): along each axis in turn, the lower envelope
 * of parabolas.
 *
 * @param seeds shape (ni, nj, nk), i fastest
 * @param spacingMm along i, j, k
 */
export function squaredDistancesMm2(seeds: Uint8Array, shape: Vec3, spacingMm: Vec3): Float32Array {
  const out = new Float32Array(seeds.length);
  for (let n = 0; n < seeds.length; n++) out[n] = seeds[n] !== 0 ? 0 : Number.POSITIVE_INFINITY;
  const [ni, nj, nk] = shape;
  const strides = [1, ni, ni * nj];
  const firsts = [
    lineStarts(nj, ni, nk, ni * nj), // lines along i start at every (j, k)
    lineStarts(ni, 1, nk, ni * nj),
    lineStarts(ni, 1, nj, ni),
  ];
  for (const axis of [0, 1, 2]) {
    const envelope = lineTransform(shape[axis], spacingMm[axis]);
    for (const first of firsts[axis]) envelope(out, first, strides[axis]);
  }
  return out;
}

function lineStarts(n: number, step: number, m: number, bigStep: number): Uint32Array {
  return Uint32Array.from({ length: n * m }, (_, at) => (at % n) * step + Math.floor(at / n) * bigStep);
}

/**
 * Transforms one line of n values, `stride` apart, in place: out(x) = min over q of f(q) + (x - q)².
 *
 *   vertex[0 … top]   where the parabolas stand that make the lower envelope, from left to right
 *   border[p]         from where on parabola p is the lowest; border[0] = -∞
 */
function lineTransform(n: number, spacing: number): (values: Float32Array, first: number, stride: number) => void {
  const f = new Float64Array(n);
  const vertex = new Int32Array(n);
  const border = new Float64Array(n);

  /** Where the parabolas at p < q cross, in mm. */
  const crossing = (p: number, q: number) => {
    const x = p * spacing;
    const y = q * spacing;
    return (f[q] + y * y - (f[p] + x * x)) / (2 * (y - x));
  };

  return (values, first, stride) => {
    let top = -1;
    for (let q = 0, at = first; q < n; q++, at += stride) {
      f[q] = values[at];
      if (f[q] === Number.POSITIVE_INFINITY) continue;
      let from = Number.NEGATIVE_INFINITY;
      while (top >= 0) {
        from = crossing(vertex[top], q);
        if (from > border[top]) break;
        top--;
        from = Number.NEGATIVE_INFINITY;
      }
      vertex[++top] = q;
      border[top] = from;
    }
    if (top < 0) return;
    for (let x = 0, at = first, p = 0; x < n; x++, at += stride) {
      while (p < top && border[p + 1] < x * spacing) p++;
      const away = (x - vertex[p]) * spacing;
      values[at] = f[vertex[p]] + away * away;
    }
  };
}
