import { describe, expect, it } from 'vitest';
import { EXAMPLE, Scenario } from '../scenarios/scenario.ts';

const NAME = 'shop.example.test.';

/** A person gives blue these weights, one a second. Later its ExternalDNS takes all from it, and green has none: what is broken? */
async function darkAfter(byHand: readonly number[], seconds: number): Promise<readonly string[]> {
  const scenario = new Scenario({});
  for (const blue of byHand) {
    scenario.editWeights(EXAMPLE, NAME, { blue, green: 0 });
    await scenario.pass(1);
  }
  await scenario.pass(seconds);
  const [set] = scenario
    .records(EXAMPLE)
    .filter(({ Name, Type, SetIdentifier }) => Name === NAME && Type === 'A' && SetIdentifier === 'blue');
  if (set === undefined) throw new Error('no such record');
  const Changes = [{ Action: 'UPSERT' as const, ResourceRecordSet: { ...set, Weight: 0 } }];
  const change = { HostedZoneId: EXAMPLE, ChangeBatch: { Changes } };
  scenario.world.route53.changeResourceRecordSets(change, 'external-dns blue');
  return scenario.breaches;
}

describe('a name that an ExternalDNS leaves dark', () => {
  it('is no fault of ours where it takes back what a person has just given its cluster', async () => {
    expect(await darkAfter([10, 50], 30)).toEqual([]);
  });

  it.each<[string, readonly number[], number]>([
    ['nobody gave its cluster anything by hand', [], 30],
    ['a person took from its cluster', [10], 30],
    ['a person gave longer ago than a plan takes', [10, 50], 130],
  ])('breaks S1 and S6 where %s', async (_, byHand, seconds) => {
    const said = await darkAfter(byHand, seconds);
    expect(said).toEqual([expect.stringMatching(/^S1,/), expect.stringMatching(/^S6,/)]);
  });
});
