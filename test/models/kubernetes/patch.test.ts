import { describe, expect, it } from 'vitest';
import { jsonPatch, mergePatch, strategicMergePatch } from '../../../models/kubernetes/patch.ts';

// The examples of RFC 7386, appendix A.
describe('a merge patch', () => {
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('turns %j with %j into %j', (target, patch, result) => {
    const before = JSON.stringify(target);
    expect(mergePatch(target, patch)).toEqual(result);
    expect(JSON.stringify(target)).toBe(before);
  });
});

describe('a strategic merge patch', () => {
  it('merges named things by name, and replaces other lists', () => {
    const target = { containers: [{ name: 'a', image: 'x' }, { name: 'b' }], args: ['1', '2'] };
    const patch = { containers: [{ name: 'a', image: 'y' }, { name: 'c' }], args: ['3'] };
    expect(strategicMergePatch(target, patch)).toEqual({
      containers: [{ name: 'a', image: 'y' }, { name: 'b' }, { name: 'c' }],
      args: ['3'],
    });
  });

  it('refuses directives instead of storing them', () => {
    expect(() => strategicMergePatch({}, { $patch: 'replace' })).toThrow('$patch');
  });
});

describe('a JSON patch', () => {
  const target = { a: { 'x/y': 1 }, list: ['p', 'q'] };

  it('adds, removes, replaces and tests, and leaves the target as it was', () => {
    const patch = [
      { op: 'test', path: '/a/x~1y', value: 1 },
      { op: 'replace', path: '/a/x~1y', value: 2 },
      { op: 'add', path: '/a/z', value: 3 },
      { op: 'add', path: '/list/1', value: 'between' },
      { op: 'add', path: '/list/-', value: 'last' },
      { op: 'remove', path: '/list/0' },
    ];
    expect(jsonPatch(target, patch)).toEqual({ a: { 'x/y': 2, z: 3 }, list: ['between', 'q', 'last'] });
    expect(target).toEqual({ a: { 'x/y': 1 }, list: ['p', 'q'] });
  });

  it.each([
    [{ op: 'remove', path: '/nothing' }],
    [{ op: 'remove', path: '/list/2' }],
    [{ op: 'replace', path: '/a/b', value: 1 }],
    [{ op: 'add', path: '/b/c', value: 1 }],
    [{ op: 'test', path: '/list/0', value: 'q' }],
    [{ op: 'move', path: '/a', from: '/list' }],
    [{ op: 'add' }],
  ])('refuses %j', (operation) => {
    expect(() => jsonPatch(target, [operation])).toThrow();
  });
});

describe('what kubectl apply sends', () => {
  it('merges by name and keeps the order', () => {
    const before = {
      variables: [
        { name: 'a', expression: '1' },
        { name: 'b', expression: '2' },
      ],
    };
    const patch = {
      '$setElementOrder/variables': [{ name: 'a' }, { name: 'b' }],
      variables: [{ name: 'b', expression: '3' }],
    };
    expect(strategicMergePatch(before, patch)).toEqual({
      variables: [
        { name: 'a', expression: '1' },
        { name: 'b', expression: '3' },
      ],
    });
  });
});
