/**
 * 10,000 studies in an hour, simulated: `npx tsx tools/simulate.ts` writes docs/scale.md and its plots, in some minutes.
 * `--only <text>` runs the rows whose name holds that text, and prints them.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ENDS, type End } from './simulate/ends.ts';
import { drawDays } from './simulate/figures.ts';
import { outcomeOf } from './simulate/outcome.ts';
import { rowOf, scalePage } from './simulate/scale-page.ts';
import { type Simulated, simulate } from './simulate/simulate.ts';
import { parametersOf, VARIATIONS } from './simulate/variations.ts';

const DOCS = join(import.meta.dirname, '../docs');
const { values } = parseArgs({ options: { only: { type: 'string' } } });

const pictured: Record<End, Simulated[]> = { good: [], bad: [] };
const rows = VARIATIONS.filter(({ name }) => name.includes(values.only ?? '')).map((variation) => {
  const outcomes = ENDS.map((end) => {
    const day = simulate(parametersOf(variation, end));
    if (variation.name === 'as deployed') pictured[end].push(day);
    const outcome = outcomeOf(day);
    console.log(rowOf(variation, end, outcome));
    return outcome;
  });
  return { variation, good: outcomes[0], bad: outcomes[1] };
});

if (values.only === undefined) {
  mkdirSync(DOCS, { recursive: true });
  writeFileSync(join(DOCS, 'scale.md'), scalePage(rows));
  for (const end of ENDS) writeFileSync(join(DOCS, `scale-${end}.svg`), drawDays(pictured[end]));
}
