/** The record of a run as a person reads it: how it ended, where users are, why, what is shut, and what to type next. */
import * as z from 'zod/mini';
import type { Gate } from '../../core/gates/gate.ts';
import type { Debt } from '../../core/ledger/ledger.ts';
import type { ZoneRecord } from '../../core/record.ts';
import { exitCodeOf, exitCodes } from '../exit-codes.ts';
import { counted, type Output } from '../output.ts';

/** Tolerant: an older or newer deployment may say less or more than this one would. */
const Read = z.looseObject({
  outcome: z.string(),
  pair: z._default(z.string(), ''),
  mode: z._default(z.string(), ''),
  from: z.optional(z.string()),
  to: z.optional(z.string()),
  epoch: z.optional(z.number()),
  active: z.optional(z.string()),
  situation: z._default(z.string(), ''),
  because: z._default(z.array(z.string()), []),
  next: z._default(z.string(), ''),
  zones: z._default(z.array(z.custom<ZoneRecord>()), []),
  gates: z._default(z.array(z.custom<Gate>()), []),
  debts: z._default(z.array(z.custom<Debt>()), []),
});
export type RecordRead = z.output<typeof Read>;

const ReadMany = z.looseObject({ outcome: z.literal('Previewed'), pairs: z.array(Read) });

/** One record, or one for each pair when every pair was previewed. Undefined: this is no record. */
export function recordsIn(value: unknown): RecordRead[] | undefined {
  const many = z.safeParse(ReadMany, value);
  if (many.success) return many.data.pairs;
  const one = z.safeParse(Read, value);
  return one.success ? [one.data] : undefined;
}

/** The worst of all; a run that was held because the zones are disputed needs a person as much as an uncertain one. */
export function exitCodeOfRecords(records: readonly RecordRead[]): number {
  const codes = records.map(({ outcome, situation, gates }) =>
    situation === 'Disputed' && ['Held', 'Previewed'].includes(outcome)
      ? exitCodeOf('Disputed')
      : exitCodeOf(
          outcome,
          gates.every(({ state }) => state === 'open'),
        ),
  );
  return Math.max(exitCodes.done, ...codes);
}

const GOOD = ['Switched', 'Unchanged', 'Recorded'];

export function printRecord(record: RecordRead, output: Output): void {
  const { outcome, because, situation, zones, gates, debts, next } = record;
  const tone = GOOD.includes(outcome) ? 'green' : outcome === 'Previewed' ? 'bold' : 'red';
  output.print(`${output.styled(tone, outcome)}  ${headline(record)}`);
  if (situation !== '' && !because.some((line) => line.startsWith(situation))) output.print(`  ${situation}`);
  for (const line of because.filter((one) => !isAboutGate(one, gates))) output.print(`  ${line}`);
  printZones(zones, output);
  printGates(gates, output);
  printDebts(debts, output);
  if (next !== '') output.print(`next  ${output.styled('bold', next)}`);
}

function headline({ pair, mode, from, to, epoch, active, outcome }: RecordRead): string {
  const way = from === undefined || to === undefined || mode === 'repair' ? '' : ` ${from} -> ${to}`;
  return [
    `${pair}${way}`,
    ...(epoch === undefined ? [] : [`epoch ${epoch}`]),
    ...(mode === '' || mode === outcome.toLowerCase() ? [] : [mode]),
    ...(active === undefined ? [] : [`active: ${active}`]),
  ]
    .join(', ')
    .trim();
}

/** Gates are shown below with their numbers: what the verdict repeats of them is left out. */
function isAboutGate(line: string, gates: readonly Gate[]): boolean {
  if (gates.length > 0 && /^\d+ of \d+ gates open$/.test(line)) return true;
  return gates.some(({ name, state }) => state !== 'open' && line.startsWith(`${name} ${state}: `));
}

export function printZones(zones: readonly ZoneRecord[], output: Output): void {
  const [first] = zones;
  if (first === undefined) return;
  const clusters = Object.keys(first.weights);
  const rows = [
    ['zone', 'ring', ...clusters, 'answers'],
    ...zones.map(({ zone, ring, weights, effective }) => [
      zone,
      String(ring),
      ...clusters.map((cluster) => `${weights[cluster] ?? 0} %`),
      effective,
    ]),
  ];
  printTable(rows, output);
}

/** The first row is the heading. */
export function printTable(rows: readonly (readonly string[])[], output: Output): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const [index, row] of rows.entries()) {
    const line = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
    output.print(`  ${index === 0 ? output.styled('dim', line.trimEnd()) : line.trimEnd()}`);
  }
}

export function printGates(gates: readonly Gate[], output: Output): void {
  if (gates.length === 0) return;
  const shut = gates.filter(({ state }) => state !== 'open');
  output.print(`  ${gates.length - shut.length} of ${gates.length} gates open`);
  for (const { name, state, because, opensWhen, overridable } of shut) {
    output.print(`  ${output.styled('red', `${name} ${state}`)}: ${because}`);
    output.print(`      opens when  ${opensWhen}`);
    if (overridable === 'person') output.print(`      or          a person answers for it: --override ${name}`);
  }
}

/** What was tried in vain has a line of its own; the rest is only on its way. */
export function printDebts(debts: readonly Debt[], output: Output): void {
  const told = ({ what, about }: Debt) => (about === undefined ? what : `${what} of ${about}`);
  const untried = debts.filter(({ tries }) => tries === 0);
  if (untried.length > 0) output.print(`  owed: ${untried.map(told).join(', ')}`);
  for (const debt of debts.filter(({ tries }) => tries > 0)) {
    const because = debt.because === undefined ? '' : `: ${debt.because}`;
    const next = new Date(debt.nextTryAt).toISOString();
    output.print(`  owed: ${told(debt)}, tried ${counted(debt.tries, 'time')}, next try ${next}${because}`);
  }
}
