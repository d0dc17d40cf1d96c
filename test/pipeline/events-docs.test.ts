import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { artefactKey, errorKey, resultKey } from '../../functions/contract/keys.ts';
import { ERRORS, type ErrorCode, NeurotileError } from '../../functions/core/errors.ts';
import { announce } from '../../functions/pipeline/announce.ts';
import { failStudy } from '../../functions/pipeline/fail.ts';
import { toJson } from '../../functions/pipeline/json.ts';
import { openRun } from '../../functions/pipeline/open-work.ts';
import { makePorts, putText } from '../helpers/make-ports.ts';

const RUN = '0123456789abcdef0123456789abcdef';

interface Schema {
  required: string[];
  properties: Record<string, { pattern?: string; enum?: string[]; const?: unknown; type?: string }>;
  then: { required: string[] };
  else: { required: string[] };
}
type Event = Record<string, unknown>;

const page = readFileSync(join(import.meta.dirname, '../../docs/events.md'), 'utf8');
const blocks = Array.from(page.matchAll(/```json\n([\s\S]*?)```/g), ([, text]) => JSON.parse(text) as Event);
const schema = blocks[0] as unknown as Schema;
const examples = blocks.slice(1, 4);

/** What of the schema an event breaks: as much of JSON Schema as the page uses. */
function problemsOf(event: Event): string[] {
  const branch = event.type === 'Study Completed' ? schema.then : schema.else;
  const missing = [...schema.required, ...branch.required].filter((name) => event[name] === undefined);
  const wrong = Object.entries(event).filter(([name, value]) => {
    const rule = schema.properties[name];
    if (!rule) return true;
    if (rule.pattern !== undefined) return typeof value !== 'string' || !new RegExp(rule.pattern).test(value);
    if (rule.enum) return !rule.enum.includes(value as string);
    return rule.const === undefined ? typeof value !== rule.type : value !== rule.const;
  });
  return [...missing, ...wrong.map(([name]) => name)];
}

/** One event of each type, as they leave `announce`, after a way through JSON. */
async function realEvents(): Promise<Event[]> {
  // The hash that hashers give: 32 hex digits. The test's own shows the name.
  const ports = { ...makePorts(), hashStudy: async () => '0'.repeat(32) };
  const tell = (key: string) => announce({ v: 1, stage: 'announce', key }, ports);
  const mask = { key: artefactKey('a', RUN, 'mask.nii.gz'), sha256: 'a'.repeat(64), bytes: 3 };
  await openRun('a', RUN, ports);
  await putText(ports.studies, mask.key, 'abc');
  const volumesMl = { TC: 1, WT: 2, ET: 0 };
  const result = { v: 1, study: 'a', run: RUN, modelDigest: 'd'.repeat(64), pipelineVersion: 1, volumesMl };
  await ports.studies.put(resultKey('a', RUN), toJson({ ...result, artefacts: { 'mask.nii.gz': mask } }));
  await tell(resultKey('a', RUN));
  await failStudy({ study: 'b' }, new NeurotileError('NO_BRAIN'), ports);
  await tell(errorKey('b'));
  await failStudy({ study: 'b', run: RUN }, new NeurotileError('STALLED'), ports);
  await tell(errorKey('b'));
  return JSON.parse(JSON.stringify(ports.told));
}

describe('docs/events.md', () => {
  test('shows an event of each type in the form that it gives', () => {
    expect(examples.map((e) => e.type)).toEqual(['Study Completed', 'Study Refused', 'Study Failed']);
    for (const example of examples) expect([example.type, problemsOf(example)]).toEqual([example.type, []]);
    for (const { code, type } of examples.slice(1))
      expect(`Study ${ERRORS[code as ErrorCode].kind}`).toBe(String(type).toLowerCase().replace('study', 'Study'));
  });

  test('describes the events that are sent', async () => {
    const events = await realEvents();
    expect(events.map((e) => e.type)).toEqual(['Study Completed', 'Study Refused', 'Study Failed']);
    for (const event of events) expect([event.type, problemsOf(event)]).toEqual([event.type, []]);
  });

  test('would tell of an event that it does not describe', () => {
    expect(problemsOf({ ...examples[0], study: 'a name' })).toEqual(['study']);
    expect(problemsOf({ ...examples[1], code: undefined })).toEqual(['code', 'code']);
    expect(problemsOf({ ...examples[2], id: 'x', version: 2 })).toEqual(['id', 'version']);
  });
});
