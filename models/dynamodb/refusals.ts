import { ServiceError } from '../service-error.ts';

/** A request that DynamoDB does not understand or accept, in its own words. */
export function validation(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}

/** DynamoDB's words around a refused value of a request. */
export function invalidParameter(message: string): ServiceError {
  return validation(`One or more parameter values were invalid: ${message}`);
}

/** Something the real DynamoDB has and this stand-in does not. */
export function notImplemented(what: string): ServiceError {
  return new ServiceError('NotImplemented', `This stand-in for DynamoDB does not have ${what}.`, 501);
}

/** Refuses every member of a request that this stand-in would otherwise silently ignore. */
export function onlyMembers(input: object, operation: string, members: ReadonlySet<string>): void {
  for (const member in input) {
    if (!members.has(member) && input[member as keyof typeof input] !== undefined) {
      throw notImplemented(`${member} in ${operation}`);
    }
  }
}
