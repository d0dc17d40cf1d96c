import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Command, findCommand, type Given, needed, runCommand } from '../../functions/cli/command.ts';
import { NeurotileError } from '../../functions/core/errors.ts';

const commandThat = (run: (given: Given) => Promise<number>): Command => ({
  name: 'model use',
  takes: '<name> [--size n]',
  about: 'what it does',
  operands: [1, 1],
  options: { size: { type: 'string' }, yes: { type: 'boolean' } },
  run,
});

describe('a command', () => {
  let said: string;
  beforeEach(() => {
    said = '';
    jest.spyOn(console, 'error').mockImplementation((...words) => {
      said += words.join(' ');
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('is found by its one word or two', () => {
    const commands = [commandThat(async () => 0), { ...commandThat(async () => 0), name: 'run' }];
    expect(findCommand(commands, ['model', 'use', 'x'])?.name).toBe('model use');
    expect(findCommand(commands, ['run'])?.name).toBe('run');
    expect(findCommand(commands, ['model'])).toBeUndefined();
    expect(findCommand(commands, [])).toBeUndefined();
  });

  test('is given its words and options, and its status is the status', async () => {
    const command = commandThat(async (given) => {
      expect([given.operands, given.text('size'), given.flag('yes')]).toEqual([['x'], '7', true]);
      return given.number('size', 1, 9);
    });
    expect(await runCommand(command, ['model', 'use', 'x', '--yes', '--size', '7'])).toBe(7);
  });

  test.each([
    [[], /something is missing/],
    [['x', 'y'], /"y" is one word too many/],
    [['x', '--colour', 'red'], /--colour/],
    [['x', '--size', '12'], /--size is "12": expected a whole number from 1 to 9/],
    [['x'], /--size is missing/],
  ])('is not run with %j: its usage is shown', async (args, says) => {
    const command = commandThat(async (given) => {
      needed(given, 'size');
      return given.number('size', 1, 9);
    });
    expect(await runCommand(command, ['model', 'use', ...args])).toBe(2);
    expect(said).toMatch(says);
    expect(said).toContain('neurotile model use <name> [--size n]\n      what it does');
  });

  test('tells a refusal, a failure and help by its status', async () => {
    const throwing = (error: Error) => commandThat(() => Promise.reject(error));
    expect(await runCommand(throwing(new NeurotileError('NO_BRAIN')), ['model', 'use', 'x'])).toBe(2);
    expect(await runCommand(throwing(new NeurotileError('STALLED')), ['model', 'use', 'x'])).toBe(1);
    expect(await runCommand(throwing(new Error('bug')), ['model', 'use', 'x'])).toBe(1);
    expect(said).toMatch(/NO_BRAIN: .*STALLED: .*bug/s);
    expect(await runCommand(throwing(new Error('not run')), ['model', 'use', '--help'])).toBe(0);
  });
});
