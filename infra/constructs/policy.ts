import { Stack } from 'aws-cdk-lib';
import { CfnManagedPolicy, type Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgePattern } from '../rules.ts';
import type { Statement } from '../statements.ts';

/** What a role may do, as one policy that can be read from top to bottom; nothing else adds to it. */
export class Policy extends Construct {
  constructor(scope: Construct, id: string, { role, statements }: { role: Role; statements: readonly Statement[] }) {
    super(scope, id);
    const policy = new CfnManagedPolicy(this, 'Policy', {
      roles: [role.roleName],
      policyDocument: {
        Version: '2012-10-17',
        Statement: statements.map(({ actions, resources, conditions }) => ({
          Effect: 'Allow',
          Action: actions,
          Resource: resources,
          Condition: conditions,
        })),
      },
    });
    // For docs/permissions.md, and for whoever reads the template.
    policy.addMetadata(
      'why',
      statements.map(({ why }) => why),
    );
    for (const { resources, why } of statements)
      for (const resource of resources) acknowledgePattern(Stack.of(this), policy, resource, why);
  }
}
