/**
 * How deep each voxel of one slice lies in a mask: mm to the nearest voxel outside, going from voxel to voxel by edges
 * and corners. Two passes of a chamfer (Borgefors 1986, Comput. Vis. Graph. Image Process. 34:344): at most 8 % too long.
 *
 *     first pass      second pass
 *      c  b  c          .  .  .
 *      a  x  .          .  x  a       a, b: one step along i, j; c: one along both
 *      .  .  .          c  b  c
 *
 * The slice's own edge is no outside: a head that is cut off there goes on.
 *
 * @param mask shape (ni, nj), i fastest
 */
export function inPlaneDepthMm(mask: Uint8Array, ni: number, nj: number, a: number, b: number): Float32Array {
  const c = Math.hypot(a, b);
  const depth = new Float32Array(mask.length);
  const steps = (n: number, i: number, j: number, side: -1 | 1) => {
    let d = depth[n];
    const beside = side < 0 ? i > 0 : i < ni - 1;
    const before = side < 0 ? j > 0 : j < nj - 1;
    if (beside) d = Math.min(d, depth[n + side] + a);
    if (before) d = Math.min(d, depth[n + side * ni] + b);
    if (before && i > 0) d = Math.min(d, depth[n + side * ni - 1] + c);
    if (before && i < ni - 1) d = Math.min(d, depth[n + side * ni + 1] + c);
    depth[n] = d;
  };
  for (let n = 0; n < mask.length; n++) depth[n] = mask[n] ? Infinity : 0;
  for (let j = 0, n = 0; j < nj; j++) for (let i = 0; i < ni; i++, n++) if (mask[n]) steps(n, i, j, -1);
  for (let j = nj - 1, n = mask.length - 1; j >= 0; j--)
    for (let i = ni - 1; i >= 0; i--, n--) if (mask[n]) steps(n, i, j, 1);
  return depth;
}
