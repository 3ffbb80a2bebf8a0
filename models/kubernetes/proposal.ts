import type { ApiRequest, Target } from './api-request.ts';
import { type Kind, kinds } from './kinds.ts';
import { type Labels, type Rendered, type Spec, type Stored, sameJson } from './objects.ts';
import { jsonPatch, mergePatch, strategicMergePatch } from './patch.ts';
import type { User } from './rbac.ts';
import { badRequest, invalid, notModelled, Refused } from './status.ts';

type Query = Readonly<Record<string, string | undefined>>;

export interface Writing {
  readonly kind: Kind;
  readonly target: Target;
  readonly request: ApiRequest;
  readonly query: Query;
  readonly user: User;
}

const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';
const JSON_PATCH = 'application/json-patch+json';
export const APPLY = 'application/apply-patch+yaml';

/** What a write asks for, before admission: any member may be missing or of a wrong type. */
export interface Proposal {
  readonly metadata?: {
    readonly name?: unknown;
    readonly resourceVersion?: string;
    readonly labels?: unknown;
    readonly annotations?: unknown;
    readonly ownerReferences?: readonly unknown[];
    readonly finalizers?: readonly string[];
  };
  readonly spec?: Spec;
  readonly data?: unknown;
  readonly immutable?: boolean;
  readonly rules?: Stored['rules'];
  readonly roleRef?: Stored['roleRef'];
  readonly subjects?: Stored['subjects'];
  readonly webhooks?: Stored['webhooks'];
}

/** The object as the patch would have it. */
export function patched(writing: Writing, rendered: unknown): Proposal {
  const { request, kind, target } = writing;
  const type = contentType(request);
  const body = parsed(request);
  if (type === MERGE) return mergePatch(rendered, body) as Proposal;
  if (type === STRATEGIC) return strategicMergePatch(rendered, body) as Proposal;
  if (type === JSON_PATCH) return jsonPatch(rendered, body) as Proposal;
  if (type === APPLY && target.subresource === 'scale') return body as Proposal;
  throw notModelled(
    `a patch of ${kind.plural} may be a merge, strategic merge or JSON patch, or server-side apply, not ${type}`,
  );
}

export function parsed(request: ApiRequest): unknown {
  if (request.json !== undefined) return request.json;
  const type = contentType(request);
  if (type.includes('protobuf') || type.includes('cbor')) {
    throw new Refused(415, 'UnsupportedMediaType', `this API model reads JSON, not ${type}`);
  }
  const body = json(request.body ?? '');
  if (typeof body !== 'object' || body === null) throw badRequest('the body is neither an object nor a list');
  return body;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('the body is no JSON: this API model reads YAML only where it is JSON too');
  }
}

export function contentType({ headers }: ApiRequest): string {
  return (headers?.['content-type'] ?? '').split(';')[0]?.trim() ?? '';
}

/** `before` with everything that the proposal says; members of the model's own stay. */
export function shaped(kind: Kind, before: Stored, proposal: Proposal, writing: Writing): Stored {
  const { spec, data, immutable, rules, roleRef, subjects, webhooks } = proposal;
  // `null` is what a client sends for nothing.
  const metadata = proposal.metadata ?? {};
  const { labels: _, annotations: __, ownerReferences: ___, finalizers: ____, ...fixed } = before.metadata;
  const { name } = fixed;
  const texts = (value: unknown, field: string) => optional(field, textsOf(kind, name, field, value));
  if (spec?.replicas !== undefined) replicasOf(kind, name, spec.replicas);
  return {
    metadata: {
      ...fixed,
      ...texts(metadata.labels, 'labels'),
      ...texts(metadata.annotations, 'annotations'),
      ...optional('ownerReferences', metadata.ownerReferences),
      ...optional('finalizers', metadata.finalizers),
    },
    ...optional('spec', spec),
    ...texts(data, 'data'),
    ...optional('immutable', immutable),
    ...optional('rules', rules),
    ...optional('roleRef', roleRef),
    ...optional('subjects', subjects),
    ...optional('webhooks', webhooks),
    ...optional('applied', before.applied),
    ...optional('replicasOwner', before.replicasOwner ?? ownerOfReplicas(writing).replicasOwner),
  };
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined): { [N in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [N in Name]?: Value });
}

function textsOf(kind: Kind, name: string, field: string, value: unknown): Labels | undefined {
  if (value === undefined || value === null) return undefined;
  const entries = Object.entries(value);
  const wrong = entries.find(([, one]) => typeof one !== 'string');
  if (wrong !== undefined) {
    throw invalid(kind, name, field, `cannot unmarshal ${typeof wrong[1]} into ${field}.${wrong[0]} of type string`);
  }
  return entries.length === 0 ? undefined : (value as Labels);
}

export function replicasOf(kind: Kind, name: string, value: unknown): number {
  if (Number.isInteger(value) && Number(value) >= 0) return Number(value);
  throw invalid(kind, name, 'spec.replicas', `Invalid value: ${String(value)}: must be a whole number ≥ 0`);
}

export function withDefaults(kind: Kind, object: Stored): Stored {
  if (kind.scale !== undefined && object.spec?.replicas === undefined) {
    return { ...object, spec: { ...object.spec, replicas: 1 } };
  }
  return kind === kinds.cronjobs ? { ...object, spec: { suspend: false, ...object.spec } } : object;
}

/** Deployments count changed annotations too, the other kinds their spec alone. */
export function withGeneration(kind: Kind, before: Stored, after: Stored): Stored {
  if (before.metadata.generation === undefined) return after;
  const annotations = kind === kinds.deployments && !sameJson(before.metadata.annotations, after.metadata.annotations);
  if (!annotations && sameJson(before.spec, after.spec)) return after;
  return { ...after, metadata: { ...after.metadata, generation: before.metadata.generation + 1 } };
}

export function sameObject(before: Stored, after: Stored): boolean {
  return (
    sameJson(before.metadata, after.metadata) &&
    sameJson(before.spec, after.spec) &&
    sameJson(before.data, after.data) &&
    before.immutable === after.immutable &&
    sameJson(before.rules, after.rules) &&
    sameJson(before.roleRef, after.roleRef) &&
    sameJson(before.subjects, after.subjects) &&
    sameJson(before.webhooks, after.webhooks)
  );
}

/** The field manager: what the request says, else the program that sent it. */
export function managerOf({ query, request }: Writing): string {
  return query.fieldManager ?? request.headers?.['user-agent']?.split('/')[0] ?? 'unknown';
}

export function ownerOfReplicas(writing: Writing): { replicasOwner?: string } {
  return writing.kind.scale === undefined ? {} : { replicasOwner: managerOf(writing) };
}

export function withoutOwner({ replicasOwner: _, applied: __, ...object }: Stored): Rendered {
  return object;
}
