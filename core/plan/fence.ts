/**
 * The fence: one TXT record per pair and zone that carries the number of the move. Every batch deletes the fence exactly
 * as it was read and creates the next one, so the zone itself refuses a writer that does not know the latest value. It is
 * the one statement about traffic that cannot be separated from the traffic, and it is written for people too: `dig TXT`.
 *
 * There is one way to write a fence. What is not written that way was not written by us, and is `unreadable`: an epoch of
 * `043`, another order of the words or a second string would otherwise be replaced by automation without a question.
 */
import { fenceTextLengthMax } from '../topology/fence-room.ts';
import { fenceName } from '../topology/pair.ts';
import { PlanUnsafe } from './batch.ts';
import type { RecordSet } from './records.ts';

export const FENCE_TTL_SECONDS = 5;

export interface Fence {
  /** Which ledger wrote it: 8 hex digits. */
  by: string;
  epoch: number;
  /** Grows with every batch in this zone, so that no value ever comes back. */
  seq: number;
  active: string;
  /** Only while a move is under way in this zone. */
  move?: { to: string; share: number };
  /** Rings that stand elsewhere than `active`. */
  rings: Readonly<Record<string, string>>;
  run: string;
}

/** What stands at the fence's name. */
export type FenceAsRead =
  | { kind: 'missing' }
  | { kind: 'fence'; fence: Fence; record: RecordSet }
  | { kind: 'unreadable'; because: string; record: RecordSet | undefined };

/** The text of a fence, without the quotes of a TXT value. Throws `PlanUnsafe` for what could not be read back. */
export function fenceText(fence: Fence): string {
  const text = written(fence);
  if (text.length > fenceTextLengthMax)
    throw new PlanUnsafe(`a fence of ${text.length} characters does not fit into ${fenceTextLengthMax}: ${text}`);
  const parsed = parseFence(text);
  if (typeof parsed === 'string') throw new PlanUnsafe(`this fence could not be read back, ${parsed}: ${text}`);
  return text;
}

function written(fence: Fence): string {
  const parts = ['v=1', `by=${fence.by}`, `epoch=${fence.epoch}`, `seq=${fence.seq}`, `active=${fence.active}`];
  if (fence.move) parts.push(`to=${fence.move.to}`, `share=${fence.move.share}`);
  const rings = Object.entries(fence.rings).sort(([a], [b]) => Number(a) - Number(b));
  if (rings.length > 0) parts.push(`rings=${rings.map(([ring, cluster]) => `${ring}:${cluster}`).join(',')}`);
  parts.push(`run=${fence.run}`);
  return parts.join(' ');
}

export function fenceRecord(pair: string, zone: string, fence: Fence): RecordSet {
  return {
    name: fenceName(pair, { name: zone }),
    type: 'TXT',
    policy: 'simple',
    ttlSeconds: FENCE_TTL_SECONDS,
    values: [`"${fenceText(fence)}"`],
  };
}

/** The record of the next fence in the place of the one that was read: same name, same TTL. */
export function fenceRecordAfter(record: RecordSet, next: Fence): RecordSet {
  return { ...record, values: [`"${fenceText(next)}"`] };
}

/** Reads what stands at the fence's name. Anything not understood to the last word is `unreadable`: only a person replaces it. */
export function readFence(records: readonly RecordSet[]): FenceAsRead {
  const [record, ...more] = records;
  if (record === undefined) return { kind: 'missing' };
  const [value, ...values] = record.values ?? [];
  if (
    more.length > 0 ||
    values.length > 0 ||
    record.type !== 'TXT' ||
    record.policy !== 'simple' ||
    value === undefined
  ) {
    return {
      kind: 'unreadable',
      because: `${records.length} record sets at ${record.name}, one simple TXT with one value needed`,
      record: undefined,
    };
  }
  const [, text] = /^"([^"]*)"$/.exec(value) ?? [];
  const parsed = text === undefined ? 'not one string in quotes' : parseFence(text);
  if (typeof parsed === 'string') return { kind: 'unreadable', because: parsed, record };
  return { kind: 'fence', fence: parsed, record };
}

/** How each word of a fence looks. A cluster's name is a DNS label; a run's is that of an execution. */
const CLUSTER = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const RING = `\\d{1,2}:${CLUSTER}`;
const FORMS: Readonly<Record<string, RegExp>> = {
  v: /^1$/,
  by: /^[0-9a-f]{8}$/,
  epoch: /^\d{1,15}$/,
  seq: /^\d{1,15}$/,
  active: new RegExp(`^${CLUSTER}$`),
  to: new RegExp(`^${CLUSTER}$`),
  share: /^\d{1,3}$/,
  rings: new RegExp(`^${RING}(?:,${RING})*$`),
  run: /^[!#-[\]-~]{1,80}$/,
};
const REQUIRED = ['v', 'by', 'epoch', 'seq', 'active', 'run'];

/** The same few texts stand in zones and on servers, and are read at every look and in every batch. */
const known = new Map<string, Fence | string>();
const KNOWN_MAX = 100;

/** The fence, or the reason why the text is none. */
export function parseFence(text: string): Fence | string {
  const found = known.get(text) ?? parsedFence(text);
  if (known.size === KNOWN_MAX) known.clear();
  known.set(text, found);
  return found;
}

function parsedFence(text: string): Fence | string {
  const said = new Map<string, string>();
  for (const word of text.split(' ')) {
    const [, key, value] = /^([a-z]+)=(\S+)$/.exec(word) ?? [];
    if (key === undefined || value === undefined) return `"${word}" is not key=value`;
    const form = Object.hasOwn(FORMS, key) ? FORMS[key] : undefined;
    if (form === undefined) return `unknown key ${key}`;
    if (said.has(key)) return `${key} is said twice`;
    if (!form.test(value))
      return key === 'v' ? `version ${value}, 1 is understood` : `${word} is not as a fence says it`;
    said.set(key, value);
  }
  const missing = REQUIRED.filter((key) => !said.has(key));
  if (missing.length > 0) return `${missing.join(', ')} missing`;
  if (said.has('to') !== said.has('share')) return 'to and share belong together';
  const share = Number(said.get('share') ?? 0);
  if (share > 100) return `share=${share} is more than everything`;
  const to = said.get('to');
  const fence: Fence = Object.freeze({
    by: said.get('by') ?? '',
    epoch: Number(said.get('epoch')),
    seq: Number(said.get('seq')),
    active: said.get('active') ?? '',
    ...(to === undefined ? {} : { move: Object.freeze({ to, share }) }),
    rings: Object.freeze(Object.fromEntries((said.get('rings')?.split(',') ?? []).map((entry) => entry.split(':')))),
    run: said.get('run') ?? '',
  });
  return written(fence) === text ? fence : `not written as ${written(fence)}`;
}
