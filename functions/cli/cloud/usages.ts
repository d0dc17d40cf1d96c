import type { Usage } from '../command.ts';

const STACK = { stack: { type: 'string' } } as const;

/** What the commands that need a stack are called and take; what they do is loaded when one is run. */
export const CLOUD_USAGES = [
  {
    name: 'doctor',
    takes: '',
    about: 'is this account ready? what is missing, and how to ask for it',
    operands: [0, 0],
    options: STACK,
  },
  {
    name: 'model use',
    takes: '<name, bundle folder or digest>',
    about: 'make a model the one that studies uploaded from now on are run with',
    operands: [1, 1],
    options: STACK,
  },
  {
    name: 'model versions',
    takes: '',
    about: "the stack's models, and what the gate measured",
    operands: [0, 0],
    options: STACK,
  },
  {
    name: 'model promote',
    takes: '<digest> [--without-gate]',
    about: 'put a model into service that passed the gate',
    operands: [1, 1],
    options: { ...STACK, 'without-gate': { type: 'boolean' } },
  },
  { name: 'model rollback', takes: '', about: 'back to the model before', operands: [0, 0], options: STACK },
  {
    name: 'model fetch',
    takes: '<digest> --out <folder>',
    about: "copy one of the stack's models here, as a bundle",
    operands: [1, 1],
    options: { ...STACK, out: { type: 'string' } },
  },
  {
    name: 'upload',
    takes: '<study or folder of studies> [--study <name>]',
    about: 'send studies on their way; what lies there already is not sent again',
    operands: [1, 1],
    options: { ...STACK, study: { type: 'string' } },
  },
  {
    name: 'invite',
    takes: '<study> [--expires 7d] [--max-mb n] [--out <file>]',
    about: 'write a page with which somebody without this program can upload that study',
    operands: [1, 1],
    options: {
      ...STACK,
      expires: { type: 'string', default: '7d' },
      'max-mb': { type: 'string', default: '1024' },
      out: { type: 'string' },
    },
  },
  { name: 'status', takes: '[study]', about: 'where studies are', operands: [0, 1], options: STACK },
  { name: 'watch', takes: '<study>', about: 'follow a study until it ends', operands: [1, 1], options: STACK },
  {
    name: 'fetch',
    takes: '<study> --out <folder>',
    about: 'copy the newest result here',
    operands: [1, 1],
    options: { ...STACK, out: { type: 'string' } },
  },
  {
    name: 'redrive',
    takes: '[stage]',
    about: 'give messages that failed too often another chance',
    operands: [0, 1],
    options: STACK,
  },
  {
    name: 'delete',
    takes: '<study> [--yes]',
    about: 'delete a study, its results and its work, in all versions',
    operands: [1, 1],
    options: { ...STACK, yes: { type: 'boolean' } },
  },
] as const satisfies readonly Usage[];

export type CloudCommandName = (typeof CLOUD_USAGES)[number]['name'];
