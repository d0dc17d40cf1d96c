import { expect, test } from '@jest/globals';
import { parseAttributes } from '../../../model-container/server/custom-attributes.ts';

test.each([
  [undefined, {}],
  ['', {}],
  ['model=abc;tile=d0-h1-w2', { model: 'abc', tile: 'd0-h1-w2' }],
  [' tile=7 ; model=abc ; more=x', { model: 'abc', tile: '7' }],
  ['model=;tile', {}],
  // The tile is written to the log, so nothing else may pass for one.
  ['model=abc;tile=Jane Doe', { model: 'abc' }],
])('custom attributes %p say %j', (header, expected) => {
  expect(parseAttributes(header)).toEqual(expected);
});
