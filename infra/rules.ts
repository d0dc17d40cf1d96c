import { type Stack, Validations } from 'aws-cdk-lib';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';
import type { IConstruct } from 'constructs';

/** Answers findings of the rule packs where they arise: a rule's name, and why this resource does without. */
export function acknowledge(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  const rules = Object.entries(reasons).map(([id, reason]) => ({ id, reason }));
  Validations.of(construct).acknowledge(...rules);
}

/** Answers the finding about one resource pattern of a policy, and no other. */
export function acknowledgePattern(stack: Stack, policy: IConstruct, resource: string, reason: string): void {
  const flat = flattenCfnReference(stack.resolve(resource));
  if (flat.includes('*')) acknowledge(policy, { [`AwsSolutions-IAM5[Resource::${flat}]`]: reason });
}
