/** Two plays about the cluster that was left: it gets nobody back; and each without what keeps it away. */
import { describe, expect, it } from 'vitest';
import { returningCluster } from '../../../cli/demo/returning-cluster.ts';
import { zombie } from '../../../cli/demo/zombie.ts';
import { type FunctionKey, type Step, steps } from '../../../functions/steps.ts';
import { call } from '../call.ts';
import { unmet } from './unmet.ts';

describe('demo --scenario zombie', () => {
  it('gets nobody back, though its ExternalDNS tries every minute', async () => {
    const { exitCode, stdout } = await call(['demo', '--in-memory', '--fast', '--scenario', 'zombie']);
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toContain('600 s, in which 0 answers named blue');
    expect(stdout).toContain('the records of blue are kept by throwover');
  });

  it('fails when nobody takes its records: it has users again within a minute', async () => {
    // whoever would take a registry record is told that the zone takes no change
    const taking =
      (key: FunctionKey): Step =>
      (input, world) =>
        steps[key](input, {
          ...world,
          zones: {
            ...world.zones,
            apply: async (zone, batch) =>
              batch.changes.some(({ record }) => record.values?.[0]?.includes('owner=throwover') === true)
                ? { kind: 'denied', because: 'not in this play' }
                : world.zones.apply(zone, batch),
          },
        });
    const replaced = { own: taking('own'), 'pay-debts': taking('pay-debts'), watch: taking('watch') };
    expect(await unmet(zombie, replaced)).toEqual([
      'for 600 s no server names the dead cluster',
      'its records are ours, in the registry of its ExternalDNS',
      'a plan that was in flight at Fence landed at most once, within one interval',
    ]);
  });
});

describe('demo --scenario returning-cluster', () => {
  it('stands by, and gets its records back when that was seen', async () => {
    const { exitCode, stdout } = await call(['demo', '--in-memory', '--fast', '--scenario', 'returning-cluster']);
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toContain('the records of blue are kept by blue');
  });

  it('fails when nobody tells it its role, and even then it gets no user', async () => {
    const unreached: Step = async (input, world) => {
      const { cluster, become } = input as { cluster: string; become: string };
      if (cluster !== 'blue' || become !== 'standby') return steps['tend-cluster'](input, world);
      return { kind: 'unreachable', because: 'not in this play' };
    };
    const missed = await unmet(returningCluster, { 'tend-cluster': unreached });
    expect(missed).toContain('it stands by within two ticks of its API answering (120 s)');
    expect(missed).toContain('role first: its records are its own again at least one interval later');
    expect(missed).not.toContain('the cluster that came back got no user');
  });
});
