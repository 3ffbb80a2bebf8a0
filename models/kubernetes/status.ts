import type { Kind } from './kinds.ts';

export interface Cause {
  readonly reason?: string;
  readonly message: string;
  readonly field?: string;
}

interface Details {
  name?: string;
  group?: string;
  kind?: string;
  causes?: readonly Cause[];
}

/** The API says no: a `Status` object in the words of the real server (recorded answers: fixtures/kubernetes). */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: number;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(code: number, reason: string, message: string, details?: Details, metadata: object = {}) {
    super(message);
    this.code = code;
    this.body = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata,
      status: 'Failure',
      message,
      reason,
      ...(details === undefined ? {} : { details }),
      code,
    };
  }
}

/** `deployments.apps`: how messages name a resource. */
export function qualified(kind: Kind): string {
  return kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
}

export function detailsOf(kind: Kind, name: string | undefined, causes?: readonly Cause[]): Details {
  return {
    ...(name === undefined ? {} : { name }),
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.plural,
    ...(causes === undefined ? {} : { causes }),
  };
}

export function unauthorized(): Refused {
  return new Refused(401, 'Unauthorized', 'Unauthorized');
}

/** etcd's own words, which the API server passes on. */
export function spaceExceeded(): Refused {
  return new Refused(500, 'InternalError', 'etcdserver: mvcc: database space exceeded');
}

export function notFound(kind: Kind, name: string): Refused {
  return new Refused(404, 'NotFound', `${qualified(kind)} "${name}" not found`, detailsOf(kind, name));
}

export function alreadyExists(kind: Kind, name: string): Refused {
  return new Refused(409, 'AlreadyExists', `${qualified(kind)} "${name}" already exists`, detailsOf(kind, name));
}

/** Compare-and-set lost: the resourceVersion that was sent is not the current one. */
export function conflict(kind: Kind, name: string): Refused {
  const message =
    `Operation cannot be fulfilled on ${qualified(kind)} "${name}": the object has been modified; ` +
    'please apply your changes to the latest version and try again';
  return new Refused(409, 'Conflict', message, detailsOf(kind, name));
}

/** Server-side apply without force, on a field that another manager owns. */
export function fieldManagerConflict(owner: string, field: string): Refused {
  const cause = { reason: 'FieldManagerConflict', message: `conflict with "${owner}"`, field };
  return new Refused(409, 'Conflict', `Apply failed with 1 conflict: conflict with "${owner}": ${field}`, {
    causes: [cause],
  });
}

/** A `continue` from before the last compaction; `onward` continues without consistency. */
export function expired(onward: string): Refused {
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list ' +
    'without the continue parameter, or use the continue token in this response to retrieve the remainder of the ' +
    'results. Continuing with the provided token results in an inconsistent list - objects that were created, ' +
    'modified, or deleted between the time the first chunk was returned and now may show up in the list.';
  return new Refused(410, 'Expired', message, undefined, { continue: onward });
}

export function invalid(kind: Kind, name: string, field: string, complaint: string): Refused {
  const message = `${kind.kind}${kind.group === '' ? '' : `.${kind.group}`} "${name}" is invalid: ${field}: ${complaint}`;
  const details = {
    ...detailsOf(kind, name, [{ reason: 'FieldValueInvalid', message: complaint, field }]),
    kind: kind.kind,
  };
  return new Refused(422, 'Invalid', message, details);
}

export function badRequest(message: string): Refused {
  return new Refused(400, 'BadRequest', message);
}

/** The real server could; this one says so instead of pretending. */
export function notModelled(what: string): Refused {
  return new Refused(501, 'NotImplemented', `This is a model of a Kubernetes API: ${what}.`);
}

/** What a validating policy found wrong: the first complaint decides about reason and code. */
export function deniedByPolicy(
  kind: Kind,
  name: string,
  policy: string,
  complaints: readonly { message: string; reason: 'Forbidden' | 'Invalid' }[],
): Refused {
  const causes = complaints.map(({ message }) => ({
    message: `ValidatingAdmissionPolicy '${policy}' with binding '${policy}' denied request: ${message}`,
  }));
  const reason = complaints[0]?.reason ?? 'Invalid';
  const message = `${qualified(kind)} "${name}" is forbidden: ${causes[0]?.message}`;
  return new Refused(reason === 'Forbidden' ? 403 : 422, reason, message, detailsOf(kind, name, causes));
}

/** The ConfigMap is gone: every mutating policy that governs the kind refuses, in the order of their names. */
export function noParameters(kind: Kind, name: string, policies: readonly string[]): Refused {
  const why = 'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction';
  const causes = policies.map((policy) => ({
    message: `policy '${policy}' with binding '${policy}' denied request: ${why}`,
  }));
  return new Refused(403, 'Forbidden', causes[0]?.message ?? why, detailsOf(kind, name, causes));
}

export interface Asked {
  readonly username: string;
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** RBAC says no: unlike a policy's refusal it has no causes. */
export function forbidden(asked: Asked): Refused {
  const resource = asked.subresource === undefined ? asked.resource : `${asked.resource}/${asked.subresource}`;
  const qualifiedName = asked.group === '' ? asked.resource : `${asked.resource}.${asked.group}`;
  const subject = asked.name === undefined ? qualifiedName : `${qualifiedName} "${asked.name}"`;
  const scope = asked.namespace === undefined ? 'at the cluster scope' : `in the namespace "${asked.namespace}"`;
  const message =
    `${subject} is forbidden: User "${asked.username}" cannot ${asked.verb} resource "${resource}" ` +
    `in API group "${asked.group}" ${scope}`;
  return new Refused(403, 'Forbidden', message, {
    ...(asked.name === undefined ? {} : { name: asked.name }),
    ...(asked.group === '' ? {} : { group: asked.group }),
    kind: asked.resource,
  });
}

export function forbiddenPath(username: string, verb: string, path: string): Refused {
  return new Refused(403, 'Forbidden', `forbidden: User "${username}" cannot ${verb} path "${path}"`, {});
}
