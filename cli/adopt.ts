/** `throwover adopt`: the simple records of a service become weighted pairs, in one batch for each zone, and back. */
import { Superseded } from '../core/errors.ts';
import type { DnsFacts } from '../core/external-dns/lint.ts';
import { saidUnder } from '../core/external-dns/source.ts';
import { type Adoption, adoptionIn, undoneIn } from '../core/plan/adopt.ts';
import { clusterNames, type NamedPair, titleOf } from '../core/topology/pair.ts';
import type { SendWorld } from '../functions/send.ts';
import { readRecords } from '../functions/zones-read.ts';
import { carryOut } from './adopt/carry-out.ts';
import { readSnapshot, writeSnapshot } from './adopt/snapshot.ts';
import { apiAt, withKubeconfig } from './clusters/access.ts';
import { seenOf } from './dns/gathering.ts';
import { exitCodes } from './exit-codes.ts';
import { counted } from './output.ts';
import { atConsole, reached } from './reach.ts';
import { textOf, topologyAndPair, withPair } from './run/options.ts';
import { Refused, type Surroundings, type Verb } from './verb.ts';

export const adopt: Verb = {
  declare: (command) =>
    withKubeconfig(withPair(command))
      .option('--service <name>', 'whose names; say this, or --undo')
      .option('--undo <snapshot>', 'take it back: the file that adopt wrote')
      .option('--snapshot <file>', 'where what stood there before is written (default: adopted-<service>.json)')
      .option('--preview', 'say what would change; nothing is sent or written'),
  examples: [
    ['npx throwover adopt --service shop --preview', 'every record that goes and every one that comes'],
    ['npx throwover adopt --service shop', 'writes adopted-shop.json, then one batch for each zone'],
    ['npx throwover adopt --undo adopted-shop.json', 'takes it back, in one batch for each zone'],
  ],
  async run(asked, surroundings) {
    const { topology, pair } = topologyAndPair(asked, surroundings);
    const { options } = asked;
    const [service, undo] = [textOf(options.service), textOf(options.undo)];
    if ((service === undefined) === (undo === undefined))
      throw new Refused('say --service <name>, or --undo <snapshot>.');
    if (service !== undefined && pair.services[service] === undefined)
      throw new Refused(`there is no service ${service}; known: ${Object.keys(pair.services).join(', ')}.`);
    return atConsole(topology, surroundings, async (console) => {
      const { ledger } = await reached('AWS', () => console.deployed(), surroundings);
      const world: SendWorld = { zones: console.zones, clock: console.clock, ledger };
      const plan =
        undo === undefined
          ? await planOf(pair, service ?? '', world, (cluster) => apiAt(cluster, asked, surroundings))
          : await undoOf(pair, undo, world, surroundings);
      const preview = options.preview === true;
      const file = textOf(options.snapshot) ?? `adopted-${service}.json`;
      if (!preview && undo === undefined && plan.size > 0)
        writeSnapshot(
          file,
          pair.name,
          service ?? '',
          new Map([...plan].map(([id, { adoption }]) => [id, adoption])),
          surroundings,
        );
      const left = preview ? [] : await sent(pair, plan, world).catch(whoWasFaster);
      if (left instanceof Superseded) {
        surroundings.output.complain(`throwover: ${left.message}`);
        return exitCodes.superseded;
      }
      return told(
        pair,
        plan,
        left,
        { preview, file: undo === undefined ? file : undefined, json: options.json === true },
        surroundings,
      );
    });
  },
};

function whoWasFaster(cause: unknown): Superseded {
  if (cause instanceof Superseded) return cause;
  throw cause;
}

type Planned = ReadonlyMap<
  string,
  { readonly adoption: Adoption; readonly reading: Awaited<ReturnType<typeof readRecords>>[number] }
>;

/** Throws `Refused` with every reason at once: a service is adopted whole or not at all. */
async function planOf(
  pair: NamedPair,
  service: string,
  world: SendWorld,
  apiOf: Parameters<typeof seenOf>[2],
): Promise<Planned> {
  const seen = await seenOf(pair, world.zones.read, apiOf);
  return adoptable(pair, service, seen);
}

