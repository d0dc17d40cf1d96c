import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { addStacks, type Sources } from './add-stacks.ts';
import { inRoot } from './root.ts';

export interface CfnTemplate {
  readonly Resources: Readonly<Record<string, CfnTemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface CfnTemplateResource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation's own shapes, one a type.
  readonly Properties?: any;
  // biome-ignore lint/suspicious/noExplicitAny: whatever a construct keeps there.
  readonly Metadata?: any;
  readonly DependsOn?: readonly string[];
}

/** The app as cdk.json describes it, with other context on top; for tools and tests, which need no CDK CLI. */
export function makeApp(sources: Sources, context: Readonly<Record<string, unknown>> = {}, outdir?: string): App {
  const usual = JSON.parse(readFileSync(inRoot('cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  // The CLI asks for construct paths in templates, too.
  const app = new App({ outdir, context: { 'aws:cdk:enable-path-metadata': true, ...usual.context, ...context } });
  addStacks(app, sources);
  return app;
}

/**
 * Stack name -> template, with handlers that hold nothing: for tools and tests that look at templates alone.
 * @param check is given the app before it is synthesised
 */
export function synthesise(context: Readonly<Record<string, unknown>> = {}, check: (app: App) => void = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), 'neurotile-synthesis-'));
  const codeFolder = join(folder, 'code');
  mkdirSync(codeFolder);
  writeFileSync(join(codeFolder, 'index.mjs'), 'export const handler = () => {};');
  try {
    const app = makeApp({ codeFolder: () => codeFolder }, context, join(folder, 'out'));
    check(app);
    const stacks = app.synth().stacks;
    return Object.fromEntries(stacks.map(({ stackName, template }) => [stackName, template as CfnTemplate]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
