/** The schemas of the events that we send, for whoever receives them, and the page that shows each with an example. */
import * as z from 'zod/mini';
import { type Details, details, type NoticeType } from '../../core/notices/details.ts';
import { notice } from '../../core/notices/notice.ts';
import { onOneLine } from './json.ts';

/** One of each, as it could be sent. */
const samples: { readonly [Type in NoticeType]: Details[Type] } = {
  'Active Cluster Changed': {
    pair: 'shop',
    active: 'green',
    epoch: 43,
    since: '2026-01-01T03:04:05.000Z',
    rings: {},
    run: 'shop-42-29441104-failover',
  },
  'Switch Held': {
    pair: 'shop',
    run: 'shop-43-29441110-failover',
    mode: 'failover',
    from: 'green',
    to: 'blue',
    active: 'green',
    situation: 'ActiveDead',
    closed: ['Cooldown'],
    wouldHaveActed: false,
    because: ['Cooldown closed: the last automatic move (epoch 43) was 600 s ago, 3600 s needed, not acknowledged'],
    next: 'throwover ack --pair shop',
  },
  'Switch Abandoned': {
    pair: 'shop',
    run: 'upgrade-1',
    mode: 'switchover',
    from: 'blue',
    to: 'green',
    active: 'blue',
    epoch: 44,
    because: ['green answered 12 % of its requests with errors at 10 % of the users'],
    next: 'throwover status --pair shop',
  },
  'Switch Uncertain': {
    pair: 'shop',
    run: 'shop-44-29441204-failover',
    mode: 'failover',
    from: 'blue',
    to: 'green',
    epoch: 45,
    zones: [{ zone: 'example.test', ring: 1, weights: { blue: 50, green: 50 } }],
    because: ['behind: example.test'],
    next: 'throwover status --pair shop',
  },
  'Approval Wanted': {
    pair: 'shop',
    run: 'shop-42-29441104-failover',
    mode: 'failover',
    from: 'blue',
    to: 'green',
    intent: '0f3a5c7e9b1d2f46',
    because: ['ActiveDead: outside and inside agree for 60 s'],
    expiresAt: '2026-01-01T03:19:05.000Z',
    next: 'throwover approve shop-42-29441104-failover --pair shop',
  },
  'Situation Changed': {
    pair: 'shop',
    active: 'green',
    situation: 'ActiveDead',
    closed: ['Cooldown'],
    because: ['would act, blocked by Cooldown until 2026-01-01T04:10:00.000Z'],
    next: 'throwover ack --pair shop',
  },
  'Drill Finished': {
    pair: 'shop',
    run: 'shop-drill-2026-01-01',
    kind: 'ring',
    outcome: 'Succeeded',
    active: 'green',
    because: ['ring 0 moved to blue and back'],
    next: 'throwover report shop-drill-2026-01-01 --pair shop',
  },
  'Drill Is Stale': {
    pair: 'shop',
    lastAt: '2025-12-01T03:00:00.000Z',
    ageDays: 31,
    ageDaysMax: 30,
    asksPerson: true,
  },
  'Foreign Writer Seen': {
    ...{ pair: 'shop', epoch: 43, active: 'green', zones: 'example.test' },
    evidence:
      'shop.example.test. has blue 100 (A), 100 (AAAA); its registry record says owner=blue resource=ingress/shop/shop',
    ...{ since: '2026-11-20T07:03:10.000Z', until: '2026-11-20T07:04:10.000Z' },
    whoWrote:
      'aws cloudtrail lookup-events --region us-east-1 --lookup-attributes AttributeKey=EventName,AttributeValue=ChangeResourceRecordSets --start-time 2026-11-20T07:03:10.000Z --end-time 2026-11-20T07:04:10.000Z',
  },
  'Clusters Overlapped': {
    ...{ pair: 'shop', epoch: 43, active: 'green', cluster: 'blue', seconds: 1_380, exclusive: ['billing'] },
    ...{ since: '2026-11-20T07:02:10.000Z', until: '2026-11-20T07:25:10.000Z', next: 'throwover status --pair shop' },
  },
  'Users Left Behind': {
    ...{ pair: 'shop', epoch: 43, active: 'green', cluster: 'blue', requests: 1_260, inSeconds: 300 },
    ...{ fraction: 0.034, fractionMax: 0.01, afterSeconds: 3_600 },
    next: 'throwover stand-down --pair shop --reason "…"',
  },
  'Records Not Returned': {
    ...{ pair: 'shop', epoch: 43, active: 'green', cluster: 'blue', count: 1 },
    records: [{ name: 'shop.example.test.', source: 'ingress/shop/shop' }],
    next: 'throwover accept --pair shop --active green',
  },
  'Fence Missing': { pair: 'shop', zone: 'pivot.test', active: 'green' },
  'Published Copy Was Wrong': { pair: 'shop', found: 'blue', active: 'green' },
};

const types = Object.keys(details) as NoticeType[];

/** By path: one JSON Schema for each type. */
export const eventSchemas: Readonly<Record<string, () => string>> = Object.fromEntries(
  types.map((type) => [`events/out/${fileOf(type)}`, () => schemaText(type)]),
);

export function sampleOf<Type extends NoticeType>(type: Type) {
  return notice(type, samples[type]);
}

export function eventsReference(): string {
  return `${[...opening, ...types.flatMap(section)].join('\n').trimEnd()}\n`;
}

function fileOf(type: NoticeType): string {
  return `${type.toLowerCase().replaceAll(' ', '-')}.schema.json`;
}

function schemaText(type: NoticeType): string {
  const { $schema, properties, required, ...rest } = z.toJSONSchema(details[type], { target: 'draft-2020-12' });
  const titled = {
    $schema,
    title: type,
    description: 'The detail of the event. Made from core/notices/details.ts by "npm run reference".',
    ...rest,
    properties: { v: { const: 1 }, ...properties, text: { type: 'string' } },
    required: ['v', ...(required ?? []), 'text'],
  };
  return `${onOneLine(JSON.stringify(titled, undefined, 2))}\n`;
}

const opening = [
  '<!-- Made from core/notices/ by "npm run reference". Change it there. -->',
  '',
  '# Events',
  '',
  'What Throwover tells the rest of the company: events on the default bus of EventBridge, `source` `throwover`. Each has a',
  'published schema in [events/out](../../events/out), a version `v`, and a `text` for people: what happened, where traffic',
  'is, what to do next. The deployment sends every text to the SNS topic `throwover-<stage>-notices`; subscribe a pager, a',
  'chat or a mailbox to it. Members may be added; none is renamed or taken away within a version.',
  '',
  'An event may come twice. `Active Cluster Changed` is sent again until the bus has taken it; whoever needs to know which',
  'cluster is active now reads the parameter (`throwover active`), not the last event.',
  '',
];

function section(type: NoticeType): string[] {
  const { detail } = sampleOf(type);
  const { text, ...rest } = detail;
  return [
    `## ${type}`,
    '',
    `> ${String(text)}`,
    '',
    `[Schema](../../events/out/${fileOf(type)}). Its \`detail\`, beside the text:`,
    '',
    '```json',
    onOneLine(JSON.stringify(rest, undefined, 2)),
    '```',
    '',
  ];
}
