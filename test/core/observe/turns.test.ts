import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namesOfTurn, TURNS } from '../../../core/observe/turns.ts';
import { type NamedPair, pairOf } from '../../../core/topology/pair.ts';
import type { Zone } from '../../../core/topology/schema.ts';
import { labTopology } from '../../lab-topology.ts';

/** `hosts` names in ring 1, beside those of the lab. */
function pairWith(hosts: readonly string[]): NamedPair {
  const topology = structuredClone(labTopology());
  const pair = pairOf(topology);
  const { shop } = pair.services;
  if (shop === undefined) throw new Error('the lab has no service shop');
  const all = [...shop.hosts, ...hosts.map((host) => host.replace(/\.$/, ''))];
  return { ...pair, services: { ...pair.services, shop: { ...shop, hosts: all } } };
}

function zoneOf(pair: NamedPair, layout: Zone['layout']): Zone {
  const zone = pair.zones.find((one) => one.layout === layout);
  if (zone === undefined) throw new Error(`no zone of layout ${layout}`);
  return zone;
}

const manyHosts = fc
  .integer({ min: 0, max: 200 })
  .map((count) => Array.from({ length: count }, (_, at) => `n${at}.example.test.`));

describe('names in turns', () => {
  it('have ring 0 in every turn', () => {
    const pair = pairWith([]);
    for (let turn = 0; turn < TURNS; turn++)
      expect(namesOfTurn(pair, zoneOf(pair, 'records'), turn, [])).toContain('example.example.test.');
  });

  it('have every pivot and ring 0 of a pivot zone in every turn', () => {
    const pair = pairWith([]);
    for (let turn = 0; turn < TURNS; turn++) {
      const names = namesOfTurn(pair, zoneOf(pair, 'pivot'), turn, []);
      expect(names).toEqual(
        expect.arrayContaining(['live-0.pivot.test.', 'live-1.pivot.test.', 'example.pivot.test.']),
      );
    }
  });

  it('have each other name exactly once in ten ticks, a tenth of them in each', () => {
    expect(TURNS).toBe(10);
    fc.assert(
      fc.property(manyHosts, (hosts) => {
        const pair = pairWith(hosts);
        const zone = zoneOf(pair, 'records');
        const turns = Array.from({ length: TURNS }, (_, turn) => namesOfTurn(pair, zone, turn, []));
        const others = turns.map((names) => names.filter((name) => name !== 'example.example.test.'));
        const all = [...hosts, 'shop.example.test.', 'cart.example.test.'];
        expect(others.flat().sort()).toEqual(all.sort());
        for (const names of others) expect(names.length).toBeLessThanOrEqual(Math.ceil(all.length / TURNS));
      }),
    );
  });

  it('stand beside each other in a listing, so that few pages have them', () => {
    const pair = pairWith(['a.eu.example.test.', 'b.us.example.test.', 'b.eu.example.test.', 'a.us.example.test.']);
    const zone = zoneOf(pair, 'records');
    const inOrder = Array.from({ length: TURNS }, (_, turn) => namesOfTurn(pair, zone, turn, []).slice(1)).flat();
    const listed = inOrder.map((name) => name.split('.').reverse().join('.'));
    expect(listed).toEqual([...listed].sort());
  });

  it('that were strange are compared in every turn, but only those of this zone', () => {
    const pair = pairWith([]);
    const zone = zoneOf(pair, 'records');
    for (let turn = 0; turn < TURNS; turn++) {
      const names = namesOfTurn(pair, zone, turn, ['cart.example.test.', 'cart.pivot.test.', 'gone.example.test.']);
      expect(names).toContain('cart.example.test.');
      expect(names).not.toContain('cart.pivot.test.');
      expect(names).not.toContain('gone.example.test.');
      expect(new Set(names).size).toBe(names.length);
    }
  });
});
