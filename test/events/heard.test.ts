import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Signal } from '../../core/signals/signal.ts';
import { heardIn } from '../../events/heard.ts';

const folder = new URL('../../events/', import.meta.url);
const samples = readdirSync(folder).filter((name) => name.endsWith('.json'));
// biome-ignore lint/suspicious/noExplicitAny: samples are foreign JSON, which tests change as they like
const sample = (name: string): any => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
const NOW = Date.parse('2026-11-20T07:01:00Z');
const CHANGED = Date.parse('2026-11-20T07:00:40.989Z');
const SENT = Date.parse('2026-11-20T07:00:41.045Z');

function only(event: unknown): Signal {
  const { signals, refused } = heardIn(event, NOW);
  expect(refused).toEqual([]);
  expect(signals).toHaveLength(1);
  return signals[0] as Signal;
}

describe('every sample is understood', () => {
  it.each([
    ['cloudwatch-alarm-eventbridge-single', { name: 'blue-5xx', state: 'alarm', at: CHANGED }],
    ['cloudwatch-alarm-eventbridge-math', { name: 'blue-error-share', state: 'alarm' }],
    ['cloudwatch-alarm-eventbridge-composite', { name: 'blue-dead', state: 'alarm', at: CHANGED }],
    ['cloudwatch-alarm-eventbridge-composite-suppressed', { name: 'blue-dead', suppressedBy: 'WaitPeriod' }],
    ['cloudwatch-alarm-lambda', { name: 'blue-5xx', state: 'alarm', at: CHANGED }],
    ['cloudwatch-alarm-sns', { name: 'blue-5xx', state: 'alarm', at: CHANGED }],
    ['alertmanager-v4', { name: 'ClusterBurnRateFast', state: 'alarm', at: Date.parse('2026-11-20T07:00:00.123Z') }],
    ['amp-sns', { name: 'ClusterBurnRateFast', state: 'alarm', at: SENT, hints: { cluster: 'blue' } }],
    ['amp-sns-text', { name: 'ClusterBurnRateFast', state: 'alarm', at: SENT, hints: { cluster: 'blue' } }],
    ['amp-sns-badly-quoted', { name: 'ClusterBurnRateFast', state: 'alarm', at: SENT, hints: { cluster: 'blue' } }],
    ['scheduler', { name: 'throwover-drill-shop (drill)', state: 'due' }],
    ['manual', { source: 'manual', state: 'alarm', hints: { pair: 'shop' } }],
  ])('%s', (name, expected) => {
    expect(only(sample(name))).toMatchObject(expected);
  });

  it('and there is no sample that nobody reads', () => {
    expect(samples).toHaveLength(12);
  });
});

describe('the same news is the same signal', () => {
  it('by EventBridge, by a Lambda action and through SNS', () => {
    const ways = ['cloudwatch-alarm-eventbridge-single', 'cloudwatch-alarm-lambda', 'cloudwatch-alarm-sns'];
    expect(new Set(ways.map((name) => only(sample(name)).fingerprint)).size).toBe(1);
  });

  it('from two Alertmanagers, or delivered twice; told again in another minute, it is news', () => {
    const first = sample('amp-sns');
    const twin = structuredClone(first);
    twin.Records[0].Sns.MessageId = 'another';
    twin.Records[0].Sns.Timestamp = '2026-11-20T07:00:52.000Z';
    const later = structuredClone(first);
    later.Records[0].Sns.Timestamp = '2026-11-20T07:05:41.045Z';
    expect(only(twin).fingerprint).toBe(only(first).fingerprint);
    expect(only(later).fingerprint).not.toBe(only(first).fingerprint);
  });

  it('but not when the alarm went off again, or ended', () => {
    const first = sample('cloudwatch-alarm-eventbridge-single');
    const again = structuredClone(first);
    again.detail.state.timestamp = '2026-11-20T07:20:40.989+0000';
    const ended = structuredClone(first);
    ended.detail.state.value = 'OK';
    expect(new Set([first, again, ended].map((event) => only(event).fingerprint)).size).toBe(3);
  });
});

