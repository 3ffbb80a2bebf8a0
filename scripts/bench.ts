/**
 * `npm run bench [-- --json] [-- words…]`: every file in test/bench/ that ends in .bench.ts, or those whose name
 * contains one of the words. Counts, bytes, virtual time and paired ratios have limits; wall-clock times are printed
 * by the benches themselves and never judged. The last line is `{"results":[…]}`; exit 1 when one of them is not ok.
 */
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Bench, Result } from './bench/result.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
const folder = new URL('../test/bench/', import.meta.url);
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.bench.ts'))
  .filter((file) => positionals.length === 0 || positionals.some((word) => file.includes(word)))
  .sort();

const results: Result[] = [];
for (const file of files) {
  const { default: bench } = (await import(new URL(file, folder).href)) as { default: Bench };
  for (const result of await bench({ print: values.json === true ? () => {} : console.log })) {
    results.push(result);
    if (values.json !== true) console.log(lineOf(result));
  }
}
console.log(JSON.stringify({ results }));
// Nothing measured is nothing proved.
process.exitCode = results.length > 0 && results.every(({ ok }) => ok) ? 0 : 1;

function lineOf({ name, value, unit, limit, ok }: Result): string {
  return `${ok ? 'ok  ' : 'OVER'} ${name}: ${value} ${unit}, limit ${limit}`;
}
