/** The alarm on where users are, as the build makes it, judged by the model of CloudWatch over played minutes. */
import { describe, expect, it } from 'vitest';
import { parseTopology, type Topology } from '../../core/topology/index.ts';
import type { PutMetricAlarmInput } from '../../models/cloudwatch/alarm.ts';
import { CloudWatch } from '../../models/cloudwatch/cloudwatch.ts';
import { numberedIds } from '../../models/ids.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';
import { alarmResources } from '../../scripts/build/alarms.ts';
import { labTopology } from '../lab-topology.ts';

const MINUTE = 60_000;
const BUSY = 600;
/** What our own observers ask each minute in the lab's pair. */
const OURS = 9;

interface Minute {
  /** What the watch says; undefined: it is silent. */
  side?: number | undefined;
  blue: number;
  green: number;
}

function alarmOf(topology: Topology): PutMetricAlarmInput | undefined {
  const made = alarmResources(topology).TrafficAgainstRoleShop as { Properties: PutMetricAlarmInput } | undefined;
  return made?.Properties;
}

/** The alarm's states, minute by minute, and whom it told. */
async function played(minutes: (minute: number) => Minute, many = 60) {
  const clock = new SteppedClock(Date.parse('2026-11-20T00:00:00Z'));
  const changes: string[] = [];
  const cloudWatch = new CloudWatch({
    clock,
    ids: numberedIds(),
    emit: (event) => {
      const { state } = event.detail as { state?: { value: string } };
      if (state !== undefined) changes.push(`${minuteOf(clock.now())} ${state.value}`);
    },
    deliver: async () => {},
    publish: () => {},
  } as ConstructorParameters<typeof CloudWatch>[0]);
  const began = clock.now();
  const minuteOf = (at: number) => Math.floor((at - began) / MINUTE);
  const { Metrics = [], ...alarm } = alarmOf(labTopology()) ?? expect.fail('no alarm');
  const countOf = (id: string, { side, blue, green }: Minute) => ({ side, one: blue, other: green })[id];
  for (const { Id, MetricStat } of Metrics) {
    if (MetricStat === undefined) continue;
    const { Namespace, MetricName, Dimensions = [] } = MetricStat.Metric;
    cloudWatch.addMetricSource({
      namespace: Namespace ?? '',
      name: MetricName ?? '',
      dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name ?? '', Value ?? ''])),
      // a balancer reports no datapoint for no request
      read: (from: number, to: number) => {
        const each = range(minuteOf(from), minuteOf(to - 1)).map((minute) => countOf(Id, minutes(minute)));
        const there = each.filter((one) => one !== undefined);
        if (there.length === 0) return undefined;
        return Id === 'side' ? Math.min(...there) : there.reduce((sum, one) => sum + one, 0) || undefined;
      },
    });
  }
  cloudWatch.putMetricAlarm({ ...alarm, Metrics, AlarmActions: [], OKActions: [] });
  await clock.run(many * MINUTE);
  const { MetricAlarms = [] } = cloudWatch.describeAlarms({});
  return { state: MetricAlarms[0]?.StateValue, changes };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

describe('the alarm on where users are', () => {
  it.each([
    ['an active cluster with users, and a standby that only we ask', { side: 1, blue: BUSY, green: OURS }],
    ['the same with the roles the other way round', { side: 2, blue: OURS, green: BUSY }],
    ['a standby that nobody asks at all', { side: 1, blue: BUSY, green: 0 }],
    ['a move under way: users are on both', { side: 0, blue: BUSY, green: BUSY }],
    ['a move under way: nobody is anywhere', { side: 0, blue: 0, green: 0 }],
  ])('is quiet for %s', async (_, minute) => {
    expect((await played(() => minute)).state).toBe('OK');
  });

  it.each([
    ['the standby receives traffic', { side: 1, blue: BUSY, green: 120 }],
    ['the standby receives traffic, the other way round', { side: 2, blue: 120, green: BUSY }],
    ['all users are at the standby', { side: 1, blue: OURS, green: BUSY }],
    ['the active cluster is silent but for ourselves', { side: 1, blue: OURS, green: OURS }],
    ['the active cluster is silent altogether', { side: 2, blue: 0, green: 0 }],
  ])('pages when %s', async (_, minute) => {
    expect((await played(() => minute)).state).toBe('ALARM');
  });

  it('says nothing while nobody knows the roles', async () => {
    expect((await played(() => ({ blue: 0, green: BUSY }))).state).toBe('INSUFFICIENT_DATA');
  });

  it('does not page for a switchover whose clients follow within a quarter of an hour', async () => {
    const { changes } = await played((minute) => {
      if (minute < 60) return { side: 1, blue: BUSY, green: OURS };
      if (minute < 63) return { side: 0, blue: BUSY / 2, green: BUSY / 2 };
      return { side: 2, blue: minute < 75 ? 120 : OURS, green: BUSY };
    }, 120);
    expect(changes.filter((one) => one.endsWith('ALARM'))).toEqual([]);
  });

  it('pages within half an hour when they do not, and is quiet again when they have', async () => {
    const { changes } = await played((minute) => {
      if (minute < 60) return { side: 1, blue: BUSY, green: OURS };
      return { side: 2, blue: minute < 120 ? 120 : OURS, green: BUSY };
    }, 180);
    const at = (state: string) => Number(changes.find((one) => one.endsWith(` ${state}`))?.split(' ')[0]);
    expect(at('ALARM')).toBeGreaterThan(70);
    expect(at('ALARM')).toBeLessThanOrEqual(90);
    expect(changes.at(-1)).toMatch(/OK$/);
  });

  it('is there where one Region’s load balancers count requests, and nowhere else', () => {
    const changed = (change: (clusters: Record<string, { region: string; loadBalancer: object }>) => void) => {
      const topology = structuredClone(labTopology());
      change(topology.pairs.shop?.clusters as never);
      const parsed = parseTopology(topology);
      expect(parsed.problems).toEqual([]);
      return alarmOf(parsed.topology ?? expect.fail('no topology'));
    };
    expect(changed(() => {})).toBeDefined();
    expect(changed(({ green }) => Object.assign(green ?? {}, { region: 'eu-central-1' }))).toBeUndefined();
    const { metrics: _, ...uncounted } = labTopology().pairs.shop?.clusters.green?.loadBalancer ?? expect.fail();
    expect(changed(({ green }) => Object.assign(green ?? {}, { loadBalancer: uncounted }))).toBeUndefined();
  });
});
