import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { zonesOver } from '../../../adapters/aws/zones.ts';
import { route53Calls } from '../../../adapters/memory/calls.ts';
import { seeded } from '../../../models/random.ts';
import { Route53 } from '../../../models/route53/route53.ts';
import { SteppedClock } from '../../../models/stepped-clock.ts';

const ZONE = 'Z0EXAMPLE';
const atOnce = async () => {};

/** Zones over a Route 53 that gives `items` record sets a page. */
function zonesWith(names: readonly string[], items: number) {
  const clock = new SteppedClock(0);
  const rules = { recordSetsPerPageMax: items, budget: { allRequests: many, eachAction: many } };
  const route53 = new Route53({ clock, random: seeded(1), rules, loadBalancers: () => undefined });
  const recordSets = names.flatMap((Name) =>
    ['blue', 'green'].map((SetIdentifier) => ({
      ...{ Name, Type: 'A', SetIdentifier, Weight: 1, TTL: 60, ResourceRecords: [{ Value: '192.0.2.1' }] },
    })),
  );
  route53.createZone({ name: 'example.test', id: ZONE, nameServers: ['ns1'], recordSets });
  const zones = zonesOver(route53Calls(route53, { out: atOnce, back: atOnce }), {
    now: () => clock.now(),
    wait: atOnce,
  });
  return { zones, lists: () => route53.counters.total.calls.ListResourceRecordSets ?? 0 };
}

const many = { burst: 1e9, perSecond: 1e9 };
const numbered = (count: number, prefix = 'name') =>
  Array.from({ length: count }, (_, at) => `${prefix}-${String(at).padStart(4, '0')}.example.test.`);

describe('zones over Route 53, reading by names', () => {
  const label = fc.stringMatching(/^[a-z0-9_]([a-z0-9_-]{0,4}[a-z0-9])?$/);
  const name = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => [...labels, 'example.test.'].join('.'));

  it('finds exactly what a whole reading finds of them, whatever else the zone holds and however small its pages are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(name, { maxLength: 30 }),
        fc.uniqueArray(name, { maxLength: 5 }),
        fc.integer({ min: 1, max: 7 }),
        fc.infiniteStream(fc.boolean()),
        async (held, absent, items, chosen) => {
          const { zones } = zonesWith(held, items);
          const wanted = [...held.filter(() => chosen.next().value), ...absent];
          const key = (set: { name: string; setIdentifier?: string }) => `${set.name} ${set.setIdentifier}`;
          const whole = (await zones.read(ZONE)).filter(({ name: one }) => wanted.includes(one));
          expect((await zones.readNames(ZONE, wanted)).map(key).sort()).toEqual(whole.map(key).sort());
        },
      ),
      { numRuns: 100 },
    );
  });

  it('passes over what lies between them', async () => {
    const { zones, lists } = zonesWith(['aaa.example.test.', ...numbered(1_000), 'zzz.example.test.'], 100);
    await zones.readNames(ZONE, ['aaa.example.test.', 'zzz.example.test.']);
    expect(lists()).toBe(2);
  });

  it('asks for no more pages than there are when all of it is wanted', async () => {
    const { zones, lists } = zonesWith(numbered(1_000), 100);
    await zones.readNames(ZONE, numbered(1_000));
    expect(lists()).toBe(2_000 / 100);
  });

  it('asks once more for a name that was not where it should have been', async () => {
    const { zones, lists } = zonesWith(numbered(10), 100);
    expect(await zones.readNames(ZONE, ['name-0005.example.test.', 'other.example.test.'])).toHaveLength(2);
    expect(lists()).toBe(2);
  });

  it('does not ask one by one for many that are not there', async () => {
    const { zones, lists } = zonesWith(numbered(100), 100);
    expect(await zones.readNames(ZONE, [...numbered(1), ...numbered(1_000, 'other')])).toHaveLength(2);
    expect(lists()).toBeLessThanOrEqual(8);
  });
});
