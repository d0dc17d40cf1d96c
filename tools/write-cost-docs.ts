/** Writes docs/cost.md from functions/core/cost: `npx tsx tools/write-cost-docs.ts`. A test holds the two together. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PREDICTORS } from '../functions/contract/environment.ts';
import { billedSecondsAStudy } from '../functions/core/cost/endpoint-hours.ts';
import { HOURS_A_MONTH, PRICES } from '../functions/core/cost/prices.ts';
import {
  freeIdle,
  idleTable,
  monthRow,
  pollsAMonth,
  range,
  studyArithmetic,
  studyRows,
  tileSeconds,
  usd,
} from './simulate/cost-tables.ts';
import { ENDS, type End } from './simulate/ends.ts';
import { MEASURED } from './simulate/measured.ts';
import { deploymentOf, endpointAt, studyUseAt } from './simulate/study-use.ts';

const MONTHS = [1, 100, 100_000];
const TITLES: Readonly<Record<End, string>> = { good: 'low', bad: 'high' };

/** The page, as Markdown. */
export function costDocs(): string {
  const { busySeconds } = endpointAt('bad');
  return `# What it costs

US dollars at the list prices of ${PRICES.region} as of ${PRICES.asOf}, before tax and **before free tiers**, which take away a
good part of what a small group would pay (a million SQS requests, ten alarms, three dashboards, 400,000 GB-seconds of Lambda a
month). Written by \`npx tsx tools/write-cost-docs.ts\` from \`functions/core/cost\`, where the prices and their sources stand.
\`receipt.json\` holds the same arithmetic for each study. Nothing here was billed yet: seconds and requests were measured on
${MEASURED.machine} (${MEASURED.measuredOn}), the rest is stated.

Every number has two ends. **Low**: an aligned, skull-stripped study (${studyUseAt('good', 'lambda').tiles} tiles), Lambda as fast as that machine.
**High**: a raw study (${studyUseAt('bad', 'lambda').tiles} tiles), Lambda half as fast, S3 slow. A GPU takes ${range(tileSeconds)} s a tile
(not measured: an A10G was never run), starts in ${range((e) => endpointAt(e).startSeconds)} s and is given up after ${range((e) => Math.round(endpointAt(e).idleSeconds / 60))} idle minutes.

## In a month

| predictor | studies | idle | all studies | GPU hours | GPU | total |
| --- | --- | --- | --- | --- | --- | --- |
${PREDICTORS.flatMap((p) => MONTHS.map((n) => monthRow(p, n))).join('\n')}

\`lambda\` needs no GPU quota and costs least at every size here: choose it unless the model is larger, or
thousands come at once (docs/scale.md). \`async\` pays for every awakening: start, work and ${range((e) => Math.round(endpointAt(e).idleSeconds / 60))} idle minutes. With many studies it never sleeps, and costs what
\`realtime\` costs. Not in here: results downloaded to the internet (${PRICES.transferOutGb} a GB beyond the first 100 GB a month; one study
has ${range((e) => Math.round((studyUseAt(e, 'lambda').keptBytes ?? 0) / 1e6))} MB with its inputs). Uploading is free. What is stored stays billed each month:
a study ${range((e) => usd(((studyUseAt(e, 'lambda').keptBytes ?? 0) / 1e9) * PRICES.s3GbMonth))}; the table has its first month. Rotated keys add 1 USD a month for each of their first two years.

## Idle: a stack that nobody uses

${idleTable()}

Polling is Lambda's own: five long polls of 20 s a queue, day and night. The other big ones are the price of being told when
something is wrong. With free tiers that nothing else in the account uses up, \`lambda\` stands idle for about ${usd(freeIdle())}: the keys,
${deploymentOf('lambda').alarms - 10} alarms, and ${(pollsAMonth() / 1e6 - 1).toFixed(1)} million polls.

## One study

| what | ${PREDICTORS.flatMap((p) => ENDS.map((e) => `\`${p}\`, ${TITLES[e]}`)).join(' | ')} |
| --- | ${PREDICTORS.flatMap(() => ENDS.map(() => '---:')).join(' | ')} |
${studyRows().join('\n')}

### The arithmetic of \`lambda\`, low

${studyArithmetic('good')}

### The GPU of \`async\`, high, at 100 studies a month

One study in g = ${HOURS_A_MONTH} h × 3,600 / 100 = ${(HOURS_A_MONTH * 36).toFixed(0)} s on average, at random times. After each the instance stays for T = ${busySeconds.toFixed(1)} s of work
+ ${endpointAt('bad').idleSeconds} s idle, or until the next one: g (1 − e^(−T/g)) = ${stay('bad').toFixed(0)} s; and a start of ${endpointAt('bad').startSeconds} s where it slept,
e^(−T/g) = ${Math.exp(-awake('bad') / gap).toFixed(3)} of them. Together ${billedSecondsAStudy(endpointAt('bad'), gap).toFixed(0)} s × ${PRICES.endpointHour} / 3,600 = ${usd((billedSecondsAStudy(endpointAt('bad'), gap) / 3600) * PRICES.endpointHour)} a study.
`;
}

const gap = HOURS_A_MONTH * 36;
const awake = (end: End) => endpointAt(end).busySeconds + endpointAt(end).idleSeconds;
const stay = (end: End) => gap * (1 - Math.exp(-awake(end) / gap));
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  writeFileSync(join(import.meta.dirname, '../docs/cost.md'), costDocs());
