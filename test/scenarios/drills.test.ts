/**
 * Drills from their beginning to their record, situation by situation: what happened before and in the middle, and how it
 * ended. The folders are the specification.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DrillRecord } from '../../core/drill/drill.ts';
import type { Fault } from '../../models/kubernetes/faults.ts';
import { given, type Input, type Scenario } from './scenario.ts';

interface GivenDrill {
  /** The sentence of the test. */
  why: string;
  input: Record<string, unknown>;
  /** As the schedule starts it. */
  scheduled?: boolean;
  activated?: boolean;
  topology?: Record<string, unknown>;
  alarms?: Record<string, 'OK' | 'ALARM'>;
  /** Inputs of the switch, one after the other, each to its end. */
  asks?: Input[];
  /** A run of the switch that is under way, in this state. */
  starts?: Input;
  untilState?: string;
  /** This cluster dies, and the failover has ended. */
  kill?: string;
  faults?: { cluster: string; fault: Fault }[];
  edits?: { zone: string; name: string; weights: Record<string, number> };
  then?: {
    /** When the leg there is in this state, or has ended well. */
    untilLeg?: string;
    untilBake?: boolean;
    alarm?: Record<string, 'OK' | 'ALARM'>;
    ask?: Input;
    kill?: string;
    fault?: { cluster: string; fault: Fault };
  };
}

interface ExpectedDrill {
  outcome: string;
  kind?: string;
  because?: string[];
  /** Outcomes of its runs. */
  legs: string[];
  standing?: string;
  next?: string;
}

const folder = new URL('./drills/', import.meta.url);
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, folder), 'utf8'));

describe('a drill, situation by situation', () => {
  for (const name of readdirSync(folder).sort()) {
    const situation = read(`${name}/given.json`) as GivenDrill;
    const expected = read(`${name}/expect.json`) as ExpectedDrill;
    it(`${name}: ${situation.why}`, async () => {
      const scenario = await begun(situation);
      const drill = scenario.rehearse({
        ...situation.input,
        ...(situation.scheduled === true ? { slot: new Date(scenario.clock.now()).toISOString() } : {}),
      });
      if (situation.then !== undefined) await meanwhile(scenario, drill, situation.then);
      const record = (await scenario.end(drill)).record as unknown as DrillRecord;

      expect(record.outcome, record.because.join('; ')).toBe(expected.outcome);
      for (const text of expected.because ?? []) expect(record.because.join('\n')).toContain(text);
      expect(record.runs.map(({ outcome }) => outcome)).toEqual(expected.legs);
      if (expected.kind !== undefined) expect(record.kind).toBe(expected.kind);
      if (expected.next !== undefined) expect(record.next).toBe(expected.next);
      // what follows it is not the drill's: a failover goes on, a pause stays
      await scenario.pass(600);
      if (expected.standing !== undefined) expect(scenario.standing()).toBe(expected.standing);
      const kept = await scenario.notes('drill#');
      expect(kept.map(({ item }) => item.outcome)).toEqual([expected.outcome]);
      expect(kept[0]?.item).toEqual(record);
    });
  }
});

async function begun(situation: GivenDrill): Promise<Scenario> {
  const scenario = await given({
    ...(situation.activated === undefined ? {} : { activated: situation.activated }),
    topology: ({ pairs: { shop } }) => {
      for (const [path, value] of Object.entries(situation.topology ?? {})) set(shop, path.split('.'), value);
    },
  });
  for (const [alarm, state] of Object.entries(situation.alarms ?? {})) scenario.alarm(alarm, state);
  if (situation.kill !== undefined) {
    scenario.cluster(situation.kill).inflict('kill');
    await scenario.end(await scenario.started('failover'));
  }
  for (const input of situation.asks ?? []) await scenario.run(input);
  for (const { cluster, fault } of situation.faults ?? []) scenario.cluster(cluster).inflict(fault);
  if (situation.faults !== undefined) await scenario.pass(60);
  const { edits, starts, untilState } = situation;
  if (edits !== undefined) scenario.editWeights(edits.zone, edits.name, edits.weights);
  if (starts !== undefined && untilState !== undefined)
    await scenario.untilState(scenario.start(starts, 'before'), untilState);
  return scenario;
}

async function meanwhile(scenario: Scenario, drill: string, then: NonNullable<GivenDrill['then']>): Promise<void> {
  const leg = () => scenario.executions().find(({ name }) => name.startsWith('drill-') && name.endsWith('-out'))?.arn;
  await scenario.until(() => leg() !== undefined);
  if (then.untilLeg !== undefined) await scenario.untilState(leg() ?? '', then.untilLeg);
  if (then.untilBake === true) {
    await scenario.end(leg() ?? '');
    await scenario.pass(60);
  }
  expect(scenario.status(drill)).toBe('RUNNING');
  for (const [alarm, state] of Object.entries(then.alarm ?? {})) scenario.alarm(alarm, state);
  if (then.kill !== undefined) scenario.cluster(then.kill).inflict('kill');
  if (then.fault !== undefined) scenario.cluster(then.fault.cluster).inflict(then.fault.fault);
  if (then.ask !== undefined) scenario.start(then.ask, 'meanwhile');
}

function set(target: Record<string, unknown>, [key = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) target[key] = value;
  else {
    target[key] ??= {};
    set(target[key] as Record<string, unknown>, rest, value);
  }
}
