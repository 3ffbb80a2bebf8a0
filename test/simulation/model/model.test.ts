import { describe, expect, it } from 'vitest';
import { explore } from './explore.ts';
import { besideExternalDns, type Order } from './external-dns.ts';
import { protocol, type Second, type Variant } from './protocol.ts';

const GOOD: readonly [Second, Variant][] = [
  ['repair', 'as designed'],
  ['break-glass', 'as designed'],
  // it saves calls, and protects nothing: the zones themselves refuse what is old
  ['repair', 'no look at the ledger'],
  ['break-glass', 'no look at the ledger'],
];

const BAD: readonly [Second, Variant][] = [
  ['repair', 'no fence-up'],
  ['repair', 'only the anchor'],
  ['repair', 'read before fence'],
  ['repair', 'repair towards the ledger'],
  ['repair', 'no fence in the batch'],
  ['break-glass', 'no fence-up'],
  ['break-glass', 'only the anchor'],
  ['break-glass', 'read before fence'],
  ['break-glass', 'no fence in the batch'],
];

describe('two zones, two runs, any of which may die at any step while its batch is on its way', () => {
  it.each(GOOD)('keep every promise with %s, %s, in every order of events', (second, variant) => {
    const { states, violation } = explore(protocol(second, variant));
    expect(violation).toBeUndefined();
    expect(states).toBeGreaterThan(250);
  });

  it.each(BAD)('break one with %s, %s', (second, variant) => {
    const { violation } = explore(protocol(second, variant));
    expect(violation, variant).toBeDefined();
  });

  it('tell the shortest way to it', () => {
    const { violation } = explore(protocol('repair', 'repair towards the ledger'));
    expect(violation?.wrong).toMatch(/went back to the dead cluster/);
    expect(violation?.path.at(-1)).toMatch(/lands in zone/);
  });
});

describe('a planned move beside two ExternalDNS loops with plans on their way', () => {
  it('never leaves a name dark, and ends where it should, when the new side is raised first and the old one lowered last', () => {
    expect(explore(besideExternalDns('raise first, lower last')).violation).toBeUndefined();
  });

  it.each<Order>(['both first', 'both last'])('leaves a name dark with %s', (order) => {
    expect(explore(besideExternalDns(order)).violation?.wrong).toMatch(/dark/);
  });
});
