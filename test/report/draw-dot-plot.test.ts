import { describe, expect, test } from '@jest/globals';
import { drawDotPlot } from '../../functions/report/draw-dot-plot.ts';

const all = (svg: string, tag: RegExp) => [...svg.matchAll(tag)].map((m) => m.slice(1).map(Number));
const dotsOf = (svg: string) => all(svg, /<circle cx="([\d.]+)" cy="([\d.]+)" r="3.2"/g);
const barsOf = (svg: string) => all(svg, /y1="([\d.]+)" x2="[\d.]+" y2="[\d.]+" stroke="#111"/g).flat();

describe('a dot plot', () => {
  test('has a dot a study, a bar at the mean and n below', () => {
    const svg = drawDotPlot([{ title: 'A & B', top: 1, columns: [{ label: 'WT', series: [[0.5, null, 1]] }] }], ['x']);
    // From 34 (1) to 222 (0).
    expect(dotsOf(svg).map(([, y]) => y)).toEqual([128, 34]);
    expect(barsOf(svg)).toEqual([81]);
    expect(svg).toContain('>n = 2<');
    expect(svg).toContain('A &amp; B');
  });

  test('joins a study’s dots, the first series on the right', () => {
    const columns = [{ label: 'WT', series: [[0.5, 0.9, 1], [0.25, null, 1]] }]; // biome-ignore format: two series
    const svg = drawDotPlot([{ title: 't', top: 1, columns }], ['after', 'before']);
    expect(svg.match(/stroke="#bbb"/g)).toHaveLength(2);
    const [right, , , left] = dotsOf(svg);
    expect(right[0]).toBeGreaterThan(left[0]);
    expect(svg).toContain('>n = 2, 3<'); // as they stand, from left to right
  });

  test('ends an axis without an end where all values fit', () => {
    const svg = drawDotPlot([{ title: 't', columns: [{ label: 'WT', series: [[61, 3]] }] }], ['x']);
    expect(svg).toContain('>80<');
    expect(Math.min(...dotsOf(svg).map(([, y]) => y))).toBeGreaterThan(34);
    expect(drawDotPlot([{ title: 't', columns: [{ label: 'WT', series: [[null]] }] }], ['x'])).toContain('>n = 0<');
  });
});
