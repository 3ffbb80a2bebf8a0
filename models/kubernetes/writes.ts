import { admitDeletion, admitScale, admitted, type Write } from './admission.ts';
import type { ApiRequest, Target } from './api-request.ts';
import type { Inventory } from './inventory.ts';
import { type Kind, kinds, type Plural } from './kinds.ts';
import { type Labels, type Rendered, type Spec, type Stored, sameJson } from './objects.ts';
import { jsonPatch, mergePatch, strategicMergePatch } from './patch.ts';
import type { User } from './rbac.ts';
import { renderScale } from './render/workloads.ts';
import {
  alreadyExists,
  badRequest,
  conflict,
  fieldManagerConflict,
  invalid,
  notFound,
  notModelled,
  Refused,
} from './status.ts';
import { keyOf } from './store.ts';
import { type Workload, workloadOf } from './workloads.ts';

type Query = Readonly<Record<string, string | undefined>>;

export interface Writing {
  readonly kind: Kind;
  readonly target: Target;
  readonly request: ApiRequest;
  readonly query: Query;
  readonly user: User;
}

export interface Done {
  readonly status: number;
  readonly object: Rendered;
}

const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';
const JSON_PATCH = 'application/json-patch+json';
const APPLY = 'application/apply-patch+yaml';

/** POST, PUT, PATCH and DELETE: what is written passes admission; with dryRun=All nothing is kept. */
export class Writes {
  readonly #inventory: Inventory;

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
  }

  create(writing: Writing): Done {
    const { kind, target } = writing;
    const proposal = parsed(writing.request) as Proposal;
    const name = proposal.metadata?.name;
    if (typeof name !== 'string' || name === '') throw badRequest('name is required: generated names are not modelled');
    if (target.namespace === undefined && kind.namespaced) throw badRequest('an object of this kind needs a namespace');
    if (kind.namespaced && this.#inventory.store.get('namespaces', target.namespace ?? '') === undefined) {
      throw notFound(kinds.namespaces, target.namespace ?? '');
    }
    const key = keyOf(target.namespace, name);
    if (this.#inventory.object(kind, key) !== undefined) throw alreadyExists(kind, name);
    const metadata = this.#inventory.newMetadata(kind, target.namespace, name);
    const object = withDefaults(kind, {
      ...shaped(kind, { metadata }, proposal, writing),
      ...ownerOfReplicas(writing),
    });
    if (kind === kinds.pods) return this.#createPod(writing, key, object);
    return {
      status: 201,
      object: this.#keep(writing, key, admitted(this.#write(writing, object, undefined)), undefined),
    };
  }

  update(writing: Writing): Done {
    const { before, key } = this.#current(writing);
    return this.#replace(writing, key, before, parsed(writing.request) as Proposal);
  }

  patch(writing: Writing): Done {
    if (writing.target.subresource === 'scale') return this.#patchScale(writing);
    if (writing.kind === kinds.pods) return this.#patchPod(writing);
    const { before, key } = this.#current(writing);
    const rendered = this.#inventory.object(writing.kind, key);
    return this.#replace(writing, key, before, patched(writing, rendered));
  }

  delete({ kind, target, query }: Writing): Done {
    const key = keyOf(target.namespace, target.name ?? '');
    const object = this.#inventory.object(kind, key);
    if (object === undefined) throw notFound(kind, target.name ?? '');
    admitDeletion(kind, object.metadata);
    if (kind === kinds.namespaces) throw notModelled('namespaces stay once they are there');
    if (query.dryRun === undefined) {
      const pod = kind === kinds.pods ? this.#inventory.pod(key) : undefined;
      if (pod === undefined) this.#inventory.drop(kind.plural as Plural, key);
      else this.#inventory.life.evict(pod);
    }
    return { status: 200, object };
  }

  #replace(writing: Writing, key: string, before: Stored, proposal: Proposal): Done {
    const { kind } = writing;
    const sent = proposal.metadata?.resourceVersion;
    if (sent !== undefined && sent !== before.metadata.resourceVersion) throw conflict(kind, before.metadata.name);
    const shapedObject = shaped(kind, before, proposal, writing);
    const changesReplicas = shapedObject.spec?.replicas !== before.spec?.replicas;
    const object = changesReplicas ? { ...shapedObject, ...ownerOfReplicas(writing) } : shapedObject;
    const after = admitted(this.#write(writing, object, before));
    return { status: 200, object: this.#keep(writing, key, after, before) };
  }

  /** A write that changes nothing keeps its resourceVersion. */
  #keep(writing: Writing, key: string, after: Stored, before: Stored | undefined): Rendered {
    const { kind, query } = writing;
    const plural = kind.plural as Plural;
    const unchanged = before !== undefined && sameObject(before, after);
    const next = before === undefined ? after : withGeneration(kind, before, after);
    if (!unchanged && query.dryRun === undefined) this.#inventory.keep(plural, key, next);
    const answered = this.#inventory.object(kind, key);
    if (query.dryRun === undefined && answered !== undefined) return answered;
    return { ...answered, ...withoutOwner(unchanged ? before : next) };
  }

  #patchScale(writing: Writing): Done {
    const { kind, query } = writing;
    const { before, key } = this.#current(writing);
    const plural = kind.plural as Plural;
    const workload = this.#inventory.workload(plural, key);
    if (kind.scale === undefined || workload === undefined) throw notModelled(`${kind.plural} have no scale here`);
    const proposal = patched(writing, renderScale(before, workload)) as Proposal;
    const replicas = replicasOf(kind, before.metadata.name, proposal.spec?.replicas ?? 0);
    const owner = managerOf(writing);
    const differs = replicas !== before.spec?.replicas;
    if (contentType(writing.request) === APPLY && query.force !== 'true' && before.replicasOwner !== undefined) {
      if (differs && before.replicasOwner !== owner) throw fieldManagerConflict(before.replicasOwner, '.spec.replicas');
    }
    const sent = proposal.metadata?.resourceVersion;
    if (sent !== undefined && sent !== before.metadata.resourceVersion) throw conflict(kind, before.metadata.name);
    admitScale(this.#write(writing, before, before), replicas);
    const scaled = { ...before, spec: { ...before.spec, replicas }, replicasOwner: owner };
    const after = differs ? withGeneration(kind, before, scaled) : scaled;
    const kept = query.dryRun === undefined && differs ? this.#inventory.keep(plural, key, after) : after;
    return { status: 200, object: renderScale(kept, workload) };
  }

  /** Annotations may change, and scheduling gates may go; everything else of a pod stays as it was made. */
  #patchPod(writing: Writing): Done {
    const { kind, target } = writing;
    const key = keyOf(target.namespace, target.name ?? '');
    const pod = this.#inventory.pod(key);
    if (pod === undefined) throw notFound(kind, target.name ?? '');
    const before = this.#inventory.renderedPod(pod) as unknown as Stored;
    const proposal = shaped(kind, before, patched(writing, before), writing);
    const after = admitted(this.#write(writing, proposal, before));
    const gates = (after.spec?.schedulingGates ?? []).map(({ name }) => name);
    const rest = (object: Stored) => ({ ...object.spec, schedulingGates: undefined });
    if (!sameJson(rest(after), rest(before)) || gates.some((gate) => !pod.gates.includes(gate))) {
      const message = 'Forbidden: pod updates may not change fields other than the scheduling gates, which may only go';
      throw invalid(kind, target.name ?? '', 'spec', message);
    }
    if (writing.query.dryRun === undefined) {
      pod.annotations = after.metadata.annotations ?? {};
      if (gates.length < pod.gates.length) this.#inventory.life.ungate(pod, gates);
    }
    return { status: 200, object: this.#inventory.renderedPod(pod) };
  }

  #createPod(writing: Writing, key: string, object: Stored): Done {
    const { life } = this.#inventory;
    const before = admitted(this.#write(writing, object, undefined));
    const workload: Workload = workloadOf('Pod', key, before, life.now);
    workload.annotations = before.metadata.annotations ?? {};
    if (writing.query.dryRun !== undefined) return { status: 201, object: withoutOwner(before) };
    life.adopt(workload);
    const pod = workload.pods[0];
    if (pod === undefined) throw notFound(writing.kind, object.metadata.name);
    return { status: 201, object: this.#inventory.renderedPod(pod) };
  }

  #current({ kind, target }: Writing): { key: string; before: Stored } {
    const key = keyOf(target.namespace, target.name ?? '');
    if (kind.origin === 'made') throw notModelled(`${kind.plural} can be read, not written`);
    const before = this.#inventory.store.get(kind.plural as Plural, key);
    if (before === undefined) throw notFound(kind, target.name ?? '');
    return { key, before };
  }

  #write({ kind, target, user }: Writing, object: Stored, before: Stored | undefined): Write {
    const { parameters, life } = this.#inventory;
    return {
      kind,
      object,
      before,
      ring: this.#inventory.ringOf(target.namespace),
      parameters: parameters.seen(parameters.server(), life.now),
      groups: user.groups,
    };
  }
}

