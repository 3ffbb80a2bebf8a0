import { ServiceError } from '../service-error.ts';

/** CloudWatch's own code has no `Exception` at its end. */
export function validation(message: string): ServiceError {
  return new ServiceError('ValidationError', message);
}

export function notFound(what: string): ServiceError {
  return new ServiceError('ResourceNotFound', what, 404);
}

export function notImplemented(what: string): ServiceError {
  return new ServiceError('NotImplemented', `This stand-in for CloudWatch does not have ${what}.`, 501);
}

/** Refuses every member of a request that this stand-in would otherwise silently ignore. */
export function onlyMembers(input: object, operation: string, members: ReadonlySet<string>): void {
  for (const member in input) {
    const given = input[member as keyof typeof input] !== undefined;
    if (given && !members.has(member)) throw notImplemented(`${member} in ${operation}`);
  }
}
