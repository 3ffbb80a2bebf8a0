/** The roles of the compiled template with their statements, as IAM would hold them. */
import type { Resources } from '../../scripts/build/compiled.ts';
import type { PolicyStatement } from './evaluator.ts';
import { resolved } from './intrinsics.ts';

export type Roles = ReadonlyMap<string, readonly PolicyStatement[]>;

export function rolesIn(resources: Resources): Roles {
  const roles = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role');
  return new Map(roles.map(([logicalId, { Properties }]) => [logicalId, statementsIn(Properties.Policies, resources)]));
}

function statementsIn(policies: readonly { PolicyDocument: { Statement: unknown } }[], resources: Resources) {
  return policies.flatMap(({ PolicyDocument }) => resolved(PolicyDocument.Statement, resources) as PolicyStatement[]);
}
