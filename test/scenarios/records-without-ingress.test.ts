/**
 * A cluster comes back from the dead, and an Ingress does not come with it. Whom should its record go back to? An
 * ExternalDNS that deletes what it does not want, or one that publishes a weight which nobody lowered.
 */
import { describe, expect, it } from 'vitest';
import { EXAMPLE, givenFailover, type Scenario } from './scenario.ts';

function ownersOf(scenario: Scenario, name: string): string[] {
  const texts = scenario
    .records(EXAMPLE)
    .filter(({ Type, SetIdentifier, Name }) => Type === 'TXT' && SetIdentifier === 'blue' && Name.endsWith(`-${name}`))
    .map(({ ResourceRecords }) => ResourceRecords?.[0]?.Value ?? '');
  return [...new Set(texts.map((text) => /external-dns\/owner=([^,"]*)/.exec(text)?.[1] ?? ''))];
}

describe('a record that was taken, and whose Ingress is gone', () => {
  it('stays ours and is told once; the others go back, and no user is moved', async () => {
    const { scenario, arn } = await givenFailover();
    const told = scenario.overheard();
    await scenario.end(arn);
    await scenario.pass(900);
    scenario.cluster('blue').heal('kill');
    const blue = scenario.cluster('blue');
    const made = blue.inventory.store.get('ingresses', 'shop/shop');
    blue.uninstall('ingresses', 'shop', 'shop');
    await scenario.pass(600);
    expect(ownersOf(scenario, 'shop.example.test.')).toEqual(['throwover']);
    expect(ownersOf(scenario, 'cart.example.test.')).toEqual(['blue']);
    const notReturned = () => told.filter(({ type }) => type === 'Records Not Returned').map(({ detail }) => detail);
    expect(notReturned()).toEqual([
      expect.objectContaining({
        cluster: 'blue',
        count: 1,
        records: [{ name: 'shop.example.test.', source: 'ingress/shop/shop' }],
        next: 'throwover accept --pair shop --active green',
      }),
    ]);
    expect(String(notReturned()[0]?.text)).toContain('shop.example.test. of ingress/shop/shop');
    // the record itself is as the move left it
    expect(scenario.weights(EXAMPLE).get('shop.example.test. A')).toEqual({ blue: 0, green: 100 });
    expect((await scenario.ledger()).debts).toEqual([]);

    blue.install('ingresses', 'shop', 'shop', { ...made?.metadata, ...(made?.spec && { spec: made.spec }) });
    await scenario.run({ mode: 'accept', active: 'green', reason: 'the Ingress is back' });
    await scenario.pass(600);
    expect(ownersOf(scenario, 'shop.example.test.')).toEqual(['blue']);
    expect(scenario.standing()).toBe('green');
    expect(notReturned()).toHaveLength(1);
  });

  it('is not given back while the cluster does not say what is there', async () => {
    const { scenario, arn } = await givenFailover();
    await scenario.end(arn);
    scenario.cluster('blue').heal('kill');
    await scenario.until(() => scenario.cluster('blue').config()?.role === 'standby');
    scenario.cluster('blue').inflict('api-down');
    await scenario.pass(600);
    expect(ownersOf(scenario, 'cart.example.test.')).toEqual(['throwover']);
    scenario.cluster('blue').heal('api-down');
    await scenario.pass(300);
    expect(ownersOf(scenario, 'cart.example.test.')).toEqual(['blue']);
  });
});
