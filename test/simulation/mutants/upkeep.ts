/** What is owed after a move, and what the watch keeps right. */
import type { Ledger } from '../../../core/ledger/ledger.ts';
import { steps } from '../../../functions/steps.ts';
import type { Meddling } from '../simulated.ts';
import { activeDies } from './happens.ts';
import type { Mutant } from './mutant.ts';
import { ledger, step, world } from './taken-away.ts';

export const upkeep: readonly Mutant[] = [
  {
    protection: 'The published copy is kept right',
    instead: 'nobody writes it',
    meddling: world('all', ({ published }) => ({ published: { ...published, write: async () => {} } })),
  },
  {
    protection: 'The watch looks for writers who are not us',
    instead: 'it looks out for nothing',
    meddling: step('look-out', () => async () => []),
    happens: ({ setting }) => ({
      happenings: [[900, { what: 'edit', zone: 0, service: 0, weights: { blue: 100, green: 100 } }]],
      faults: [],
      setting: { ...setting, skewSeconds: {}, share: 1 },
    }),
  },
  {
    protection: 'Settle',
    instead: 'nobody pays it',
    meddling: ledger(['pay-debts', 'watch'], (read) => ({
      ...read,
      debts: read.debts.filter(({ what }) => what !== 'settle'),
    })),
    expectedAlive:
      'the watch tells of every foreign writer as well, and an ExternalDNS lowers itself in its next loop; Settle saves the minute until then',
  },
  {
    protection: 'The order in which ownership goes back',
    instead: 'it goes back at once, before its cluster knows that it is standby',
    meddling: ledger(['pay-debts', 'watch'], ownershipFirst),
    happens: activeDies(400),
  },
  {
    protection: 'Pods sleep only when their users have gone',
    instead: 'every cluster seems to have no requests, and to be well',
    meddling: world(['pay-debts', 'watch'], ({ metrics, clock }) => ({
      metrics: {
        ...metrics,
        requests: async () => 0,
        healthyHosts: async (balancer) => (await metrics.healthyHosts(balancer)) && { at: clock.now(), count: 1 },
      },
    })),
    stories: ['switchover', 'active dies'],
  },
  {
    protection: 'Nodes that were raised are lowered under the ledger’s compare',
    instead: 'the watch lowers them at its next tick, whoever needs them',
    meddling: nodesTakenAtOnce(),
    happens: (drawn) => {
      const { setting = drawn.setting, ...died } = activeDies(undefined)(drawn);
      return { ...died, setting: { ...setting, scarceNodes: true } };
    },
  },
];

/** Every minimum that was raised is given back at each tick of the watch. */
function nodesTakenAtOnce(): Meddling {
  return {
    steps: {
      watch: async (input, world) => {
        const did = await steps.watch(input, world);
        for (const pair of Object.keys(world.topology.pairs))
          await world.inside.call('tend-capacity', { kind: 'restore', pair });
        return did;
      },
      'tend-capacity': async (input, world) => {
        const { kind, pair = '' } = input as { kind: string; pair?: string };
        if (kind !== 'restore') return steps['tend-capacity'](input, world);
        const { raised = [] } = (await world.ledger.read(pair)) ?? {};
        for (const { cluster, group, min } of raised) await world.nodeGroups.resize(cluster, { group, min });
        return { did: [] };
      },
    },
  };
}

/** Ownership goes back before its cluster knows that it is standby. */
function ownershipFirst(read: Ledger): Ledger {
  const lost = read.active;
  const debts = read.debts
    .filter(({ what, about }) => what === 'return ownership' || about === lost)
    .map((debt) => (debt.what === 'return ownership' && debt.watched !== true ? { ...debt, until: 0 } : debt));
  return { ...read, debts };
}
