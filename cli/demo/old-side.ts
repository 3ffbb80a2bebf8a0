/** What the plays about an old side look at after the move: who is answered, who owns its records, what its ExternalDNS wrote. */
import { type NamedPair, namesInZone } from '../../core/topology/pair.ts';
import type { AppliedChange, Stage } from '../../lab/stage.ts';

/** A name that somebody's server answered with the cluster that was left. */
export interface OldAnswer {
  at: number;
  name: string;
}

/** Every name at every server of every zone, once. */
export async function namedOld(
  stage: Stage,
  pair: NamedPair,
  owner: ReadonlyMap<string, string>,
  old: string,
): Promise<OldAnswer[]> {
  const at = await stage.now();
  const found: OldAnswer[] = [];
  for (const zone of pair.zones) {
    for (const server of stage.nameServers) {
      for (const { name } of namesInZone(pair, zone)) {
        const answers = await stage.dns(server, name, 'A');
        if (answers.some((address) => owner.get(address) === old)) found.push({ at, name: `${name} at ${server}` });
      }
    }
  }
  return found;
}

/** Changes of A and AAAA records that the ExternalDNS of a cluster made. */
export async function writtenByExternalDns(stage: Stage, cluster: string, since: number): Promise<AppliedChange[]> {
  return (await stage.changeLog()).filter(
    ({ at, caller, changes }) =>
      at >= since && caller === `external-dns ${cluster}` && changes.some(({ type }) => type !== 'TXT'),
  );
}

const OWNER = /external-dns\/owner=([^,"]*)/;

/** Who owns the records of a cluster, by the last thing that anybody wrote into its registry; sorted, each once. */
export async function ownersInRegistry(stage: Stage, setIdentifier: string): Promise<string[]> {
  const owners = new Map<string, string>();
  for (const { changes } of await stage.changeLog())
    for (const { action, name, type, value = '', ...change } of changes) {
      const owner = OWNER.exec(value)?.[1];
      if (type !== 'TXT' || action === 'DELETE' || change.setIdentifier !== setIdentifier || owner === undefined)
        continue;
      owners.set(name, owner);
    }
  return [...new Set(owners.values())].sort();
}
