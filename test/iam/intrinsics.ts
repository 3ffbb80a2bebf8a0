/** Our template as one account and Region would read it: every intrinsic function in a value done, by the stand-in's own rules. */
import { identityOf, namingProperty, pseudoParameters } from '../../models/cloudformation/identities.ts';
import { type Names, resolved as resolvedBy } from '../../models/cloudformation/intrinsics.ts';
import type { Resources } from '../../scripts/build/compiled.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

// a role's made name is its logical id here: readable, and the same at every look
const HERE = { accountId: ACCOUNT, region: REGION, nameFor: (logicalId: string) => logicalId };
const PSEUDO = pseudoParameters(HERE);

export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
}

/** The same value with every intrinsic function in it done. */
export function resolved(value: unknown, resources: Resources): unknown {
  return resolvedBy(value, namesOf(resources));
}

function namesOf(resources: Resources): Names {
  const identity = (logicalId: string) => {
    const resource = resources[logicalId];
    if (resource === undefined) throw new Error(`the template has no ${logicalId}`);
    const named = namingProperty(resource.Type) ?? '';
    return identityOf(resource.Type, logicalId, { [named]: resolvedBy(resource.Properties?.[named], names) }, HERE);
  };
  const names: Names = {
    ref: (name) => PSEUDO[name] ?? identity(name).ref,
    attribute: (logicalId, attribute) => {
      const value = identity(logicalId).attributes[attribute];
      if (value === undefined) throw new Error(`${logicalId} has no attribute ${attribute} that is known here`);
      return value;
    },
  };
  return names;
}
