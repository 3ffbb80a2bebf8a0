import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../../../models/external-dns/endpoint.ts';
import { wantedSets } from '../../../models/external-dns/endpoint.ts';
import { batched, planned } from '../../../models/external-dns/plan.ts';
import { labelsIn, labelText, registryName } from '../../../models/external-dns/registry.ts';

const endpoint = (name: string, resource: string, loadBalancer = 'blue-lb.elb.test'): Endpoint => ({
  name,
  types: ['A'],
  target: { loadBalancer, zone: 'Z0ELB', evaluateTargetHealth: true },
  setIdentifier: 'blue',
  weight: 1,
  resource,
});
const settings = { owner: 'blue', policy: 'sync', names: {} } as const;

describe('a plan', () => {
  it('has all changes of a name in one piece', () => {
    const wanted = wantedSets({ ...endpoint('shop.example.test', 'ingress/shop/shop'), types: ['A', 'AAAA'] });
    const pieces = planned([], wanted, settings);
    expect(pieces.map((piece) => piece.map(({ Action, ResourceRecordSet: set }) => `${Action} ${set.Type}`))).toEqual([
      ['CREATE A', 'CREATE TXT', 'CREATE AAAA', 'CREATE TXT'],
    ]);
  });

  it('gives a name that two objects want to the first one', () => {
    const both = [
      endpoint('shop.example.test', 'ingress/a/a'),
      endpoint('shop.example.test', 'ingress/b/b', 'x.elb.test'),
    ];
    const [piece] = planned([], both.flatMap(wantedSets), settings);
    expect(piece?.[0]?.ResourceRecordSet.AliasTarget?.DNSName).toBe('blue-lb.elb.test.');
    expect(piece).toHaveLength(2);
  });

  it('is cut into batches by elements and by characters, an UPSERT counted twice, a name never cut', () => {
    const wanted = Array.from({ length: 10 }, (_, at) => endpoint(`n${at}.example.test`, 'ingress/shop/shop'));
    const created = planned([], wanted.flatMap(wantedSets), settings);
    const upserted = created.map((piece) => piece.map((change) => ({ ...change, Action: 'UPSERT' as const })));
    const sizes = (...given: Parameters<typeof batched>) => batched(...given).map((batch) => batch.length);
    expect(sizes(created, 8)).toEqual([8, 8, 4]);
    expect(sizes(upserted, 8)).toEqual([4, 4, 4, 4, 4]);
    const characters = created[0]?.[1]?.ResourceRecordSet.ResourceRecords?.[0]?.Value.length ?? 0;
    expect(sizes(created, 1_000, 5 * characters)).toEqual([10, 10]);
    expect(sizes(created, 1_000, 5 * characters - 1)).toEqual([8, 8, 4]);
    expect(sizes(created)).toEqual([20]);
  });
});

describe('the registry', () => {
  it('names its records by form, prefix and suffix around the first label', () => {
    expect(registryName('shop.example.test.', 'aaaa', {})).toBe('aaaa-shop.example.test.');
    expect(registryName('shop.example.test.', '', { prefix: 'x-' })).toBe('x-shop.example.test.');
    expect(registryName('shop.example.test.', 'a', { prefix: 'x-', suffix: '-y' })).toBe('x-a-shop-y.example.test.');
  });

  it('reads its own labels back, passes over foreign keys, and wants its heritage', () => {
    const labels = { owner: 'blue', resource: 'ingress/shop/shop' };
    expect(labelsIn(labelText(labels))).toEqual(labels);
    expect(labelsIn('"heritage=external-dns,external-dns/owner=throwover,throwover/was=blue,odd"')).toEqual({
      owner: 'throwover',
    });
    expect(labelsIn('"external-dns/owner=blue"')).toBeUndefined();
    expect(labelsIn('"v=spf1 -all"')).toBeUndefined();
  });
});
