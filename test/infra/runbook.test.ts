import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { inRoot } from '../../infra/root.ts';
import { type CfnTemplate, synthesise } from '../../infra/synthesise.ts';
import { ANY_IMAGE } from './any-image.ts';

const page = readFileSync(inRoot('docs/runbook.md'), 'utf8');
/** As the site that shows the page makes links of headings. */
const links = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading.toLowerCase().replaceAll(' ', '-'));

describe('the runbook', () => {
  let descriptions: string[];

  beforeAll(() => {
    const async = synthesise({ predictor: 'async', image: ANY_IMAGE });
    const realtime = synthesise({ predictor: 'realtime', image: ANY_IMAGE });
    const training = synthesise({ training: 'true', trainingImage: ANY_IMAGE });
    descriptions = [async, realtime, training].flatMap((stacks) => Object.values(stacks)).flatMap(alarmsOf);
  });

  const alarmsOf = ({ Resources }: CfnTemplate) =>
    Object.values(Resources)
      .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
      .map(({ Properties }): string => Properties.AlarmDescription);

  test('has the section that each alarm links to', () => {
    expect(descriptions.length).toBeGreaterThan(30);
    for (const description of descriptions) {
      const link = /docs\/runbook\.md#([a-z-]+)$/.exec(description)?.[1];
      expect(links).toContain(link);
    }
  });

  test('has no section of an alarm that nobody raises, but the two that are about deploying', () => {
    const raised = new Set(descriptions.map((text) => text.split('#')[1]));
    expect(links.filter((link) => !raised.has(link))).toEqual(['changing-the-predictor', 'removing-everything']);
  });

  test('links within itself to sections that are there', () => {
    const inner = [...page.matchAll(/\]\(#([a-z-]+)\)/g)].map(([, link]) => link);
    expect(inner.length).toBeGreaterThan(3);
    for (const link of inner) expect(links).toContain(link);
  });
});
