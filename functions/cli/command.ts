import { type ParseArgsConfig, parseArgs } from 'node:util';
import { NeurotileError } from '../core/errors.ts';

/** What a command is called and takes: all that the help page needs, and nothing that takes time to load. */
export interface Usage {
  /** One word or two: "run", "model list". */
  readonly name: string;
  /** What follows it, as the help page shows it. */
  readonly takes: string;
  readonly about: string;
  /** How many words that are no options: at least, at most. */
  readonly operands: readonly [least: number, most: number];
  readonly options?: ParseArgsConfig['options'];
}

export interface Command extends Usage {
  /** @returns the exit status */
  run(given: Given): Promise<number>;
}

/** What stood on the command line. */
export interface Given {
  operands: readonly string[];
  text(option: string): string | undefined;
  /** Of an option that may be given more than once. */
  texts(option: string): readonly string[];
  flag(option: string): boolean;
  /** @throws UsageError unless it is a whole number in that range */
  number(option: string, least: number, most: number): number;
}

/** The command line is at fault; its usage is shown. */
export class UsageError extends Error {}

/** The command that the first words name. */
export function findCommand<U extends Usage>(commands: readonly U[], argv: readonly string[]): U | undefined {
  return commands.find(({ name }) => name.split(' ').every((word, n) => argv[n] === word));
}

/** Parses and runs it; says what was wrong. @returns the exit status: 0 done, 1 our fault, 2 refused */
export async function runCommand(command: Command, argv: readonly string[]): Promise<number> {
  try {
    const given = parse(command, argv.slice(command.name.split(' ').length));
    if (given) return await command.run(given);
    console.error(usageText(command));
    return 0;
  } catch (error) {
    return report(error, command);
  }
}

function parse({ options, operands: [least, most] }: Usage, args: string[]): Given | undefined {
  const known: ParseArgsConfig['options'] = { ...options, help: { type: 'boolean', short: 'h' } };
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: known });
  if (values.help) return undefined;
  if (positionals.length < least) throw new UsageError('something is missing');
  if (positionals.length > most) throw new UsageError(`"${positionals[most]}" is one word too many`);
  const text = (option: string) => values[option] as string | undefined;
  return {
    operands: positionals,
    text,
    texts: (option) => (values[option] ?? []) as string[],
    flag: (option) => values[option] === true,
    number: (option, low, high) => wholeNumber(`--${option}`, text(option) ?? '', low, high),
  };
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text !== '' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UsageError(`${option} is "${text}": expected a whole number from ${least} to ${most}`);
}

/** The option that a command cannot do without. */
export function needed(given: Given, option: string): string {
  const value = given.text(option);
  if (value === undefined) throw new UsageError(`--${option} is missing`);
  return value;
}

export const usageText = ({ name, takes, about }: Usage) => `  neurotile ${`${name} ${takes}`.trim()}\n      ${about}`;

function report(error: unknown, command: Usage): number {
  if (error instanceof NeurotileError) {
    console.error(`${error.code}: ${error.message}`);
    return error.kind === 'refused' ? 2 : 1;
  }
  if (error instanceof UsageError || (error as { code?: string }).code?.startsWith?.('ERR_PARSE_ARGS')) {
    console.error(`${(error as Error).message}\n\n${usageText(command)}`);
    return 2;
  }
  console.error(error);
  return 1;
}
