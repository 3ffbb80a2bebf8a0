import { describe, expect, it } from 'vitest';
import {
  clusterNames,
  clusterOf,
  fenceName,
  namesInZone,
  otherCluster,
  pairOf,
  parseTopology,
  pivotName,
  remarksOf,
  ringsOf,
  type Topology,
  UnknownCluster,
  UnknownPair,
} from '../../../core/topology/index.ts';
import { example, secondPair } from './example.ts';

function parsed(value: unknown): Topology {
  const { topology, problems } = parseTopology(value);
  if (topology === undefined) throw new Error(JSON.stringify(problems));
  return topology;
}

const shop = pairOf(parsed(example()));

describe('pairOf', () => {
  it('needs no name where there is one pair', () => {
    expect(shop.name).toBe('shop');
    expect(shop.mode).toBe('auto');
  });

  it('needs a name where there are two', () => {
    const two = example();
    two.pairs.pay = secondPair();
    expect(() => pairOf(parsed(two))).toThrow(new UnknownPair('which pair? There are several: pay, shop'));
    expect(pairOf(parsed(two), 'pay').name).toBe('pay');
  });

  it.each(['shopp', 'constructor', ''])('says which pairs there are when asked for %j', (name) => {
    expect(() => pairOf(parsed(example()), name)).toThrow(/known: shop$/);
  });
});

describe('clusters of a pair', () => {
  it('stand in for each other', () => {
    expect(clusterNames(shop)).toEqual(['blue', 'green']);
    expect(otherCluster(shop, 'blue')).toBe('green');
    expect(otherCluster(shop, 'green')).toBe('blue');
    expect(clusterOf(shop, 'green').eksName).toBe('green');
  });

  it('are the only ones', () => {
    expect(() => otherCluster(shop, 'red')).toThrow(
      new UnknownCluster('there is no cluster red; the pair has blue and green'),
    );
    expect(() => clusterOf(shop, 'toString')).toThrow(UnknownCluster);
  });
});

describe('namesInZone', () => {
  it('lists names by tier, then by name, with a dot at the end', () => {
    const [records] = shop.zones;
    expect(records && namesInZone(shop, records)).toEqual([
      { name: 'cart.example.test.', service: 'cart', ring: 1, tier: 1 },
      { name: 'shop.example.test.', service: 'shop', ring: 1, tier: 1 },
      { name: 'example.example.test.', service: 'example', ring: 0, tier: 2 },
    ]);
  });

  it('gives a name to the zone with the longest matching name, and to its private twin', () => {
    const nested = example();
    nested.pairs.shop.zones.push({ name: 'eu.example.test', id: 'Z0EU', layout: 'records' });
    nested.pairs.shop.zones.push({ name: 'eu.example.test', id: 'Z0EUIN', layout: 'records', private: true });
    nested.pairs.shop.services.shop.hosts = ['shop.eu.example.test', 'eu.example.test', 'xeu.example.test'];
    const pair = pairOf(parsed(nested));
    const names = pair.zones.map((zone) => namesInZone(pair, zone).map(({ name }) => name));
    expect(names[0]).toEqual(['cart.example.test.', 'xeu.example.test.', 'example.example.test.']);
    expect(names[2]).toEqual(['eu.example.test.', 'shop.eu.example.test.']);
    expect(names[3]).toEqual(names[2]);
  });
});

describe('names of our own', () => {
  it('are the fence and the pivots', () => {
    expect(fenceName('shop', { name: 'example.test' })).toBe('shop._throwover.example.test.');
    expect(pivotName(1, { name: 'pivot.test' })).toBe('live-1.pivot.test.');
    expect(ringsOf(shop)).toEqual([0, 1]);
  });
});

describe('remarksOf', () => {
  it('has nothing to say about the example', () => {
    expect(remarksOf(parsed(example()))).toEqual([]);
  });

  it('mentions private zones, empty zones and services nobody described', () => {
    const odd = example();
    odd.pairs.shop.zones.unshift({ name: 'inside.test', id: 'Z0INSIDE', layout: 'records', private: true });
    odd.pairs.shop.zones.push({ name: 'example.test', id: 'Z0SHADOW', layout: 'records', private: true });
    delete odd.pairs.shop.services.cart.concurrency;
    expect(remarksOf(parsed(odd)).map(({ path, remark }) => `${path}: ${remark}`)).toEqual([
      'pairs.shop.zones[0]: a private anchor: outside the VPC nobody can read the fence by DNS',
      'pairs.shop.zones[0]: no service has a name in this zone; it is fenced all the same',
      'pairs.shop.zones[3]: inside the VPC this zone hides the public example.test: a name must be in both',
      expect.stringMatching(/^pairs\.shop\.services: concurrency of cart is unknown/),
    ]);
  });

  it('mentions a balancer whose hosts and requests nobody can count', () => {
    const odd = example();
    delete odd.pairs.shop.clusters.green.loadBalancer.metrics;
    expect(remarksOf(parsed(odd)).map(({ path, remark }) => `${path}: ${remark}`)).toEqual([
      expect.stringMatching(/^pairs\.shop\.clusters\.green\.loadBalancer: no metrics: the observer aws abstains/),
    ]);
  });
});
