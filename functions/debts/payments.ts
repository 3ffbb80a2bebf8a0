/** How each debt is paid, and what has to come first. */

import { placeOf } from '../../core/ledger/leaving.ts';
import type { Debt, Ledger } from '../../core/ledger/ledger.ts';
import { instantOf, type Notice, notice } from '../../core/notices/notice.ts';
import { command } from '../../core/observe/commands.ts';
import { forsakenPivots, standingOf } from '../../core/plan/reading.ts';
import type { Tail } from '../../core/served.ts';
import { type NamedPair, otherCluster, titleOf } from '../../core/topology/pair.ts';
import type { WorkDone } from '../cluster-work.ts';
import { publish } from '../publish.ts';
import { untoldKey } from '../tell-or-owe.ts';
import type { TendInput } from '../tend-cluster.ts';
import type { World } from '../world.ts';
import { readRecords, readZones } from '../zones-read.ts';
import { catchUp } from './catch-up.ts';
import { tellOverlap } from './overlap.ts';
import { whoIsStillThere } from './quiet.ts';
import { keepAway } from './registry.ts';
import { returnOwnership } from './return-ownership.ts';
import { settle } from './settle.ts';
import { countTail, noteTail } from './tail.ts';

export type DebtWorld = Pick<
  World,
  'topology' | 'ledger' | 'zones' | 'metrics' | 'published' | 'announcer' | 'records' | 'inside' | 'clock'
>;

export interface Owed {
  debt: Debt;
  pair: NamedPair;
  ledger: Ledger;
  world: DebtWorld;
  /** What came before this one in the same round and is still owed. */
  unpaid: readonly Debt[];
  /** What went wrong beside what was paid. */
  troubles: string[];
}

/** Why a debt is not paid yet. */
export interface Unpaid {
  because: string;
  /** It was not even tried: something else comes first, or time has to pass. */
  waiting?: boolean;
  /** When what it waits for is over, in milliseconds since the epoch; undefined takes back what an earlier try said. */
  until?: number | undefined;
  /** It was done, and is watched until then. */
  watched?: true;
  /** Everything was as it shall be, in milliseconds since the epoch. */
  lookedAt?: number;
  /** Counted meanwhile. */
  tail?: Tail;
}

/** Undefined: paid. */
export type Payment = (owed: Owed) => Promise<Unpaid | undefined>;

export const payments: Readonly<Record<Debt['what'], Payment>> = {
  publish: async ({ pair, ledger, world }) => reason(await publish(pair.name, ledger, world)),
  announce,
  tell: tellAgain,
  roles,
  lower: roles,
  batch: handOverBatch,
  settle,
  'stand down': async (owed) => afterRoles(owed) ?? fallAsleep(owed),
  'return ownership': async (owed) => afterRoles(owed) ?? returnOwnership(owed),
  behind: catchUp,
  'undo prepare': fallAsleep,
};

/** Tried again until the bus has taken it: who follows the events learns of every move. */
async function announce({ ledger, world, pair }: Owed): Promise<undefined> {
  const { active, epoch, since = world.clock.now(), rings, run } = ledger;
  if (active === undefined) return;
  const stands = { pair: pair.name, active, epoch, since: instantOf(since), rings };
  await world.announcer.announce(notice('Active Cluster Changed', run === undefined ? stands : { ...stands, run }));
}

/** Something that is told once and was not taken by the bus: in the words that were noted then. */
async function tellAgain({ debt, world, pair }: Owed): Promise<Unpaid | undefined> {
  const { about = '', made } = debt;
  const noticeEpoch = made?.epoch ?? debt.epoch;
  const event = (await world.ledger.events(pair.name, noticeEpoch)).find(({ key }) => key === untoldKey(about));
  if (event === undefined) return { because: `the words about ${about} are not among the events of ${noticeEpoch}` };
  await world.announcer.announce(event.facts.notice as Notice);
  return undefined;
}

/**
 * The new side becomes active; the old one standby, its pods still serving whoever has not followed yet. In a zone that
 * is behind the old side still has users: what it publishes by itself is lowered after that zone has caught up.
 */
async function roles(owed: Owed): Promise<Unpaid | undefined> {
  const { debt, ledger, unpaid } = owed;
  const active = placeOf(debt, ledger) === debt.about;
  if (active) return tend(owed, { become: 'active', touch: 'everything' });
  const left = afterBehind(unpaid) ?? (await tend(owed, { become: 'standby', touch: 'dns' }));
  await (left === undefined ? tellOverlap(owed) : keepAway(owed, debt.about ?? ''));
  return left;
}

/**
 * Batch work and what is exclusive: suspended on the old side and ended there, then running on the new one, never on both.
 * After an unplanned move a cluster that does not answer is not waited for, with one exception: what was declared
 * exclusive starts only when the old side is known to have stopped, or a person says so.
 */
