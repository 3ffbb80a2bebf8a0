import { admitDeletion, admitScale, admitted, POD_GATE, type Write } from './admission.ts';
import { applied } from './apply.ts';
import { guardPool } from './guards.ts';
import type { Inventory } from './inventory.ts';
import { kinds, type Plural } from './kinds.ts';
import { STANDBY_GATE } from './life.ts';
import { type Rendered, type Stored, sameJson } from './objects.ts';
import {
  APPLY,
  contentType,
  managerOf,
  ownerOfReplicas,
  type Proposal,
  parsed,
  patched,
  replicasOf,
  sameObject,
  shaped,
  type Writing,
  withDefaults,
  withGeneration,
  withoutOwner,
} from './proposal.ts';
import { renderScale } from './render/workloads.ts';
import {
  alreadyExists,
  badRequest,
  conflict,
  fieldManagerConflict,
  invalid,
  noParameters,
  notFound,
  notModelled,
} from './status.ts';
import { keyOf } from './store.ts';
import { type Workload, workloadOf } from './workloads.ts';

export interface Done {
  readonly status: number;
  readonly object: Rendered;
}

/** POST, PUT, PATCH and DELETE: what is written passes admission; with dryRun=All nothing is kept. */
export class Writes {
  readonly #inventory: Inventory;

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
  }

  /** @param remembered what each field manager applied: for an object that server-side apply makes */
  create(writing: Writing, remembered?: Stored['applied']): Done {
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
      ...(remembered === undefined ? {} : { applied: remembered }),
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
    if (contentType(writing.request) === APPLY) return this.#apply(writing);
    const { before, key } = this.#current(writing);
    const rendered = this.#inventory.object(writing.kind, key);
    return this.#replace(writing, key, before, patched(writing, rendered));
  }

  delete({ kind, target, query }: Writing): Done {
    const key = keyOf(target.namespace, target.name ?? '');
    const object = this.#inventory.object(kind, key);
    if (object === undefined) throw notFound(kind, target.name ?? '');
    admitDeletion(kind, object.metadata, (policy) => this.#inventory.enforces(policy));
    if (query.dryRun === undefined) {
      const pod = kind === kinds.pods ? this.#inventory.pod(key) : undefined;
      if (kind === kinds.namespaces) this.#inventory.dropNamespace(key);
      else if (pod === undefined) this.#inventory.drop(kind.plural as Plural, key);
      else this.#inventory.life.evict(pod);
    }
    return { status: 200, object };
  }

  /** Makes the object where there is none. A count that somebody else owns is refused, unless forced. */
  #apply(writing: Writing): Done {
    const { kind, target, query } = writing;
    if (query.fieldManager === undefined)
      throw badRequest(
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
      );
    const key = keyOf(target.namespace, target.name ?? '');
    const body = parsed(writing.request) as Proposal;
    if (body.metadata?.name !== target.name)
      throw badRequest(`the name of the object (${body.metadata?.name}) is not the one of the path (${target.name})`);
    const before = this.#inventory.store.get(kind.plural as Plural, key);
    const remembered = { ...before?.applied, [query.fieldManager]: body };
    if (before === undefined) return this.create(writing, remembered);
    const { replicas } = body.spec ?? {};
    const owner = before.replicasOwner;
    if (replicas !== undefined && replicas !== before.spec?.replicas && owner !== undefined && query.force !== 'true') {
      if (owner !== query.fieldManager) throw fieldManagerConflict(owner, '.spec.replicas');
    }
    const rendered = this.#inventory.object(kind, key);
    const next = applied(rendered, before.applied?.[query.fieldManager], body) as Proposal;
    const done = this.#replace(writing, key, before, next);
    const kept = this.#inventory.store.get(kind.plural as Plural, key);
    // also where nothing else changed: what is left out the next time goes
    if (query.dryRun === undefined && kept !== undefined)
      this.#inventory.store.put(kind.plural as Plural, key, { ...kept, applied: remembered });
    return done;
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
    const counted = this.#inventory.counted(plural, key);
    if (kind.scale === undefined || counted === undefined) throw notModelled(`${kind.plural} have no scale here`);
    const proposal = patched(writing, renderScale(before, counted)) as Proposal;
    const replicas = replicasOf(kind, before.metadata.name, proposal.spec?.replicas ?? 0);
    const owner = managerOf(writing);
    const differs = replicas !== before.spec?.replicas;
    if (contentType(writing.request) === APPLY && query.force !== 'true' && before.replicasOwner !== undefined) {
      if (differs && before.replicasOwner !== owner) throw fieldManagerConflict(before.replicasOwner, '.spec.replicas');
    }
    const sent = proposal.metadata?.resourceVersion;
    if (sent !== undefined && sent !== before.metadata.resourceVersion) throw conflict(kind, before.metadata.name);
    admitScale(this.#write(writing, before, before), replicas);
    guardPool(this.#write(writing, before, before), replicas);
    const scaled = { ...before, spec: { ...before.spec, replicas }, replicasOwner: owner };
    const after = differs ? withGeneration(kind, before, scaled) : scaled;
    const kept = query.dryRun === undefined && differs ? this.#inventory.keep(plural, key, after) : after;
    return { status: 200, object: renderScale(kept, this.#inventory.counted(plural, key) ?? counted) };
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
    const verdict = this.#inventory.admits(workload);
    if (verdict === 'refused') throw noParameters(writing.kind, object.metadata.name, [POD_GATE]);
    if (writing.query.dryRun !== undefined) {
      const schedulingGates = verdict === 'gated' ? [{ name: STANDBY_GATE }] : [];
      return { status: 201, object: withoutOwner({ ...before, spec: { ...before.spec, schedulingGates } }) };
    }
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
      enforces: (policy) => this.#inventory.enforces(policy),
    };
  }
}
