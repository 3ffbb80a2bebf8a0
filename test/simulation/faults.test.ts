import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CALLS } from './faults.ts';

/** Calls by their names, as the ports say them to the network between. */
function callsOfPorts(): string[] {
  const root = new URL('../../', import.meta.url).pathname;
  const files = ['adapters/memory/*.ts', 'lab/in-memory/*.ts'].flatMap((pattern) => globSync(pattern, { cwd: root }));
  const found = files.flatMap((file) =>
    [...readFileSync(`${root}${file}`, 'utf8').matchAll(/(?:over\(\s*network,\s*|network\.out\()'([^']+)'/g)].map(
      ([, call = '']) => call,
    ),
  );
  return [...new Set(found)].sort();
}

describe('what can go wrong', () => {
  it('can go wrong at every port: each call of ours is among those that faults are drawn for', () => {
    expect(callsOfPorts()).toEqual(Object.keys(CALLS).sort());
  });
});
