/** The roles of the compiled template, and its managed policies, with their statements, as IAM would hold them. */

import type { PolicyStatement } from '../../models/iam/evaluator.ts';
import type { Resources } from '../../scripts/build/compiled.ts';
import { resolved } from './intrinsics.ts';

export type Roles = ReadonlyMap<string, readonly PolicyStatement[]>;

export function rolesIn(resources: Resources): Roles {
  return new Map(
    Object.entries(resources).flatMap(([logicalId, { Type, Properties }]) => {
      if (Type === 'AWS::IAM::ManagedPolicy') return [[logicalId, statementsIn([Properties], resources)]];
      if (Type !== 'AWS::IAM::Role') return [];
      const { Policies = [], ManagedPolicyArns = [] } = Properties;
      const managed = ManagedPolicyArns.map(({ Ref }: { Ref: string }) => resources[Ref]?.Properties);
      return [[logicalId, statementsIn([...Policies, ...managed], resources)]];
    }),
  );
}

function statementsIn(policies: readonly { PolicyDocument: { Statement: unknown } }[], resources: Resources) {
  return policies.flatMap(({ PolicyDocument }) => resolved(PolicyDocument.Statement, resources) as PolicyStatement[]);
}
