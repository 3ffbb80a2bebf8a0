import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const folder = `${import.meta.dirname}/../../workflow`;
const files = readdirSync(folder).map((name) => ({ name, text: readFileSync(`${folder}/${name}`, 'utf8') }));

describe('the interpreter', () => {
  it('imports nothing but itself, JSONata and a hash', () => {
    const imported = files.flatMap(({ text }) => [...text.matchAll(/from '([^']+)'/g)].map(([, from = '']) => from));
    const foreign = new Set(imported.filter((from) => !/^\.\/[a-z-]+\.ts$/.test(from)));
    expect([...foreign].sort()).toEqual(['jsonata', 'node:crypto']);
  });

  it('takes time, chance and identities from outside', () => {
    const own =
      /Date\.now|new Date\(\)|setTimeout|setInterval|setImmediate|Math\.random|random(UUID|Bytes)|AbortSignal\.timeout/;
    expect(files.filter(({ text }) => own.test(text)).map(({ name }) => name)).toEqual([]);
  });
});
