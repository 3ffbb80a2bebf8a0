import { allKinds, apiVersionOf, type Kind } from './kinds.ts';

/**
 * As much OpenAPI as `kubectl apply` asks for before it sends anything: whether the server checks fields by itself. No
 * schemas: this model takes members that it does not know, where a real server would say what is unknown.
 */
export function openApi(path: string): unknown {
  const versions = [...new Set(allKinds.map(rootOf))];
  if (path === '/openapi/v3') {
    const entries = versions.map((root) => [root, { serverRelativeURL: `/openapi/v3/${root}?hash=model` }]);
    return { paths: Object.fromEntries(entries) };
  }
  const root = path.slice('/openapi/v3/'.length);
  if (!path.startsWith('/openapi/v3/') || !versions.includes(root)) return undefined;
  const paths = allKinds
    .filter((kind) => rootOf(kind) === root)
    .map((kind) => [pathOf(kind), { patch: patchOf(kind) }]);
  return {
    openapi: '3.0.0',
    info: { title: 'A model of Kubernetes', version: 'v1.36' },
    paths: Object.fromEntries(paths),
  };
}

function rootOf(kind: Kind): string {
  return kind.group === '' ? 'api/v1' : `apis/${apiVersionOf(kind)}`;
}

function pathOf(kind: Kind): string {
  return `/${rootOf(kind)}/${kind.namespaced ? 'namespaces/{namespace}/' : ''}${kind.plural}/{name}`;
}

function patchOf({ group, version, kind }: Kind) {
  const parameters = ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => ({
    name,
    in: 'query',
    schema: { type: 'string' },
  }));
  return {
    parameters,
    responses: { 200: { description: 'OK' } },
    'x-kubernetes-action': 'patch',
    'x-kubernetes-group-version-kind': { group, version, kind },
  };
}
