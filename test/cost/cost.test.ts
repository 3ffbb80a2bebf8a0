import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Topology } from '../../core/topology/index.ts';
import { parseTopology } from '../../core/topology/index.ts';
import { compiledResources, type Resources } from '../../scripts/build/compiled.ts';
import { beside, beyondRest, monthly, type Prices, standing, sum, used } from '../../scripts/cost/bill.ts';
import { failover, hourAtRest, type Usage } from '../../scripts/cost/usage.ts';
import { labTopology } from '../lab-topology.ts';
import { root } from '../tree/sources.ts';

const prices: Prices = JSON.parse(readFileSync(join(root, 'scripts/cost/prices.json'), 'utf8'));
let resources: Resources = {};
let hour: Usage;
beforeAll(async () => {
  resources = compiledResources();
  hour = await hourAtRest(labTopology());
}, 180_000);

describe('the bill', () => {
  it('of a month is at most $6 for a pair, with at most 10 custom metrics', () => {
    expect(sum(monthly(hour, resources, prices, 1))).toBeLessThanOrEqual(6);
    expect(hour.metrics.size).toBeLessThanOrEqual(10);
    expect([...hour.metrics]).toContain('Watched shop');
  });

  it('of a failover is at most a cent, and not nothing', async () => {
    const dollars = beyondRest(await failover(labTopology()), hour, resources, prices);
    expect(dollars).toBeGreaterThan(0.0005);
    expect(dollars).toBeLessThanOrEqual(0.01);
  }, 60_000);

  it('does not grow with services in layout pivot', async () => {
    const [few, many] = await Promise.all([2, 20].map((services) => hourAtRest(pivotOnly(services))));
    if (few === undefined || many === undefined) return;
    const cents = ([one, other]: [Usage, Usage]) =>
      100 * (sum(monthly(one, resources, prices, 1)) - sum(monthly(other, resources, prices, 1)));
    expect(Math.abs(cents([many, few]))).toBeLessThan(1);
    expect(many.metrics).toEqual(few.metrics);
  }, 120_000);

  it('counts what stands in the template: an alarm more is ten cents', () => {
    const alarm = { Type: 'AWS::CloudWatch::Alarm', Properties: {} };
    const more = sum(standing({ ...resources, Another: alarm }, prices, 1)) - sum(standing(resources, prices, 1));
    expect(more).toBeCloseTo(0.1);
  });

  it('counts what is played: twice the calls to CloudWatch are twice the money', () => {
    const played: Usage = { ...hour, calls: { 'cloudwatch:GetMetricData': 1_000 } };
    const line = (usage: Usage) => used(usage, resources, prices).find(({ what }) => what === 'metrics read')?.dollars;
    expect(line({ ...played, calls: { 'cloudwatch:GetMetricData': 2_000 } })).toBeCloseTo(2 * (line(played) ?? 0));
  });

  it('counts each record that is kept, with all the years of its keeping', async () => {
    const run = await failover(labTopology());
    expect(run.calls['s3:PutObject']).toBeGreaterThanOrEqual(1);
    const line = (usage: Usage) => used(usage, resources, prices).find(({ what }) => what === 'records')?.dollars;
    expect(line(hour)).toBe(0);
    expect(line({ ...hour, calls: { 's3:PutObject': 1_000 } })).toBeCloseTo(0.0054 + 0.1 * 84 * 0.025);
  }, 60_000);

  it('takes other prices, and refuses a list without one', () => {
    const dearer = { ...prices, unit: { ...prices.unit, cloudWatchAlarmMonth: 1 } };
    expect(sum(standing(resources, dearer, 1))).toBeGreaterThan(sum(standing(resources, prices, 1)));
    const { cloudWatchAlarmMonth: _, ...unit } = prices.unit;
    expect(() => standing(resources, { ...prices, unit }, 1)).toThrow(/cloudWatchAlarmMonth/);
  });

  it('is small beside what it saves one from, and beside the cluster that stands by', () => {
    const { standby, managed } = beside(prices);
    expect(Math.min(standby, managed)).toBeGreaterThan(50 * sum(monthly(hour, resources, prices, 1)));
  });
});

/** The lab's pair with one zone of layout `pivot` and as many services. */
function pivotOnly(count: number): Topology {
  const file = labTopology();
  const { shop } = file.pairs;
  if (shop === undefined) throw new Error('no pair shop');
  const named = (index: number) => ({ ...shop.services.cart, hosts: [`service-${index}.pivot.test`] });
  const { example } = shop.services;
  const services = {
    example: { ...example, hosts: ['example.pivot.test'] },
    shop: { ...shop.services.shop, hosts: ['shop.pivot.test'] },
    ...Object.fromEntries(Array.from({ length: count }, (_, index) => [`service-${index}`, named(index)])),
  };
  const zones = shop.zones.filter(({ layout }) => layout === 'pivot');
  const clusters = Object.fromEntries(
    Object.entries(shop.clusters).map(([name, one]) => [name, { ...one, canaryHost: `canary.${name}.pivot.test` }]),
  );
  const { topology, problems } = parseTopology({ ...file, pairs: { shop: { ...shop, zones, services, clusters } } });
  if (topology === undefined) throw new Error(JSON.stringify(problems));
  return topology;
}
