/**
 * The fence: one TXT record per pair and zone that carries the number of the move. Every batch deletes the fence exactly
 * as it was read and creates the next one, so the zone itself refuses a writer that does not know the latest value. It is
 * the one statement about traffic that cannot be separated from the traffic, and it is written for people too: `dig TXT`.
 */
import { fenceName } from '../topology/pair.ts';
import type { RecordSet } from './records.ts';

export const FENCE_TTL_SECONDS = 5;
const LONGEST = 255;

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

/** The text of a fence, without the quotes of a TXT value. Throws when it would not fit one TXT string. */
export function fenceText(fence: Fence): string {
  const parts = [`v=1`, `by=${fence.by}`, `epoch=${fence.epoch}`, `seq=${fence.seq}`, `active=${fence.active}`];
  if (fence.move) parts.push(`to=${fence.move.to}`, `share=${fence.move.share}`);
  const rings = Object.entries(fence.rings).map(([ring, cluster]) => `${ring}:${cluster}`);
  if (rings.length > 0) parts.push(`rings=${rings.sort().join(',')}`);
  parts.push(`run=${fence.run}`);
  const text = parts.join(' ');
  if (text.length > LONGEST)
    throw new RangeError(`a fence of ${text.length} characters does not fit into ${LONGEST}: ${text}`);
  return text;
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
      because: `${records.length} record sets at ${record.name}, one simple TXT needed`,
      record: undefined,
    };
  }
  const parsed = parseFence(value.replace(/^"|"$/g, ''));
  if (typeof parsed === 'string') return { kind: 'unreadable', because: parsed, record };
  return { kind: 'fence', fence: parsed, record };
}

/** The fence, or the reason why the text is none. */
export function parseFence(text: string): Fence | string {
  const said = new Map<string, string>();
  for (const word of text.split(' ')) {
    const [, key, value] = /^([a-z]+)=(\S+)$/.exec(word) ?? [];
    if (key === undefined || value === undefined) return `"${word}" is not key=value`;
    if (said.has(key)) return `${key} is said twice`;
    said.set(key, value);
  }
  const unknown = [...said.keys()].filter((key) => !KEYS.includes(key));
  if (unknown.length > 0) return `unknown key ${unknown.join(', ')}`;
  if (said.get('v') !== '1') return `version ${said.get('v') ?? 'missing'}, 1 is understood`;
  const missing = REQUIRED.filter((key) => !said.has(key));
  if (missing.length > 0) return `${missing.join(', ')} missing`;
  if (said.has('to') !== said.has('share')) return 'to and share belong together';
  const [epoch, seq, share] = [whole(said.get('epoch')), whole(said.get('seq')), whole(said.get('share') ?? '0')];
  if (epoch === undefined || seq === undefined || share === undefined || share > 100)
    return 'epoch, seq and share are whole numbers';
  const rings = parseRings(said.get('rings'));
  if (rings === undefined) return `rings=${said.get('rings')} is not ring:cluster,…`;
  const to = said.get('to');
  return {
    by: said.get('by') ?? '',
    epoch,
    seq,
    active: said.get('active') ?? '',
    ...(to === undefined ? {} : { move: { to, share } }),
    rings,
    run: said.get('run') ?? '',
  };
}

const REQUIRED = ['by', 'epoch', 'seq', 'active', 'run'];
const KEYS = ['v', ...REQUIRED, 'to', 'share', 'rings'];

function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function parseRings(text: string | undefined): Record<string, string> | undefined {
  const rings: Record<string, string> = {};
  for (const entry of text?.split(',') ?? []) {
    const [, ring, cluster] = /^(\d+):([a-z0-9-]+)$/.exec(entry) ?? [];
    if (ring === undefined || cluster === undefined || ring in rings) return undefined;
    rings[ring] = cluster;
  }
  return rings;
}
