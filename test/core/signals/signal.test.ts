import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minuteOf, pairOfSignal, signalKey, signalName } from '../../../core/signals/signal.ts';
import type { Topology } from '../../../core/topology/schema.ts';
import { labTopology } from '../../lab-topology.ts';

/** The lab's pair, and one whose name begins in the same way. */
function twoPairs(): Topology {
  const { pairs, ...rest } = labTopology();
  const { shop } = pairs;
  if (shop === undefined) throw new Error('the lab has the pair shop');
  const { blue, green } = shop.clusters;
  if (blue === undefined || green === undefined) throw new Error('the lab has blue and green');
  const clusters = { red: { ...blue, eksName: 'red-1' }, teal: { ...green, eksName: 'teal-1' } };
  return { ...rest, pairs: { shop, 'shop-eu': { ...shop, clusters } } };
}

describe('the pair of a signal', () => {
  it.each([
    [{ pair: 'shop' }, 'shop'],
    [{ pair: 'bakery' }, undefined],
    [{ cluster: 'blue' }, 'shop'],
    [{ cluster: 'teal-1' }, 'shop-eu'],
    [{ cluster: 'pink' }, undefined],
    [{ alarm: 'throwover-prod-shop-blue-no-healthy-hosts' }, 'shop'],
    [{ alarm: 'throwover-prod-shop-eu-red-no-healthy-hosts' }, 'shop-eu'],
    [{ alarm: 'throwover-prod-shop' }, undefined],
    // another stage of the same account hears it
    [{ alarm: 'throwover-test-shop-blue-no-healthy-hosts' }, undefined],
    [{ alarm: 'throwover-prod-eu-shop-blue-no-healthy-hosts' }, undefined],
    [{ alarm: 'throwover-shop-blue-no-healthy-hosts' }, undefined],
    [{ alarm: 'billing' }, undefined],
    [{ pair: 'shop', cluster: 'blue' }, 'shop'],
    [{ pair: 'shop', cluster: 'teal' }, undefined],
    [{ pair: 'toString' }, undefined],
    [{}, undefined],
  ])('of %j is %s', (hints, pair) => {
    expect(pairOfSignal(twoPairs(), 'prod', hints)).toBe(pair);
  });
});

describe('the key of a signal', () => {
  it('sorts by minutes, whatever the fingerprints', () => {
    const times = fc.integer({ min: 0, max: 4_000_000_000_000 });
    fc.assert(
      fc.property(times, times, fc.string(), fc.string(), (a, b, one, other) => {
        if (minuteOf(a) >= minuteOf(b)) return;
        expect(signalKey({ at: a, fingerprint: one }) < signalKey({ at: b, fingerprint: other })).toBe(true);
      }),
    );
  });
});

describe('the name of a signal', () => {
  it('holds no control characters, which would reach a terminal, and has an end', () => {
    expect(signalName('a\u001b[31m\nb')).toBe('a [31m b');
    expect(signalName('x'.repeat(1_000))).toHaveLength(200);
  });
});
