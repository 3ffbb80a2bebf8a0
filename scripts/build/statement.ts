/** One statement of a policy, as it stands in the template. */
export type Resource = string | object;

export interface Statement {
  Effect: 'Allow' | 'Deny';
  Action: string[];
  Resource: Resource[];
  Condition?: object;
}

export function allow(Action: string[], Resource: Resource[]): Statement {
  return { Effect: 'Allow', Action, Resource };
}

export function deny(Action: string[], Resource: Resource[]): Statement {
  return { Effect: 'Deny', Action, Resource };
}
