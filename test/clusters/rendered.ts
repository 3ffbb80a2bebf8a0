/** clusters/ as kubectl renders it. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { peer } from '../peers.ts';
import { root } from '../tree/sources.ts';
import type { KubernetesObject } from './open-api.ts';

/** @param folder below clusters/: '', 'base', 'blue', 'green' */
export function rendered(folder: string, context: Pick<TestContext, 'skip'>): KubernetesObject[] {
  const text = execFileSync(peer('kubectl', context), ['kustomize', join(root, 'clusters', folder)], {
    encoding: 'utf8',
  });
  return parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);
}

/** `MutatingAdmissionPolicy throwover-pod-gate` */
export function titleOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
}
