/** The demos of rehearsals, each without one of its protections. */
import { describe, expect, it } from 'vitest';
import { drillRing } from '../../cli/demo/drill-ring.ts';
import { outageDuringDrill } from '../../cli/demo/outage-during-drill.ts';
import { type FunctionKey, type Step, steps } from '../../functions/steps.ts';
import { unmet } from './demo/unmet.ts';

/** The leg with something else in its run. */
const withRun =
  (key: FunctionKey, change: (run: Record<string, unknown>) => Record<string, unknown>): Step =>
  (input, world) => {
    const { run, ...rest } = input as { run: Record<string, unknown> };
    return steps[key]({ ...rest, run: change(run) }, world);
  };

describe('a demo of a rehearsal without one of its protections fails', () => {
  it('that the ring is all that moves', async () => {
    const everything = withRun('steer', ({ ring: _, ...run }) => run);
    const failed = await unmet(drillRing, { steer: everything });
    expect(failed).toContain('no weight outside its ring was changed');
    expect(failed).toContain('nothing outside its ring was ever answered by the other cluster');
  });

  it('that it comes back', async () => {
    const stays: Step = async (input, world) => {
      const seen = (await steps['look-at-drill'](input, world)) as { do: string };
      return seen.do === 'return' ? { ...seen, do: 'finish', outcome: 'Succeeded' } : seen;
    };
    expect(await unmet(drillRing, { 'look-at-drill': stays })).toContain('it leaves its numbers: there and back');
  });

  it('that it starts no cooldown', async () => {
    const asFailover = withRun('claim', (run) => ({ ...run, kind: 'automatic failover' }));
    expect(await unmet(drillRing, { claim: asFailover })).toContain('it starts no cooldown and waits for nobody');
  });

  it('that it gives way: one that does not look who has the pair tries to return', async () => {
    const blind: Step = (input, world) => {
      const ledger: typeof world.ledger = {
        ...world.ledger,
        by: world.ledger.by,
        read: async (pair) => {
          const read = await world.ledger.read(pair);
          if (read === undefined) return read;
          const { holder: _, ...rest } = read;
          return { ...rest, epoch: 0 };
        },
      };
      return steps['look-at-drill'](input, { ...world, ledger });
    };
    expect(await unmet(outageDuringDrill, { 'look-at-drill': blind })).toContain('the drill gives way: Interrupted');
  });
});
