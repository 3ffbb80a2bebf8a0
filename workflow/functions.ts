import { createHash } from 'node:crypto';
import jsonata from 'jsonata';

/**
 * The functions Step Functions adds to JSONata, and those of JSONata's own that would read the machine's clock or dice.
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html. Non-integers are rounded towards zero;
 * several arguments give nothing rather than an error, and nothing then fails the state.
 */
export interface Sources {
  now(): number;
  random(): number;
  uuid(): string;
}

export type Functions = Readonly<Record<string, (...args: never[]) => unknown>>;

const algorithms: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};
/** AWS refuses one element more: "Expression evaluation memory limit exceeded". */
const RANGE_ELEMENTS_MAX = 360_145;

const formatted = jsonata('$fromMillis($ms, $picture, $timezone)');

/** The names these functions have in an expression. */
export const functionNames = [
  'partition',
  'range',
  'hash',
  'random',
  'uuid',
  'parse',
  'now',
  'millis',
  'shuffle',
] as const;

export function functionsFrom(sources: Sources): Functions {
  return {
    partition,
    range,
    hash,
    parse: (text?: string) => (text === undefined ? undefined : JSON.parse(text)),
    random: (seed?: number) => (seed === undefined ? sources.random() : seededNumber(seed)),
    uuid: () => sources.uuid(),
    millis: () => sources.now(),
    now: (picture?: string, timezone?: string) =>
      picture === undefined && timezone === undefined
        ? new Date(sources.now()).toISOString()
        : formatted.evaluate(undefined, { ms: sources.now(), picture, timezone }),
    shuffle: (items?: unknown[]) => (items === undefined ? undefined : shuffled(items, sources.random)),
  };
}

function partition(items?: unknown, size?: number): unknown[][] | undefined {
  const width = Math.trunc(size ?? 0);
  const all = Array.isArray(items) ? items : items === undefined ? [] : [items];
  if (width < 1 || all.length === 0) return undefined;
  return Array.from({ length: Math.ceil(all.length / width) }, (_, at) => all.slice(at * width, (at + 1) * width));
}

function range(start?: number, end?: number, step?: number): number | number[] | undefined {
  if (start === undefined || end === undefined || step === undefined) return undefined;
  const [from, to, by] = [Math.trunc(start), Math.trunc(end), Math.trunc(step)];
  const count = by === 0 ? 0 : Math.floor((to - from) / by) + 1;
  if (count < 1) return undefined;
  if (count > RANGE_ELEMENTS_MAX) throw new Error('Expression evaluation memory limit exceeded');
  return count === 1 ? from : Array.from({ length: count }, (_, at) => from + at * by);
}

function hash(data?: unknown, algorithm?: string): string | undefined {
  if (data === undefined || algorithm === undefined) return undefined;
  const known = algorithms[algorithm];
  if (typeof data !== 'string') throw new Error('the first argument of function "hash" must be a string');
  if (known === undefined) throw new Error(`"${algorithm}" is not one of ${Object.keys(algorithms).join(', ')}`);
  return createHash(known).update(data).digest('hex');
}

/** The same seed gives the same number; which one AWS gives is not documented. */
function seededNumber(seed: number): number {
  const digest = createHash('sha256')
    .update(String(Math.trunc(seed)))
    .digest();
  return digest.readUInt32BE(0) / 4_294_967_296;
}

function shuffled(items: readonly unknown[], random: () => number): unknown[] {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [mixed[last], mixed[other]] = [mixed[other], mixed[last]];
  }
  return mixed;
}
