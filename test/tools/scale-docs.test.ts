import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ticks } from '../../tools/simulate/chart.ts';
import { ENDS, parametersAt } from '../../tools/simulate/ends.ts';
import { drawDays } from '../../tools/simulate/figures.ts';
import { outcomeOf } from '../../tools/simulate/outcome.ts';
import { rowOf } from '../../tools/simulate/scale-page.ts';
import { simulate } from '../../tools/simulate/simulate.ts';
import { parametersOf, VARIATIONS } from '../../tools/simulate/variations.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/scale.md'), 'utf8');

/** Rows that take a second or so each; the others take the same road. */
const QUICK = VARIATIONS.filter(
  ({ predictor, name }) => predictor !== 'async' && /as deployed|new account, 10/.test(name),
);

describe('docs/scale.md', () => {
  test.each(QUICK)('has the row of $predictor, $name, as a fresh run gives it: run tools/simulate.ts', (variation) => {
    expect(page).toContain(rowOf(variation, 'good', outcomeOf(simulate(parametersOf(variation, 'good')))));
  });

  test('has two rows for every variation, and no others', () => {
    const rows = page.split('\n').filter((line) => /^\| .* \| (good|bad) \| [\d,]+ \|/.test(line));
    expect(rows).toHaveLength(2 * VARIATIONS.length);
    for (const { name } of VARIATIONS)
      for (const end of ENDS)
        expect(rows.some((row) => row.startsWith(`| ${name}`) && row.includes(` | ${end} | `))).toBe(true);
  });

  test.each(ENDS)('has its plot at the %s end beside it', (end) => {
    expect(page).toContain(`(scale-${end}.svg)`);
    const svg = readFileSync(join(import.meta.dirname, `../../docs/scale-${end}.svg`), 'utf8');
    expect(svg.match(/<polyline /g)).toHaveLength(3 * (5 + 2 + 2));
  });

  test('a plot is the same whenever it is drawn, and holds no number that is none', () => {
    const day = () => simulate({ ...parametersAt('good', 'realtime'), studies: 50 });
    const svg = drawDays([day()]);
    expect(svg).toBe(drawDays([day()]));
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('axes have round numbers from 0 to at least the largest value', () => {
    expect(ticks(10_000)).toEqual([0, 2000, 4000, 6000, 8000, 10_000]);
    expect(ticks(7.3)).toEqual([0, 2, 4, 6, 8]);
    expect(ticks(1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  });
});
