/** How each debt is paid. A payment gives back undefined when it is paid, else the reason why not yet. */
import type { Debt, Ledger } from '../../core/ledger/ledger.ts';
import { standingOf } from '../../core/plan/reading.ts';
import type { NamedPair } from '../../core/topology/pair.ts';
import type { WorkDone } from '../cluster-work.ts';
import { publish } from '../publish.ts';
import type { TendInput } from '../tend-cluster.ts';
import type { World } from '../world.ts';
import { readZones } from '../zones-read.ts';
import { catchUp } from './catch-up.ts';
import { returnOwnership } from './return-ownership.ts';

export type DebtWorld = Pick<
  World,
  'topology' | 'ledger' | 'zones' | 'metrics' | 'published' | 'announcer' | 'inside' | 'clock'
>;

export interface Owed {
  debt: Debt;
  pair: NamedPair;
  ledger: Ledger;
  world: DebtWorld;
  /** What was tried before this one in the same round and is still owed. */
  unpaid: readonly Debt[];
}

type Payment = (owed: Owed) => Promise<string | undefined>;

export const payments: Readonly<Record<Debt['what'], Payment>> = {
  publish: ({ pair, ledger, world }) => publish(pair.name, ledger, world),
  announce,
  roles,
  lower: roles,
  settle,
  'stand down': standDown,
  'return ownership': async (owed) => afterRoles(owed) ?? returnOwnership(owed),
  behind: catchUp,
  'undo prepare': undoPrepare,
};

async function announce({ ledger, world, pair }: Owed): Promise<string | undefined> {
  const { active, epoch, since, run } = ledger;
  await world.announcer.announce('Active Cluster Changed', { pair: pair.name, active, epoch, since, run });
  return undefined;
}

/** The new side becomes active; the old one standby, its pods still serving whoever has not followed yet. */
async function roles(owed: Owed): Promise<string | undefined> {
  const { debt, ledger } = owed;
  const standsOn = (debt.ring === undefined ? undefined : ledger.rings[debt.ring]) ?? ledger.active;
  return tend(owed, {
    become: standsOn === debt.about ? 'active' : 'standby',
    touch: standsOn === debt.about ? 'everything' : 'dns',
  });
}

/** Watches for a writer that is not us, until the time is over. A difference is a person's to judge: nothing is written back. */
async function settle({ debt, pair, ledger, world }: Owed): Promise<string | undefined> {
  const zones = await readZones(pair, world);
  const elsewhere = zones.filter(({ names }) => {
    const standing = standingOf(names.filter(({ ring }) => ledger.rings[ring] === undefined));
    return standing !== 'none' && standing !== ledger.active;
  });
  if (elsewhere.length > 0)
    return `${elsewhere.map(({ zone }) => zone.name).join(', ')}: names do not stand on ${ledger.active}`;
  return world.clock.now() >= (debt.until ?? 0) ? undefined : 'watching for a foreign writer';
}

/** The old side's pods stop when its traffic has gone: no request *while* its balancer still reports healthy hosts. */
async function standDown(owed: Owed): Promise<string | undefined> {
  const { debt, pair, world } = owed;
  const waiting = afterRoles(owed);
  if (waiting !== undefined) return waiting;
  const balancer = pair.clusters[debt.about ?? '']?.loadBalancer.host ?? '';
  const [requests, hosts] = [
    await world.metrics.requests(balancer, pair.timing.quietSeconds),
    await world.metrics.healthyHosts(balancer),
  ];
  if (hosts === undefined || hosts.count === 0)
    return `${balancer} reports no healthy host: silence alone is blindness`;
  if (requests !== 0) return `${requests ?? 'unknown'} requests at ${balancer} in ${pair.timing.quietSeconds} s`;
  return tend(owed, { become: 'by role', touch: 'everything' });
}

async function undoPrepare(owed: Owed): Promise<string | undefined> {
  if (owed.ledger.active === owed.debt.about) return undefined;
  return tend(owed, { become: 'by role', touch: 'everything' });
}

function afterRoles({ debt, unpaid }: Owed): string | undefined {
  const first = unpaid.find(({ what, about }) => what === 'roles' && about === debt.about);
  return first === undefined
    ? undefined
    : `${debt.about} is not known to be standby: ${first.because ?? 'not tried yet'}`;
}

async function tend(
  { debt, ledger, world }: Owed,
  what: Pick<TendInput, 'become' | 'touch'>,
): Promise<string | undefined> {
  const input: TendInput = {
    cluster: debt.about ?? '',
    epoch: debt.epoch,
    run: ledger.run ?? '',
    ...(debt.ring === undefined ? {} : { ring: debt.ring }),
    ...what,
  };
  const done = (await world.inside.call('tend-cluster', input)) as WorkDone;
  return done.kind === 'done' ? undefined : done.because;
}
