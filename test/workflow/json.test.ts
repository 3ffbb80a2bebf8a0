import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copied } from '../../workflow/json.ts';

describe('a copy between two processes', () => {
  it('is what the JSON text of it would say, whatever the value', () => {
    const anything = fc.anything({
      withDate: true,
      withNullPrototype: true,
      withSparseArray: true,
      withBoxedValues: true,
    });
    fc.assert(
      fc.property(anything, (value) => {
        const text = JSON.stringify(value);
        expect(copied(value)).toEqual(text === undefined ? null : JSON.parse(text));
      }),
    );
  });

  it('leaves out what is undefined, and has no minus zero', () => {
    expect(Object.keys(copied({ a: undefined, b: 1 }) as object)).toEqual(['b']);
    expect(Object.is(copied(-0), 0)).toBe(true);
    expect(copied(undefined)).toBeNull();
    expect(copied([undefined, Number.NaN])).toEqual([null, null]);
  });

  it('lets things say for themselves what they are', () => {
    expect(copied({ at: new Date(0), kept: { toJSON: () => 'said' } })).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      kept: 'said',
    });
  });

  it('keeps a key that an assignment would take for something else', () => {
    const value: unknown = JSON.parse('{"__proto__": {"a": 1}, "b": 2}');
    expect(JSON.stringify(copied(value))).toBe('{"__proto__":{"a":1},"b":2}');
  });

  it('shares nothing with the original', () => {
    const inner = { list: [{ deep: 1 }] };
    const copy = copied(inner) as typeof inner;
    (copy.list[0] as { deep: number }).deep = 2;
    expect(inner.list[0]?.deep).toBe(1);
  });
});