describe('a message of Alertmanager', () => {
  const message = (...alerts: unknown[]) => ({ alerts });
  const alert = (labels: object, status = 'firing') => ({ status, labels: { alertname: 'Down', ...labels } });

  it('is one signal for each pair, cluster and state', () => {
    const { signals } = heardIn(
      message(
        alert({ cluster: 'blue' }),
        alert({ cluster: 'blue', alertname: 'Slow' }),
        alert({ cluster: 'green' }),
        alert({ cluster: 'blue' }, 'resolved'),
      ),
      NOW,
    );
    expect(signals.map(({ name, state, hints }) => [name, state, hints.cluster])).toEqual([
      ['Down, Slow', 'alarm', 'blue'],
      ['Down', 'alarm', 'green'],
      ['Down', 'ok', 'blue'],
    ]);
  });

  it('is read in part where a part cannot be read, and the rest is refused', () => {
    const { signals, refused } = heardIn(message(alert({ cluster: 'blue' }), { status: 'firing' }, 7), NOW);
    expect(signals).toHaveLength(1);
    expect(refused).toEqual([expect.stringMatching(/alert 2: .*; and 1 more$/s)]);
  });

  it('holds a bounded number of signals', () => {
    const many = Array.from({ length: 500 }, (_, index) => alert({ pair: `p${index}` }));
    const { signals, refused } = heardIn(message(...many), NOW);
    expect(signals).toHaveLength(10);
    expect(refused.join()).toContain('490 more');
  });

  it('in plain text has firing and resolved alerts, and ends anywhere when it was cut', () => {
    const event = sample('amp-sns-text');
    const { Sns } = event.Records[0];
    Sns.Message = `${Sns.Message}Alerts Resolved:\nLabels:\n - alertname = Slow\n - cluster = green\nAnnotations:\n - alertname = fake\nLab`;
    const { signals } = heardIn(event, NOW);
    expect(signals.map(({ name, state, hints }) => [name, state, hints])).toEqual([
      ['ClusterBurnRateFast', 'alarm', { cluster: 'blue' }],
      ['Slow', 'ok', { cluster: 'green' }],
    ]);
  });

  it('whose name itself is badly quoted is refused', () => {
    const event = sample('amp-sns-badly-quoted');
    const { Sns } = event.Records[0];
    Sns.Message = Sns.Message.replace('ClusterBurnRateFast', 'Cluster"BurnRate"Fast');
    expect(heardIn(event, NOW)).toMatchObject({ signals: [], refused: [expect.stringContaining('neither')] });
  });
});

describe('what cannot be read is refused with its reason', () => {
  const changed = (name: string, change: (event: ReturnType<typeof sample>) => void) => {
    const event = sample(name);
    change(event);
    return event;
  };
  it.each([
    ['nothing', undefined, 'a undefined'],
    ['a list', [1, 2], 'a list of 2'],
    ['another kind of event', { hello: 1 }, '"hello"'],
    [
      'an alarm without a state',
      changed('cloudwatch-alarm-lambda', (event) => delete event.alarmData.state),
      'alarmData.state',
    ],
    [
      'an alarm in no state that there is',
      changed('cloudwatch-alarm-sns', (event) => {
        event.Records[0].Sns.Message = '{"AlarmName":"x","NewStateValue":"toString"}';
      }),
      'none of ALARM',
    ],
    [
      'an alarm of no time',
      changed('cloudwatch-alarm-eventbridge-single', (event) => {
        event.time = 'yesterday';
        event.detail.state.timestamp = '20/11/26';
      }),
      'no time',
    ],
    [
      'an alarm that was only changed',
      { ...sample('cloudwatch-alarm-eventbridge-single'), 'detail-type': 'CloudWatch Alarm Configuration Change' },
      'no change of a state',
    ],
    ['a suggestion with a target', { ...sample('manual'), to: 'green' }, '"to"'],
    ['a schedule of no time', { ...sample('scheduler'), scheduledAt: 'soon' }, 'scheduledAt'],
    ['a message without alerts', { alerts: [] }, 'without any alert'],
    ['an empty envelope', { Records: [] }, 'without any record'],
  ])('%s', (_, event, reason) => {
    const { signals, refused } = heardIn(event, NOW);
    expect(signals).toEqual([]);
    expect(refused.join()).toContain(reason);
  });
});

describe('whatever comes', () => {
  /** Any JSON, and samples with any part of them replaced by any JSON. */
  const anything = fc.oneof(
    fc.jsonValue(),
    fc
      .tuple(fc.constantFrom(...samples), fc.nat(), fc.jsonValue())
      .map(([name, where, value]) => replacedIn(sample(name.replace(/\.json$/, '')), where, value)),
    fc.record({ Records: fc.tuple(fc.record({ Sns: fc.record({ Message: fc.string() }) })) }),
  );

  it('is signals or refused, never nothing and never an error', () => {
    fc.assert(
      fc.property(anything, (event) => {
        const { signals, refused } = heardIn(event, NOW);
        expect(signals.length + refused.length).toBeGreaterThan(0);
        for (const { at, name, fingerprint } of signals) {
          expect(Number.isFinite(at)).toBe(true);
          expect(name.length).toBeLessThanOrEqual(200);
          expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

/** The n-th place of a JSON value with something else in it; JSON within a text is not opened. */
function replacedIn(value: unknown, where: number, by: unknown): unknown {
  const places: (() => void)[] = [];
  const walk = (parent: Record<string, unknown>) => {
    for (const key of Object.keys(parent)) {
      places.push(() => {
        parent[key] = by;
      });
      if (typeof parent[key] === 'object' && parent[key] !== null) walk(parent[key] as Record<string, unknown>);
    }
  };
  const copy = { it: structuredClone(value) };
  walk(copy);
  places[where % places.length]?.();
  return copy.it;
}
