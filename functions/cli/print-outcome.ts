import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metrics, RegionScore } from '../contract/documents.ts';
import { REGIONS, type Region } from '../contract/model.ts';
import type { StudyOutcome } from './run.ts';

const REGION_NAMES: Record<Region, string> = { TC: 'tumour core', WT: 'whole tumour', ET: 'enhancing tumour' };

/** Says how studies ended. @returns the exit status: 1 if one failed, else 2 if one was refused, else 0 */
export async function printOutcomes(outcomes: readonly StudyOutcome[]): Promise<number> {
  for (const outcome of outcomes) {
    if (outcomes.length > 1) console.log(`\n${outcome.study.name}`);
    if ('error' in outcome) console.error(`${outcome.error.code}: ${outcome.error.message}`);
    else await printMetrics(outcome.folder);
  }
  const kinds = outcomes.flatMap((o) => ('error' in o ? [o.error.kind] : []));
  return kinds.includes('failed') ? 1 : kinds.includes('refused') ? 2 : 0;
}

async function printMetrics(folder: string): Promise<void> {
  const metrics = JSON.parse(await readFile(join(folder, 'metrics.json'), 'utf8')) as Metrics;
  for (const { code, message } of metrics.warnings) console.log(`${code}: ${message}`);
  for (const region of REGIONS) {
    const score = metrics.reference?.scores[region];
    console.log(
      `${REGION_NAMES[region].padEnd(17)}${metrics.volumesMl[region].toFixed(1).padStart(8)} ml${scoreText(score)}`,
    );
  }
  console.log(`report: ${join(folder, 'report.html')}`);
  console.log(metrics.notice);
}

function scoreText(score: RegionScore | undefined): string {
  if (!score) return '';
  const number = (value: number | null, digits: number) => (value === null ? '–' : value.toFixed(digits));
  const { dice, hd95Mm, referenceMl } = score;
  return `   reference ${referenceMl.toFixed(1)} ml, Dice ${number(dice, 3)}, HD95 ${number(hd95Mm, 1)} mm`;
}
