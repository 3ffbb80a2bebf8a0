/** What people have a say in. */
import type { World } from '../../../functions/world.ts';
import { activeDies, DIES_AT, PAUSES } from './happens.ts';
import type { Mutant } from './mutant.ts';
import { ledger, world } from './taken-away.ts';

export const people: readonly Mutant[] = [
  {
    protection: 'Automation asks first where it was told to',
    instead: 'mode approve counts as mode auto',
    meddling: world(['judge', 'claim'], (inner) => ({ topology: withMode(inner, 'auto') })),
    stories: ['a person is asked'],
  },
  {
    protection: 'Cooldown and acknowledgement',
    instead: 'the last automatic move is forgotten',
    meddling: ledger(['judge', 'claim'], ({ lastAutomaticMove: _, ...read }) => ({ ...read, acknowledged: true })),
    stories: ['both die', 'active dies', 'anything'],
  },
  {
    protection: 'Pause',
    instead: 'nobody sees that the pair is paused',
    meddling: ledger(['steer', 'judge', 'watch', 'pay-debts'], ({ pause: _, ...read }) => read),
    // its pods take a minute, and the word comes before they are ready
    happens: (drawn) => {
      const { setting, ...died } = activeDies(undefined, [DIES_AT + 140 + (drawn.seed % 4) * 10, PAUSES])(drawn);
      return { ...died, setting: { ...drawn.setting, ...setting, podSeconds: 60 } };
    },
  },
  {
    protection: 'Abort',
    instead: 'the run does not see that it was asked to end',
    meddling: ledger(['steer', 'judge-step'], ({ abort: _, ...read }) => read),
    stories: ['a run and a word'],
  },
];

function withMode({ topology }: World, mode: 'auto'): World['topology'] {
  const pairs = Object.entries(topology.pairs).map(([name, pair]) => [name, { ...pair, mode }]);
  return { ...topology, pairs: Object.fromEntries(pairs) };
}
