/**
 * Every function that is deployed: one list for the build, serverless.yml, the lab and break-glass.
 *
 * Time-outs: Lambda ends a function before the task of the state machine that called it times out, so that the machine always
 * sees the function's own end, and no second try runs beside a first one. A test holds them against the state machine.
 */
import type { FunctionKey } from './steps.ts';

/** The ports that a function reaches the world through, and how: they decide its bundle's clients and its role. */
export type Use =
  | 'alarms'
  | 'announcer'
  | 'announcer, by a function'
  | 'clusters'
  | 'controlPlanes'
  | 'dns'
  | 'executions'
  | 'executions, read only'
  | 'inside'
  | 'ledger'
  | 'ledger, read only'
  | 'metrics'
  | 'nodeGroups'
  | 'nodeGroups, read only'
  | 'observers'
  | 'notes'
  | 'notes, read only'
  | 'probe'
  | 'published'
  | 'published, read only'
  | 'records'
  | 'records, by a function'
  | 'waiting'
  | 'zones'
  | 'zones, fence only'
  | 'zones, ownership only'
  | 'zones, read only'
  | 'zones, traffic only';

export interface FunctionOnList {
  readonly key: FunctionKey;
  /** Its file, from the root: exports `handler` and `step`. */
  readonly entry: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** `inside` the clusters' VPC, without the internet, or `outside`, where a broken VPC cannot stop a move. */
  readonly vpc: 'inside' | 'outside';
  /** Logical id of its own role in the template. */
  readonly role: string;
  /** How many may run at once, for each pair of the topology. */
  readonly concurrencyPerPair?: number;
  /** What calls it, where that is not the state machine of the switch: events, a clock, another machine, or another function. */
  readonly calledBy?: 'alarms' | 'answers' | 'drills' | 'every hour' | 'every minute' | 'functions';
  readonly uses: readonly Use[];
}

const SHORT = 25;
const USUAL = 55;
const LONG = 70;
/** It stays with a suspicion until it is confirmed or over, and then reads every zone. */
const STAYING = 170;

/**
 * A change call of an invocation that was given up may still land, so few of them may be under way. Not one per pair: a
 * failover takes the pair from a switchover whose Steer still runs, and must not wait for it.
 */
const TWO_RUNS = { concurrencyPerPair: 2 };

const JUDGING = [
  'dns',
  'inside',
  'ledger, read only',
  'notes, read only',
  'published, read only',
  'zones, read only',
] as const;

const LOOKING_OUT = [
  'announcer, by a function',
  'dns',
  'executions',
  'inside',
  'ledger',
  'notes',
  'observers',
  'zones, read only',
] as const;

export const functions: readonly FunctionOnList[] = [
  outside('admit', SHORT, ['ledger', 'notes']),
  outside('control', USUAL, ['inside', 'ledger', 'published, read only', 'zones, fence only']),
  outside('observe-outside', USUAL, ['dns', 'probe']),
  inside('observe-inside', LONG, ['clusters', 'dns', 'notes, read only', 'probe']),
  { ...inside('ask-inside', SHORT, ['dns']), calledBy: 'functions' },
  { ...outside('announce', SHORT, ['announcer']), calledBy: 'functions' },
  { ...outside('keep-record', SHORT, ['records']), calledBy: 'functions' },
  outside('observe-aws', USUAL, ['controlPlanes', 'metrics', 'nodeGroups, read only']),
  outside('judge', USUAL, JUDGING),
  outside('ask-person', SHORT, ['announcer', 'notes']),
  { ...outside('answer', SHORT, ['notes', 'waiting']), calledBy: 'answers' },
  { ...outside('tend-approvals', SHORT, ['announcer', 'notes', 'waiting']), calledBy: 'functions' },
  outside('claim', SHORT, ['ledger', 'notes', 'zones, read only']),
  { ...outside('fence', USUAL, ['ledger', 'published, read only', 'zones, fence only']), ...TWO_RUNS },
  outside('find-goal', USUAL, JUDGING),
  outside('tend-capacity', SHORT, ['inside', 'ledger', 'nodeGroups']),
  inside('prepare', LONG, ['clusters', 'ledger, read only', 'notes, read only']),
  { ...outside('own', LONG, ['ledger', 'zones, ownership only']), ...TWO_RUNS },
  { ...inside('tend-reserve', SHORT, ['clusters']), calledBy: 'functions' },
  inside('tend-cluster', LONG, ['clusters', 'ledger, read only']),
  { ...outside('steer', LONG, ['ledger', 'zones, traffic only']), ...TWO_RUNS },
  outside('verify', LONG, ['dns', 'inside', 'zones, read only']),
  outside('judge-step', USUAL, JUDGING),
  outside('commit', SHORT, ['ledger']),
  outside('pay-debts', LONG, [
    'announcer',
    'inside',
    'ledger',
    'metrics',
    'published',
    'records, by a function',
    'zones',
  ]),
  outside('let-go', SHORT, ['ledger']),
  outside('report', USUAL, [
    'announcer',
    'dns',
    'inside',
    'ledger',
    'notes',
    'records, by a function',
    'zones, read only',
  ]),
  { ...outside('admit-drill', SHORT, ['alarms', 'ledger', 'notes']), calledBy: 'drills' },
  { ...outside('start-leg', SHORT, ['executions']), calledBy: 'drills' },
  { ...outside('look-at-drill', SHORT, ['alarms', 'executions, read only', 'ledger']), calledBy: 'drills' },
  { ...outside('report-drill', SHORT, ['announcer', 'ledger', 'notes', 'records, by a function']), calledBy: 'drills' },
  {
    ...outside('check-drills', USUAL, ['announcer', 'executions', 'ledger', 'notes', 'records, by a function']),
    calledBy: 'every hour',
  },
  { ...outside('on-alarm', SHORT, ['executions', 'ledger', 'notes']), calledBy: 'alarms' },
  {
    ...outside('watch', USUAL, [
      'announcer, by a function',
      'executions',
      'inside',
      'ledger',
      'metrics',
      'notes',
      'published',
      'records, by a function',
      'zones',
    ]),
    calledBy: 'every minute',
  },
  {
    ...outside('look-out', STAYING, LOOKING_OUT),
    // two that stay with the same suspicion would both start what it calls for
    concurrencyPerPair: 1,
    calledBy: 'every minute',
  },
];

/**
 * How Lambda tries again what it was handed without anybody waiting: an event is a hint. Late it is worth nothing, and what
 * it starts looks for itself (facts/aws-semantics.md, section 2).
 */
export const HINT = { maximumEventAgeSeconds: 120, maximumRetryAttempts: 1 } as const;

/** Nothing where the service's own rules hold. */
export function asynchronous(calledBy: FunctionOnList['calledBy']): Partial<typeof HINT> {
  return calledBy === 'alarms' || calledBy === 'every minute' || calledBy === 'every hour' ? HINT : {};
}

/** `observe-outside` is `ObserveOutside` in the state machine and in the template. */
export function pascal(key: string): string {
  return key.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
}

function outside(key: FunctionKey, timeoutSeconds: number, uses: readonly Use[]): FunctionOnList {
  return {
    key,
    entry: `functions/handlers/${key}.ts`,
    timeoutSeconds,
    memoryMb: 512,
    vpc: 'outside',
    role: `${pascal(key)}Role`,
    uses,
  };
}

function inside(key: FunctionKey, timeoutSeconds: number, uses: readonly Use[]): FunctionOnList {
  return { ...outside(key, timeoutSeconds, uses), vpc: 'inside' };
}
