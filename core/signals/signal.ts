/** Something out there says that a cluster may be sick. It suggests; it never says where to, what, or when. */
import { fnv1a64 } from '../topology/digest.ts';
import type { Topology } from '../topology/schema.ts';

export const SOURCES = ['cloudwatch', 'alertmanager', 'scheduler', 'manual'] as const;
export type Source = (typeof SOURCES)[number];

/** `due`: the time of a schedule has come. */
export type SignalState = 'alarm' | 'ok' | 'insufficient' | 'due';

/** All that is taken from a payload. Nothing in it names a target, a record, an address or a role. */
export interface Signal {
  readonly source: Source;
  readonly name: string;
  readonly state: SignalState;
  /** When the source said so, in milliseconds since the epoch. */
  readonly at: number;
  /** The same for the same news, by whichever way and however often it comes. */
  readonly fingerprint: string;
  /** Words that may tell whose it is. */
  readonly hints: SignalHints;
  /** The source says itself that nobody shall act on it now. */
  readonly suppressedBy?: string;
}

export interface SignalHints {
  /** The name of a pair, said in so many words. */
  readonly pair?: string;
  /** The name of a cluster, ours or that of EKS. It tells the pair; which of its clusters is sick, a run finds out itself. */
  readonly cluster?: string;
  /** The name of an alarm, which begins with `throwover-<pair>-`. */
  readonly alarm?: string;
}

const MINUTE_MILLISECONDS = 60_000;
const NAME_LONGEST = 200;

/** Cut to what fits into a list and a reason. Control characters of foreign texts do not reach a terminal. */
export function signalName(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, NAME_LONGEST);
}

export function fingerprintOf(...parts: readonly (string | number)[]): string {
  return fnv1a64(JSON.stringify(parts));
}

export function minuteOf(at: number): number {
  return Math.floor(at / MINUTE_MILLISECONDS) * MINUTE_MILLISECONDS;
}

/** Where a signal is kept: by its minute, so that the newest can be listed first, and once for each piece of news. */
export function signalKey({ at, fingerprint }: Pick<Signal, 'at' | 'fingerprint'>): string {
  return `signal#${new Date(minuteOf(at)).toISOString().slice(0, 16)}#${fingerprint}`;
}

/** Alarms that are meant for us begin so: two stages can live in one account, and each hears its own. */
export function alarmPrefix(stage: string, pair: string): string {
  return `throwover-${stage}-${pair}-`;
}

/** The pair that a signal is about. Undefined: nobody's of this stage, or two readings are possible. */
export function pairOfSignal(
  { pairs }: Topology,
  stage: string,
  { pair, cluster, alarm }: SignalHints,
): string | undefined {
  const names = Object.keys(pairs).sort();
  const said = [
    ...(pair === undefined ? [] : [names.find((name) => name === pair)]),
    ...(cluster === undefined ? [] : [names.find((name) => hasCluster(pairs[name]?.clusters ?? {}, cluster))]),
    ...(alarm === undefined ? [] : [longest(names.filter((name) => alarm.startsWith(alarmPrefix(stage, name))))]),
  ];
  const [first] = said;
  return said.every((one) => one === first) ? first : undefined;
}

function hasCluster(clusters: Topology['pairs'][string]['clusters'], wanted: string): boolean {
  return Object.entries(clusters).some(([name, { eksName }]) => name === wanted || eksName === wanted);
}

/** `throwover-prod-shop-eu-…` is the pair shop-eu's, where there is one. */
function longest(names: readonly string[]): string | undefined {
  return [...names].sort((a, b) => b.length - a.length)[0];
}
