/** `throwover clusters install --print`: what `kubectl apply -k clusters/<overlay>` would send, for a cluster of throwover.yaml. */
import { stringify } from 'yaml';
import type { Cluster } from '../../core/topology/schema.ts';
import { shippedObjects } from '../../lab/kubernetes/shipped-set.ts';
import { Refused } from '../verb.ts';
import type { Manifest } from './api.ts';

export type Role = 'active' | 'standby';
/** `values`: for an API server without mutating policies. Charts are told what policies would have done. */
export type Policies = 'mutating' | 'values';

/** As the guard of the ConfigMap has it: what it refuses would be seen only when the first move writes. */
const GUARDED = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

export function objectsFor({ setIdentifier, canaryHost }: Cluster, role: Role, policies: Policies): Manifest[] {
  if (!GUARDED.test(setIdentifier))
    throw new Refused(
      `the set identifier ${setIdentifier} cannot stand in the ConfigMap: letters, digits, - and _ only.`,
    );
  const all = shippedObjects() as unknown as Manifest[];
  const fitting = policies === 'mutating' ? all : all.filter(({ kind }) => !kind.startsWith('MutatingAdmissionPolicy'));
  return fitting.map((object) => {
    if (object.kind === 'ConfigMap') return identified(object, setIdentifier, role);
    return object.kind === 'Ingress' ? published(object, canaryHost) : object;
  });
}

function identified(object: Manifest, cluster: string, role: Role): Manifest {
  const labels = { ...(object.metadata.labels as object), 'throwover.dev/role': role };
  return { ...object, metadata: { ...object.metadata, labels }, data: { cluster, epoch: '0', role } };
}

function published(object: Manifest, host: string): Manifest {
  const spec = object.spec as { rules: readonly object[] };
  return { ...object, spec: { ...spec, rules: spec.rules.map((rule) => ({ ...rule, host })) } };
}

export function asYaml(objects: readonly Manifest[]): string {
  return objects.map((object) => stringify(object, { lineWidth: 0 })).join('---\n');
}
