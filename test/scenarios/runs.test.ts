/**
 * Runs that end without having changed anything: what happened to the pair, what was asked, and how it ended. The zones
 * are compared byte by byte, the target's ConfigMap too.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../models/kubernetes/faults.ts';
import type { ResourceRecordSet } from '../../models/route53/route53.ts';
import { given, type Input, ZONES } from './scenario.ts';

interface GivenRun {
  /** The sentence of the test. */
  why: string;
  /** In this order, some seconds before the run. */
  faults?: { cluster: string; fault: Fault }[];
  seconds?: number;
  input: Input;
  /** The run was suggested so many seconds ago, by an alarm. */
  signalSecondsAgo?: number;
  /** Classes of observers that fail. */
  blind?: ('observe-outside' | 'observe-inside' | 'observe-aws')[];
  activated?: boolean;
  /** What somebody changed by hand before. */
  edits?: { zone: string; Action: 'DELETE' | 'CREATE' | 'UPSERT'; set: ResourceRecordSet }[];
  /** Settings of the pair that differ, by path. */
  topology?: Record<string, unknown>;
}

interface ExpectedRun {
  outcome: string;
  situation?: string;
  /** Gates that are not open, in their order. */
  shut?: string[];
  because?: string[];
  next?: string;
  /** The run ended before it asked anybody anything. */
  nothingRead?: boolean;
}

const folder = new URL('./runs/', import.meta.url);
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, folder), 'utf8'));

describe('a run that changes nothing, situation by situation', () => {
  for (const name of readdirSync(folder).sort()) {
    const situation = read(`${name}/given.json`) as GivenRun;
    const expected = read(`${name}/expect.json`) as ExpectedRun;
    it(`${name}: ${situation.why}`, async () => {
      const scenario = await given({
        ...(situation.activated === undefined ? {} : { activated: situation.activated }),
        topology: ({ pairs: { shop } }) => {
          for (const [path, value] of Object.entries(situation.topology ?? {})) set(shop, path.split('.'), value);
        },
      });
      // the alarms have their own scenarios; here one run is looked at
      scenario.meddling = {
        before: ({ key }) => {
          if (key === 'on-alarm') throw new Error('no alarm today');
          if ((situation.blind as string[] | undefined)?.includes(key)) throw new Error(`${key} sees nothing`);
        },
      };
      for (const { cluster, fault } of situation.faults ?? []) scenario.cluster(cluster).inflict(fault);
      for (const zone of ZONES) {
        const edits = (situation.edits ?? []).filter((edit) => edit.zone === zone);
        if (edits.length > 0) scenario.edit(zone, edits);
      }
      await scenario.pass(situation.seconds ?? 0);
      const before = stateOf();
      const callsBefore = scenario.world.route53.counters.of('throwover').allCalls;

      const ended = await scenario.run(inputOf(situation, scenario.clock.now()));

      expect(ended.outcome, ended.record.because.join('; ')).toBe(expected.outcome);
      expect(stateOf()).toEqual(before);
      if (expected.situation !== undefined) expect(ended.record.situation).toBe(expected.situation);
      if (expected.shut !== undefined)
        expect(ended.record.gates.filter(({ state }) => state !== 'open').map((gate) => gate.name)).toEqual(
          expected.shut,
        );
      for (const text of expected.because ?? []) expect(ended.record.because.join('\n')).toContain(text);
      if (expected.next !== undefined) expect(ended.record.next).toBe(expected.next);
      if (expected.nothingRead === true)
        expect(scenario.world.route53.counters.of('throwover').allCalls).toBe(callsBefore);

      function stateOf() {
        return {
          zones: ZONES.map((zone) => JSON.stringify(scenario.records(zone))),
          green: scenario.cluster('green').config(),
          deployments: ['example', 'shop', 'cart'].map(
            (name) => scenario.cluster('green').deployment(name, name)?.wanted,
          ),
        };
      }
    });
  }
});

function inputOf({ input, signalSecondsAgo }: GivenRun, now: number): Input {
  if (signalSecondsAgo === undefined || typeof input === 'string') return input;
  const at = now - signalSecondsAgo * 1000;
  return { ...input, signal: { source: 'cloudwatch', name: 'throwover-lab-shop-blue-no-healthy-hosts', at } };
}

function set(target: Record<string, unknown>, [key = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) target[key] = value;
  else {
    target[key] ??= {};
    set(target[key] as Record<string, unknown>, rest, value);
  }
}
