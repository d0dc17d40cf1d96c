import type { PredictorKind } from '../../functions/contract/environment.ts';
import { STAGE_NAMES, STAGES } from '../../functions/contract/stages.ts';
import type { Outcome } from './outcome.ts';
import { count, minutes, type Row } from './scale-page.ts';

/** What breaks first and which knob moves it, in words, with the numbers of this run. */
export function adviceOf(rows: readonly Row[]): string {
  const of = (predictor: PredictorKind, text: string) => {
    const row = rows.find((r) => r.variation.predictor === predictor && r.variation.name.includes(text));
    if (!row) throw new Error(`no row of ${predictor} has "${text}"`);
    return row;
  };
  const lambda = of('lambda', 'as deployed');
  const small = of('lambda', 'new account, 10');
  const least = of('lambda', 'least');
  const atOnce = of('lambda', 'told again');
  const wide = of('lambda', 'five times');
  const async = of('async', 'as deployed');
  const four = of('async', '4 instances at most');
  const sixteen = of('async', '16 instances at most');
  const slower = of('async', '900 s');
  const fewer = of('async', '10 `infer`');
  const realtime = of('realtime', 'as deployed');
  const many = of('realtime', '16 instances');
  return `## What breaks first

1. **A new account's 10 Lambdas at once**, before all else. The table lets ${STAGE_NAMES.reduce((sum, stage) => sum + STAGES[stage].concurrency, 0)} run, so from the first seconds on pollers
   take messages that the account has no room for. Where AWS holds them it is only slow (${times(small.good)}). Where it returns
   them, each return is a receive: ${failures(small.bad)}. Even two at once a stage, the least that SQS allows, make 14:
   nothing is lost then, but it takes ${between(least)}. Knob: the account's quota, 1,000, free for the asking
   (\`neurotile doctor\` says how).
2. **The concurrency of the stage table**, with \`lambda\`: it takes ${between(lambda)}, and the longest queue is that of
   ${lambda.bad.longestQueue.stage} (${count(lambda.bad.longestQueue.messages)} messages at the bad end). Knob: five times as much, ${between(wide)}; a full account has the room.
   A second word to \`reduce\` waits a minute for a reason: told at once, copies of it run side by side before the first has committed, and
   it takes ${between(atOnce)}.
3. **One GPU, with \`async\`.** It takes ${between(async)}. Knob: \`maxInstances\`. 4: ${between(four)}. 16: ${between(sixteen)}.
4. **The deadline of six hours** counts from when a tile was first sent, whether it waits for the endpoint or in a crowd:
   as deployed, ${failures(async.bad)} at the bad end. Knob: \`predictorDeadlineSeconds\`, but instances are the cure.
5. **Holding back, with \`async\`.** \`infer\` asks a metric that is minutes old: before it shows anything, ${count(async.good.mostBacklog)} to ${count(async.bad.mostBacklog)} requests are
   at the endpoint, where 2,000 were meant; at the bad end ${count(troubleCount(async.bad, 'request lost'))} of them grew too old there and were lost. From then on
   each waiting message costs a Lambda a minute, ${count(troubleCount(async.bad, 'held back'))} times at the bad end. Of two knobs neither helps studies, though both save
   calls: 900 s instead of 60 (${between(slower)}), ten \`infer\` at once instead of 40 (${between(fewer)}); compare 4 instances above.
6. **\`realtime\`** loses nothing: tiles wait in the queue, not at the endpoint. It is as fast as its instances (one: ${between(realtime)};
   16: ${between(many)}).`;
}

/** Both ends of a row. */
function between({ good, bad }: Row): string {
  const of = (o: (outcome: Outcome) => number) => `${minutes(o(good))} to ${minutes(o(bad))}`;
  const [a, b] = [failedIn(good), failedIn(bad)];
  const failed = a + b === 0 ? '' : `, and ${count(a)} to ${count(b)} studies fail`;
  return `${of((o) => o.medianMinutes)} min at the median, ${of((o) => o.p99Minutes)} at the 99th percentile${failed}`;
}

const times = (o: Outcome) =>
  `${minutes(o.medianMinutes)} min at the median, ${minutes(o.p99Minutes)} at the 99th percentile`;

const failedIn = (o: Outcome) => Object.values(o.failed).reduce((a, b) => a + b, 0);

function failures(o: Outcome): string {
  const whys = Object.entries(o.failed).map(([why, n]) => `${count(n)} by ${why}`);
  return whys.length === 0 ? 'no study failed' : `${count(failedIn(o))} of 10,000 studies failed (${whys.join(', ')})`;
}

const troubleCount = (o: Outcome, trouble: string) => o.troubles.find((t) => t.trouble === trouble)?.count ?? 0;
