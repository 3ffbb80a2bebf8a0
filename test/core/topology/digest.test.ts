import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, fnv1a64 } from '../../../core/topology/digest.ts';
import { parseTopology, topologyDigest } from '../../../core/topology/index.ts';
import { example } from './example.ts';

function digestOf(value: unknown): string {
  const { topology } = parseTopology(value);
  return topology === undefined ? 'no topology' : topologyDigest(topology);
}

describe('topologyDigest', () => {
  it('is 16 hex digits', () => {
    expect(digestOf(example())).toMatch(/^[0-9a-f]{16}$/);
  });

  it('does not change when keys are written in another order or a default is spelled out', () => {
    const other = example();
    other.pairs.shop = Object.fromEntries(Object.entries(other.pairs.shop).reverse());
    other.pairs.shop.timing = { confirmSeconds: 60 };
    expect(digestOf(other)).toBe(digestOf(example()));
  });

  it('changes with the order of the zones, because the first is the anchor', () => {
    const other = example();
    other.pairs.shop.zones.reverse();
    expect(digestOf(other)).not.toBe(digestOf(example()));
  });

  it('changes with a single setting', () => {
    const other = example();
    other.pairs.shop.timing = { confirmSeconds: 61 };
    expect(digestOf(other)).not.toBe(digestOf(example()));
  });
});

describe('fnv1a64', () => {
  // Vectors published by the authors of FNV with their reference code.
  it.each([
    ['', 'cbf29ce484222325'],
    ['a', 'af63dc4c8601ec8c'],
    ['foobar', '85944171f73967e8'],
  ])('of %j is %s', (text, digest) => {
    expect(fnv1a64(text)).toBe(digest);
  });

  it('agrees with the same sum done in BigInt, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const bytes = new TextEncoder().encode(text);
        const slow = bytes.reduce(
          (sum, byte) => BigInt.asUintN(64, (sum ^ BigInt(byte)) * 0x100000001b3n),
          0xcbf29ce484222325n,
        );
        expect(fnv1a64(text)).toBe(slow.toString(16).padStart(16, '0'));
      }),
    );
  });
});

describe('canonicalJson', () => {
  it('reads back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
