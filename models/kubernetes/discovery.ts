import { allKinds, type Kind } from './kinds.ts';
import { hashOf } from './objects.ts';
import { KUBELET_VERSION } from './render/nodes.ts';

const groups = [...new Set(allKinds.map((kind) => kind.group).filter((group) => group !== ''))].sort();

/** `/api`, `/apis`, `/apis/<group>`, `/api/v1`, `/apis/<group>/v1`, `/version`; undefined: no such path. */
export function discovered(path: string): unknown {
  const parts = path.split('/').filter((part) => part !== '');
  const [root, group, version, more] = parts;
  if (more !== undefined) return undefined;
  if (path === '/version') return versionInfo;
  if (root === 'api') return discoveredCore(parts);
  if (root !== 'apis') return undefined;
  if (group === undefined) return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(describedGroup) };
  if (!groups.includes(group)) return undefined;
  if (version === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...describedGroup(group) };
  return version === versionOf(group) ? resourceList(group) : undefined;
}

function discoveredCore(parts: readonly string[]): unknown {
  if (parts.length === 1) {
    const address = { clientCIDR: '0.0.0.0/0', serverAddress: '172.16.0.10:443' };
    return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [address] };
  }
  return parts.length === 2 && parts[1] === 'v1' ? resourceList('') : undefined;
}

function describedGroup(name: string) {
  const version = { groupVersion: `${name}/${versionOf(name)}`, version: versionOf(name) };
  return { name, versions: [version], preferredVersion: version };
}

function resourceList(group: string) {
  const resources = allKinds.filter((kind) => kind.group === group).flatMap(describedKind);
  const groupVersion = group === '' ? 'v1' : `${group}/${versionOf(group)}`;
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
}

/** Every group has one version here. */
function versionOf(group: string): string {
  return allKinds.find((kind) => kind.group === group)?.version ?? 'v1';
}

function describedKind(kind: Kind): unknown[] {
  const main = {
    name: kind.plural,
    singularName: kind.singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs: kind.verbs,
    ...(kind.shortNames === undefined ? {} : { shortNames: kind.shortNames }),
    ...(kind.categories === undefined ? {} : { categories: kind.categories }),
    storageVersionHash: Buffer.from(hashOf(kind.kind).toString(16).padStart(8, '0')).toString('base64'),
  };
  if (kind.scale === undefined) return [main];
  const { namespaced } = kind;
  const scale = { name: `${kind.plural}/scale`, singularName: '', namespaced, group: 'autoscaling', version: 'v1' };
  const status = { name: `${kind.plural}/status`, singularName: '', namespaced, kind: kind.kind, verbs: ['get'] };
  return [main, { ...scale, kind: 'Scale', verbs: ['get', 'patch'] }, status];
}

const versionInfo = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: KUBELET_VERSION,
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'go1.26.11',
  compiler: 'gc',
  platform: 'linux/amd64',
};