/** From what was seen of zones and clusters: what is to change in each zone, by its id. */
export function adoptable(pair: NamedPair, service: string, seen: DnsFacts): Planned {
  const because = [
    ...seen.unread.map(({ what, because: why }) => `${what} could not be read: ${why}`),
    ...unready(pair, service, seen),
  ];
  const owners = Object.fromEntries(
    Object.entries(seen.clusters).map(([name, { instances }]) => [name, instances[0]?.owner]),
  );
  const plan = new Map<string, { adoption: Adoption; reading: DnsFacts['zones'][number] }>();
  for (const reading of seen.zones.filter(({ zone }) => zone.layout === 'records')) {
    const adoption = adoptionIn(pair, reading, service, owners);
    if ('because' in adoption) because.push(...adoption.because);
    else if (adoption.names.length > 0) plan.set(reading.zone.id, { adoption, reading });
  }
  if (because.length > 0) throw new Refused(because.join('; '));
  return plan;
}

/** An instance that does not know the set identifier yet would delete the pair (sync), or never touch it again. */
function unready(pair: NamedPair, service: string, { clusters }: DnsFacts): string[] {
  const hosts = new Set(pair.services[service]?.hosts.map((host) => `${host}.`));
  return Object.entries(clusters).flatMap(([cluster, { instances, sources }]) =>
    instances.flatMap(({ annotationPrefix = '' }) =>
      sources
        .filter(({ names }) => names.some((name) => hosts.has(name)))
        .filter(
          (source) => saidUnder(source, annotationPrefix, 'set-identifier') !== pair.clusters[cluster]?.setIdentifier,
        )
        .map(
          ({ resource }) =>
            `${resource} of ${cluster} does not say ${annotationPrefix}set-identifier: ${pair.clusters[cluster]?.setIdentifier}; its ExternalDNS would undo this`,
        ),
    ),
  );
}

async function undoOf(pair: NamedPair, file: string, world: SendWorld, surroundings: Surroundings): Promise<Planned> {
  const snapshot = readSnapshot(file, surroundings);
  if (snapshot.pair !== pair.name) throw new Refused(`${file} is of the pair ${snapshot.pair}, not ${pair.name}.`);
  const plan = new Map<string, { adoption: Adoption; reading: DnsFacts['zones'][number] }>();
  for (const reading of await readRecords(pair, world)) {
    const was = snapshot.zones[reading.zone.id];
    if (was === undefined) continue;
    const adoption = undoneIn(pair, reading, was);
    if ('because' in adoption) throw new Refused(adoption.because.join('; '));
    plan.set(reading.zone.id, { adoption, reading });
  }
  return plan;
}

/** One zone after the other; what stopped the first that stopped, and nothing is sent after it. */
export async function sent(pair: NamedPair, plan: Planned, world: SendWorld): Promise<string[]> {
  for (const { adoption, reading } of plan.values()) {
    const left = await carryOut(pair, reading, adoption, world);
    if (left !== undefined) return [left];
  }
  return [];
}

function told(
  pair: NamedPair,
  plan: Planned,
  left: readonly string[],
  how: { preview: boolean; file: string | undefined; json: boolean },
  { output }: Surroundings,
): number {
  const zones = [...plan.values()].map(({ adoption, reading }) => ({ zone: titleOf(reading.zone), ...adoption }));
  const outcome = left.length > 0 ? 'Held' : how.preview ? 'Previewed' : zones.length === 0 ? 'Unchanged' : 'Recorded';
  const undo = how.file === undefined || zones.length === 0 ? undefined : `npx throwover adopt --undo ${how.file}`;
  if (how.json)
    output.printJson({ outcome, pair: pair.name, because: left, zones, ...(undo === undefined ? {} : { undo }) });
  else {
    for (const { zone, on, names, before, after } of zones) {
      output.print(`${zone}: ${counted(names.length, 'name')} on ${on}; clusters ${clusterNames(pair).join(', ')}`);
      for (const { name, type } of before) output.print(`  -  ${name} ${type}`);
      for (const { name, type, setIdentifier = 'simple', weight } of after)
        output.print(`  +  ${name} ${type} ${setIdentifier}${weight === undefined ? '' : ` ${weight}`}`);
    }
    for (const one of left) output.complain(`held: ${one}`);
    if (zones.length === 0) output.print('as it was: every record is a weighted pair already');
    else if (undo !== undefined && !how.preview) output.print(`to take it back: ${undo}`);
  }
  return left.length > 0 ? exitCodes.held : exitCodes.done;
}
