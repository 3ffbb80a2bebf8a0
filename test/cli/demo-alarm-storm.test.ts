import { describe, expect, it } from 'vitest';
import { alarmStorm } from '../../cli/demo/alarm-storm.ts';
import { type Step, steps } from '../../functions/steps.ts';
import type { World } from '../../functions/world.ts';
import { call } from './call.ts';
import { unmet } from './demo/unmet.ts';

const SLOW = 90_000;

/** `on-alarm` has another world. */
const withWorld = (changed: (world: World) => World): Record<string, Step> => ({
  'on-alarm': (input, world) => steps['on-alarm'](input, changed(world)),
});

describe('the demo of a storm of alarms', () => {
  it(
    'starts one run for ten thousand messages, and exits 0',
    async () => {
      const { exitCode, stdout } = await call(['demo', '--scenario', 'alarm-storm', '--in-memory', '--fast', '--json']);
      expect(exitCode, stdout).toBe(0);
      expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
        messages: 10_000,
        runs: 1,
        outcome: 'Switched',
        signals: { started: 1, stale: 5, 'no pair': 1 },
      });
    },
    SLOW,
  );

  it(
    'fails when nobody remembers the last run and its name is always new',
    async () => {
      const forgetful = (world: World): World => ({
        ...world,
        notes: {
          ...world.notes,
          read: async (pair, key) => (key === 'suggested' ? undefined : world.notes.read(pair, key)),
          add: async (pair, key, ...rest) => (key === 'suggested' ? 'added' : world.notes.add(pair, key, ...rest)),
        },
        executions: {
          ...world.executions,
          start: (machine, name, input) =>
            world.executions.start(machine, name.replace('-failover', `-${world.ids.fresh()}-failover`), input),
        },
      });
      expect(await unmet(alarmStorm, withWorld(forgetful))).toContain('a storm of any size starts one run');
    },
    SLOW,
  );

  it(
    'fails when an alarm may be of any age',
    async () => {
      const patient = (world: World): World => {
        const pairs = Object.entries(world.topology.pairs).map(([name, pair]) => [
          name,
          { ...pair, timing: { ...pair.timing, signalAgeSecondsMax: 1_000_000 } },
        ]);
        return { ...world, topology: { ...world.topology, pairs: Object.fromEntries(pairs) } };
      };
      expect(await unmet(alarmStorm, withWorld(patient))).toEqual(['what is older than it may be starts nothing']);
    },
    SLOW,
  );
});