interface Proposal {
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
}

function patched(writing: Writing, rendered: unknown): Proposal {
  const { request, kind, target } = writing;
  const type = contentType(request);
  const body = parsed(request);
  if (type === MERGE) return mergePatch(rendered, body) as Proposal;
  if (type === STRATEGIC) return strategicMergePatch(rendered, body) as Proposal;
  if (type === JSON_PATCH) return jsonPatch(rendered, body) as Proposal;
  if (type === APPLY && target.subresource === 'scale') return body as Proposal;
  throw notModelled(`a patch of ${kind.plural} may be a merge, strategic merge or JSON patch, not ${type}`);
}

function parsed(request: ApiRequest): unknown {
  if (request.json !== undefined) return request.json;
  const type = contentType(request);
  if (type.includes('protobuf') || type.includes('cbor')) {
    throw new Refused(415, 'UnsupportedMediaType', `this API model reads JSON, not ${type}`);
  }
  try {
    return JSON.parse(request.body ?? '');
  } catch {
    throw badRequest('the body is no JSON: this API model reads YAML only where it is JSON too');
  }
}

function contentType({ headers }: ApiRequest): string {
  return (headers?.['content-type'] ?? '').split(';')[0]?.trim() ?? '';
}

/** `before` with everything that the proposal says; members of the model's own stay. */
function shaped(kind: Kind, before: Stored, proposal: Proposal, writing: Writing): Stored {
  const { metadata = {}, spec, data, immutable } = proposal;
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

function replicasOf(kind: Kind, name: string, value: unknown): number {
  if (Number.isInteger(value) && Number(value) >= 0) return Number(value);
  throw invalid(kind, name, 'spec.replicas', `Invalid value: ${String(value)}: must be a whole number ≥ 0`);
}

function withDefaults(kind: Kind, object: Stored): Stored {
  if (kind.scale !== undefined && object.spec?.replicas === undefined) {
    return { ...object, spec: { ...object.spec, replicas: 1 } };
  }
  return kind === kinds.cronjobs ? { ...object, spec: { suspend: false, ...object.spec } } : object;
}

/** Deployments count changed annotations too, the other kinds their spec alone. */
function withGeneration(kind: Kind, before: Stored, after: Stored): Stored {
  if (before.metadata.generation === undefined) return after;
  const annotations = kind === kinds.deployments && !sameJson(before.metadata.annotations, after.metadata.annotations);
  if (!annotations && sameJson(before.spec, after.spec)) return after;
  return { ...after, metadata: { ...after.metadata, generation: before.metadata.generation + 1 } };
}

function sameObject(before: Stored, after: Stored): boolean {
  return (
    sameJson(before.metadata, after.metadata) &&
    sameJson(before.spec, after.spec) &&
    sameJson(before.data, after.data) &&
    before.immutable === after.immutable
  );
}

/** The field manager: what the request says, else the program that sent it. */
function managerOf({ query, request }: Writing): string {
  return query.fieldManager ?? request.headers?.['user-agent']?.split('/')[0] ?? 'unknown';
}

function ownerOfReplicas(writing: Writing): { replicasOwner?: string } {
  return writing.kind.scale === undefined ? {} : { replicasOwner: managerOf(writing) };
}

function withoutOwner({ replicasOwner: _, ...object }: Stored): Rendered {
  return object;
}
