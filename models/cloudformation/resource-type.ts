/** One kind of resource: which properties it takes, and what making, changing and deleting one does to the account. */
import { ServiceError } from '../service-error.ts';
import type { Identity, Properties } from './identities.ts';

export interface Made {
  readonly logicalId: string;
  readonly type: string;
  readonly identity: Identity;
  /** With every function in them done. */
  readonly properties: Properties;
}

export interface ResourceType {
  /** The properties that it takes; any other is refused by name, because leaving it out would be a silent lie. */
  readonly properties: readonly string[];
  create(made: Made): void;
  update(made: Made, before: Made): void;
  remove(made: Made): void;
}

/** A resource of a service that nothing here plays: what it was given is kept, and can be read. */
export function keptOnly(...properties: string[]): ResourceType {
  return { properties, create: () => {}, update: () => {}, remove: () => {} };
}

export function checkProperties(
  logicalId: string,
  type: string,
  { properties: known }: ResourceType,
  given: Properties,
) {
  const [other] = Object.keys(given).filter((name) => !known.includes(name));
  if (other === undefined) return;
  const message = `This stand-in for CloudFormation does not have the property ${other} of ${type} (${logicalId}).`;
  throw new ServiceError('NotImplemented', message, 501);
}
