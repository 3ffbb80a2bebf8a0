/**
 * `npm run cost [-- --prices your.json]`: dollars per pair and month, from the compiled template and a played hour at rest;
 * per failover, per drill; and beside them what the standby cluster and a managed alternative cost. Exit 1 when a limit is
 * passed. The last line has the figure.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compiledResources } from './build/compiled.ts';
import { topologyIn } from './build.ts';
import { beside, beyondRest, monthly, type Prices, sum } from './cost/bill.ts';
import { drill, failover, hourAtRest } from './cost/usage.ts';

const MONTH_DOLLARS_MAX = 6;
const FAILOVER_DOLLARS_MAX = 0.01;
const METRICS_MAX = 10;

const { values } = parseArgs({ options: { prices: { type: 'string' } } });
const prices: Prices = JSON.parse(readFileSync(values.prices ?? join(import.meta.dirname, 'cost/prices.json'), 'utf8'));
const topology = topologyIn(join(import.meta.dirname, '../throwover.yaml'));
const pairs = Object.keys(topology.pairs).length;
const resources = compiledResources();

const hour = await hourAtRest(topology);
const lines = monthly(hour, resources, prices, pairs);
const month = sum(lines);
const run = beyondRest(await failover(topology), hour, resources, prices);
const rehearsal = beyondRest(await drill(topology), hour, resources, prices);
const { standby, managed } = beside(prices);

console.log(`prices of ${prices.asOf}, no free tier; modelled, not a bill of AWS`);
for (const { what, dollars } of lines) console.log(`  ${what.padEnd(16)} ${money(dollars).padStart(8)}`);
console.log(`${hour.metrics.size} custom metrics at rest`);
console.log(`${money(run, 4)} per failover, ${money(rehearsal, 4)} per drill`);
console.log(`beside it, a month: standby cluster ${money(standby)}, managed routing control ${money(managed)}`);
console.log(`${money(month)} per pair and month`);
if (month > MONTH_DOLLARS_MAX || run > FAILOVER_DOLLARS_MAX || hour.metrics.size > METRICS_MAX) process.exitCode = 1;

function money(dollars: number, digits = 2): string {
  return `$${dollars.toFixed(digits)}`;
}
