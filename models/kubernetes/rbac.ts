import type { Plural } from './kinds.ts';
import type { Rule, Stored, Subject } from './objects.ts';
import type { Asked } from './status.ts';

export interface User {
  readonly username: string;
  readonly groups: readonly string[];
}

interface Grant {
  readonly rule: Rule;
  /** Left out for all namespaces and for what has none. */
  readonly namespace?: string;
}

type Objects = (plural: Plural) => Iterable<Stored>;

/** What the roles and bindings in the API give to whom: rights only add up, and whoever has none is refused. */
export class Grants {
  readonly #bySubject = new Map<string, Grant[]>();
  /** The same few ask again and again, and rights do not change here. */
  readonly #byUser = new WeakMap<User, readonly Grant[]>();

  constructor(objects: Objects) {
    const clusterRoles = new Map([...objects('clusterroles')].map((role) => [role.metadata.name, role.rules ?? []]));
    const roles = new Map(
      [...objects('roles')].map((role) => [`${role.metadata.namespace}/${role.metadata.name}`, role.rules ?? []]),
    );
    for (const { roleRef, subjects = [] } of objects('clusterrolebindings')) {
      this.#give(subjects, clusterRoles.get(roleRef?.name ?? ''), undefined);
    }
    for (const { metadata, roleRef, subjects = [] } of objects('rolebindings')) {
      const { namespace = '' } = metadata;
      const rules =
        roleRef?.kind === 'Role' ? roles.get(`${namespace}/${roleRef.name}`) : clusterRoles.get(roleRef?.name ?? '');
      this.#give(subjects, rules, namespace);
    }
  }

  allow(user: User, asked: Asked): boolean {
    if (user.groups.includes('system:masters')) return true;
    // Everybody may ask what they may.
    if (asked.group === 'authorization.k8s.io' && asked.resource === 'selfsubjectaccessreviews') return true;
    return this.#of(user).some(
      ({ rule, namespace }) => (namespace === undefined || namespace === asked.namespace) && covers(rule, asked),
    );
  }

  /** Paths that are no resources: discovery and version for everybody known, the rest by `nonResourceURLs`. */
  allowPath(user: User, verb: string, path: string): boolean {
    if (user.groups.includes('system:masters')) return true;
    if (/^\/(api|apis|openapi|version)(\/|$)/.test(path) || /^\/(healthz|livez|readyz)$/.test(path)) return true;
    return this.#of(user).some(({ rule, namespace }) => namespace === undefined && coversPath(rule, verb, path));
  }

  #of(user: User): readonly Grant[] {
    const known = this.#byUser.get(user);
    if (known !== undefined) return known;
    const { username, groups } = user;
    const names = [`User ${username}`, ...groups.map((group) => `Group ${group}`)];
    const grants = names.flatMap((name) => this.#bySubject.get(name) ?? []);
    this.#byUser.set(user, grants);
    return grants;
  }

  #give(subjects: readonly Subject[], rules: readonly Rule[] | undefined, namespace: string | undefined): void {
    const grants = (rules ?? []).map((rule) => ({ rule, ...(namespace === undefined ? {} : { namespace }) }));
    for (const { kind, name } of subjects) {
      const key = `${kind} ${name}`;
      this.#bySubject.set(key, [...(this.#bySubject.get(key) ?? []), ...grants]);
    }
  }
}

function covers({ apiGroups = [], resources = [], resourceNames, verbs }: Rule, asked: Asked): boolean {
  const resource = asked.subresource === undefined ? asked.resource : `${asked.resource}/${asked.subresource}`;
  return (
    has(verbs, asked.verb) &&
    has(apiGroups, asked.group) &&
    has(resources, resource) &&
    (resourceNames === undefined || (asked.name !== undefined && resourceNames.includes(asked.name)))
  );
}

function coversPath({ nonResourceURLs = [], verbs }: Rule, verb: string, path: string): boolean {
  return (
    has(verbs, verb) &&
    nonResourceURLs.some((url) => (url.endsWith('*') ? path.startsWith(url.slice(0, -1)) : url === path))
  );
}

function has(listed: readonly string[], one: string): boolean {
  return listed.includes(one) || listed.includes('*');
}