async function handOverBatch(owed: Owed): Promise<Unpaid | undefined> {
  const { debt, pair, ledger, unpaid } = owed;
  if (placeOf(debt, ledger) !== debt.about) return undefined;
  const first = afterRoles(owed) ?? afterBehind(unpaid);
  if (first !== undefined) return first;
  const old = otherCluster(pair, debt.about ?? '');
  const ended = await tend(owed, { cluster: old, become: 'standby', touch: 'batch' });
  if (ended !== undefined && debt.saidBy === undefined) {
    const dead = debt.unplanned === true && ended.kind === 'unreachable';
    const exclusive = Object.values(pair.services).some(
      ({ concurrency, ring }) => concurrency === 'exclusive' && (debt.ring === undefined || debt.ring === ring),
    );
    const word = `; \`${command.standDown(pair.name, debt.ring)}\` when it is known to have stopped`;
    if (!dead || exclusive) return { because: `${ended.because}${word}`, waiting: ended.kind === 'still running' };
  }
  return tend(owed, { become: 'batch', touch: 'batch' });
}

function afterBehind(unpaid: readonly Debt[]): Unpaid | undefined {
  const behind = unpaid.find(({ what }) => what === 'behind');
  return behind && { because: `${behind.about} is behind`, waiting: true };
}

/**
 * Pods stop when users have gone: no name leads there, and nobody asks its balancer any more, or a person says so. Never
 * done to a cluster that is active by now.
 */
async function fallAsleep(owed: Owed): Promise<Unpaid | undefined> {
  const { debt, ledger } = owed;
  if (placeOf(debt, ledger) === debt.about) return undefined;
  const leading = await zonesLeadingTo(owed);
  if (leading.length > 0) return { because: `${leading.join(', ')} still leads to ${debt.about}` };
  const tail = await countTail(owed);
  const there = debt.saidBy === undefined ? await whoIsStillThere(owed) : undefined;
  const left = there ?? (await forsakenUsers(owed)) ?? (await tend(owed, { become: 'by role', touch: 'everything' }));
  if (left !== undefined) return tail === undefined ? left : { ...left, tail };
  owed.troubles.push(...(await noteTail(owed, tail)));
  return undefined;
}

async function zonesLeadingTo({ debt, pair, ledger, world }: Owed): Promise<string[]> {
  const zones = await readZones(pair, world);
  // a ring that stands apart from the pair keeps its pods: its lines are its own
  const moved = (ring: number) => (debt.ring === undefined ? ledger.rings[ring] === undefined : ring === debt.ring);
  return zones
    .filter(({ names }) => {
      const standing = standingOf(names.filter(({ ring }) => moved(ring)));
      return standing === debt.about || standing === 'mixed' || standing === 'dark';
    })
    .map(({ zone }) => titleOf(zone));
}

/** A whole zone is read for it: once, right before pods stop, and not each minute of the wait for that. */
async function forsakenUsers({ debt, pair, world }: Owed): Promise<Unpaid | undefined> {
  if (!pair.zones.some(({ layout }) => layout === 'pivot')) return undefined;
  const cluster = debt.about ?? '';
  const names = (await readRecords(pair, world)).flatMap((zone) => forsakenPivots(pair, zone, cluster));
  if (names.length === 0) return undefined;
  const some = names.slice(0, 3).join(', ');
  return {
    because: `${some} still leads to ${cluster}, and the topology has no such ring: deploy one that has, then \`${command.repair(pair.name)}\``,
  };
}

function afterRoles({ debt, unpaid }: Owed): Unpaid | undefined {
  const first = unpaid.find(({ what, about }) => what === 'roles' && about === debt.about);
  return first === undefined
    ? undefined
    : { because: `the role of ${debt.about} comes first: ${first.because ?? 'not tried yet'}`, waiting: true };
}

/** The names under which the registry of its ExternalDNS knows the DNS sources of the cluster that a debt is about. */
export async function tellCluster(owed: Owed): Promise<Unpaid | { sources: ReadonlySet<string> }> {
  const done = await ask(owed, { become: 'told', touch: 'nothing' });
  return done.kind === 'done' ? { sources: new Set(done.sources) } : { because: done.because };
}

async function tend(owed: Owed, what: Asked): Promise<(Unpaid & { kind: WorkDone['kind'] }) | undefined> {
  const done = await ask(owed, what);
  return done.kind === 'done' ? undefined : { kind: done.kind, because: done.because };
}

type Asked = Pick<TendInput, 'become' | 'touch'> & { cluster?: string };

async function ask({ debt, ledger, world }: Owed, what: Asked): Promise<WorkDone> {
  const input: TendInput = {
    pair: ledger.pair,
    cluster: debt.about ?? '',
    epoch: debt.epoch,
    run: ledger.run ?? '',
    ...(debt.ring === undefined ? {} : { ring: debt.ring }),
    apart: Object.keys(ledger.rings).map(Number),
    ...what,
  };
  return (await world.inside.call('tend-cluster', input)) as WorkDone;
}

function reason(because: string | undefined): Unpaid | undefined {
  return because === undefined ? undefined : { because };
}
