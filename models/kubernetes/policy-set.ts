import { allKinds, apiVersionOf, type Plural } from './kinds.ts';
import { type Labels, type Stored, uidOf } from './objects.ts';
import { Grants } from './rbac.ts';
import { keyOf } from './store.ts';

/** An object as it stands in a YAML file. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Labels;
    readonly annotations?: Labels;
  };
  readonly spec?: unknown;
  readonly data?: Labels;
  readonly rules?: Stored['rules'];
  readonly roleRef?: Stored['roleRef'];
  readonly subjects?: Stored['subjects'];
}

/** Policies, bindings and rights that a cluster has from its birth. Made once, shared by every cluster of a process. */
export interface PolicySet {
  readonly objects: ReadonlyMap<Plural, ReadonlyMap<string, Stored>>;
  readonly grants: Grants;
}

const groups = ['admissionregistration.k8s.io', 'rbac.authorization.k8s.io'];

/** Of the files that are applied to a cluster, what decides about writes and rights. Everything else is left out. */
export function policySet(manifests: readonly ManifestObject[]): PolicySet {
  const objects = new Map<Plural, Map<string, Stored>>();
  for (const { apiVersion, kind, metadata, spec, rules, roleRef, subjects } of manifests) {
    const known = allKinds.find((one) => one.kind === kind && apiVersionOf(one) === apiVersion);
    if (known === undefined || !groups.includes(known.group)) continue;
    const plural = known.plural as Plural;
    const { name, namespace } = metadata;
    const of = objects.get(plural) ?? new Map<string, Stored>();
    of.set(keyOf(namespace, name), {
      metadata: {
        ...metadata,
        uid: uidOf(`${plural} ${keyOf(namespace, name)}`),
        resourceVersion: '1',
        ...(known.group === 'admissionregistration.k8s.io' ? { generation: 1 } : {}),
        creationTimestamp: '',
      },
      ...(spec === undefined ? {} : { spec: spec as NonNullable<Stored['spec']> }),
      ...(rules === undefined ? {} : { rules }),
      ...(roleRef === undefined ? {} : { roleRef }),
      ...(subjects === undefined ? {} : { subjects }),
    });
    objects.set(plural, of);
  }
  return { objects, grants: new Grants((plural) => objects.get(plural)?.values() ?? []) };
}

/** Nothing is installed: nobody but administrators may anything, and every write is kept as it comes. */
export const bare: PolicySet = policySet([]);
