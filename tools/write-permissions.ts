/** Who may do what on which resource, as the synthesised templates say: npx tsx tools/write-permissions.ts */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { PredictorKind } from '../functions/contract/environment.ts';
import { inRoot } from '../infra/root.ts';
import { type CfnTemplate, type CfnTemplateResource, synthesise } from '../infra/synthesise.ts';

export const PERMISSIONS_FILE = inRoot('docs/permissions.md');

/** The page's text. */
export function permissionsPage(): string {
  const [lambda, async, realtime] = (['lambda', 'async', 'realtime'] as const).map(templatesFor);
  const training = synthesise({ training: 'true', trainingImage: ANY_IMAGE });
  const onlyIn = (templates: Templates) => roleRows(templates).filter((row) => !roleRows(lambda).includes(row));
  return [
    '# Who may do what',
    '',
    'Read off the synthesised templates by `npx tsx tools/write-permissions.ts`; what is here is all there is. Rights on',
    'objects are by prefix. The Lambdas of the stages have one policy each, and nothing else is attached to their roles.',
    '',
    '## Roles',
    '',
    ...table(['who', 'may', 'on', 'for'], roleRows(lambda)),
    '',
    '## More with predictor `async`',
    '',
    ...table(['who', 'may', 'on', 'for'], onlyIn(async)),
    '',
    '## More with predictor `realtime`',
    '',
    ...table(['who', 'may', 'on', 'for'], onlyIn(realtime)),
    '',
    '## More with `training=true`',
    '',
    'The role `Training/Job` is what a training job works under. With an instance type whose volume takes a key, it may',
    '`kms:CreateGrant` on the data key, for AWS resources alone; with endpoints, the Lambda may `sagemaker:DescribeEndpoint`.',
    '',
    ...table(['who', 'may', 'on', 'for'], onlyIn(training)),
    '',
    '## What resources allow, and deny',
    '',
    ...table(['resource', 'who', 'may', 'where'], resourceRows(lambda)),
    '',
    'And with `training=true`:',
    '',
    ...table(
      ['resource', 'who', 'may', 'where'],
      resourceRows(training).filter((row) => !resourceRows(lambda).includes(row)),
    ),
    '',
  ].join('\n');
}

type Templates = Record<string, CfnTemplate>;
interface PolicyStatement {
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource?: unknown;
  Principal?: unknown;
  Condition?: unknown;
}

const templatesFor = (predictor: PredictorKind): Templates =>
  synthesise({ predictor, models: 'unet2d', image: ANY_IMAGE });

const ANY_IMAGE = '000000000000.dkr.ecr.us-east-1.amazonaws.com/neurotile-model:1';

const entriesOf = (templates: Templates) =>
  Object.values(templates).flatMap((template) =>
    Object.entries(template.Resources).map(([id, resource]) => ({ template, id, resource })),
  );

/** One row a statement of a role's policy. */
function roleRows(templates: Templates): string[] {
  return entriesOf(templates)
    .filter(({ resource }) => resource.Type === 'AWS::IAM::ManagedPolicy')
    .flatMap(({ template, resource }) => {
      const { Statement } = resource.Properties.PolicyDocument as { Statement: PolicyStatement[] };
      const who = pathOf(resource).replace(/\/May\/Policy$/, '');
      return Statement.map((statement, n) =>
        row([
          code(who),
          list(statement.Action),
          list([statement.Resource].flat().map((on) => nameOf(template, on))),
          `${resource.Metadata.why[n]}${conditionOf(template, statement)}`,
        ]),
      );
    });
}

/** One row a statement of the policies of keys, buckets, queues and topics. */
function resourceRows(templates: Templates): string[] {
  return entriesOf(templates).flatMap(({ template, resource }) => {
    const document = resource.Properties?.KeyPolicy ?? resource.Properties?.PolicyDocument;
    if (!document || resource.Type.startsWith('AWS::IAM::')) return [];
    const what = pathOf(resource).replace(/\/Policy$/, '');
    return (document.Statement as PolicyStatement[]).map((statement) =>
      row([
        code(what),
        principalOf(template, statement),
        `${statement.Effect === 'Deny' ? '**never** ' : ''}${list(statement.Action)}`,
        conditionOf(template, statement).replace(/^, only where /, '') || 'always',
      ]),
    );
  });
}

function principalOf(template: CfnTemplate, { Principal }: PolicyStatement): string {
  if (typeof Principal === 'string') return Principal === '*' ? 'anybody' : code(Principal);
  const named = Object.values(Principal as Record<string, unknown>).flat();
  return named.map((p) => (p === '*' ? 'anybody' : code(nameOf(template, p)))).join(', ');
}

function conditionOf(template: CfnTemplate, { Condition }: PolicyStatement): string {
  if (!Condition) return '';
  const parts = Object.entries(Condition as Record<string, Record<string, unknown>>).flatMap(([operator, pairs]) =>
    Object.entries(pairs).map(([key, value]) => {
      const values = [value].flat().map((each) => code(nameOf(template, each)));
      return `\`${key}\` ${operator} ${values.join(' or ')}`;
    }),
  );
  return `, only where ${parts.join(' and ')}`;
}

/** What a reference stands for, as a person would call it. */
function nameOf(template: CfnTemplate, value: unknown): string {
  // An asset's name changes with what is in it.
  if (typeof value !== 'object' || value === null) return String(value).replace(/[0-9a-f]{64}/, '<digest>');
  const [[kind, of]] = Object.entries(value as Record<string, unknown>);
  if (kind === 'Ref' && String(of).startsWith('AWS::')) return `<${String(of).slice(5).toLowerCase()}>`;
  if (kind === 'Ref') return pathOf(template.Resources[String(of)]);
  if (kind === 'Fn::GetAtt') return pathOf(template.Resources[(of as string[])[0]]);
  if (kind === 'Fn::ImportValue') return exportedName(String(of));
  if (kind === 'Fn::Join') return (of as [string, unknown[]])[1].map((part) => nameOf(template, part)).join('');
  if (kind === 'Fn::Sub')
    return String(of)
      .replaceAll('${AWS::', '<')
      .replaceAll('}', '>')
      .toLowerCase()
      .replace(/[0-9a-f]{64}/, '<digest>');
  throw new Error(`a policy refers by ${kind}; expected Ref, GetAtt, ImportValue, Join or Sub`);
}

/** CDK's name of an export -> what it is of: its path without slashes. */
const exportedName = (name: string) => name.replace(/^\w+:ExportsOutput(FnGetAtt|Ref)(\w+?)[0-9A-F]{8}.*$/, '$2');

/** Where a resource stands in the stack: `Buckets/Work`. */
function pathOf(resource: CfnTemplateResource): string {
  const path = String(resource.Metadata?.['aws:cdk:path'] ?? '');
  return path.replace(/^[^/]+\//, '').replace(/\/Resource$/, '');
}

const code = (text: string) => `\`${text}\``;
const list = (items: string | readonly string[]) => [items].flat().map(code).join('<br>');
const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
const table = (head: readonly string[], rows: readonly string[]) => [row(head), row(head.map(() => '---')), ...rows];

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  writeFileSync(PERMISSIONS_FILE, permissionsPage());
