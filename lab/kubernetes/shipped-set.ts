import { readFileSync } from 'node:fs';
import { parse, parseAllDocuments } from 'yaml';
import { type ManifestObject, type PolicySet, policySet } from '../../models/kubernetes/policy-set.ts';

const base = new URL('../../clusters/base/', import.meta.url);

/** The objects of clusters/base, in the order of its kustomization: what a cluster gets, before an overlay names it. */
export function shippedObjects(): ManifestObject[] {
  const { resources } = parse(text('kustomization.yaml')) as { resources: string[] };
  return resources.flatMap((file) =>
    parseAllDocuments(text(file)).map((document) => document.toJS() as ManifestObject),
  );
}

let shipped: PolicySet | undefined;

/** The same as a cluster of the lab has it installed. */
export function shippedSet(): PolicySet {
  shipped ??= policySet(shippedObjects());
  return shipped;
}

function text(file: string): string {
  return readFileSync(new URL(file, base), 'utf8');
}
