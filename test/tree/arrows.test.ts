import { describe, expect, it } from 'vitest';
import { type Import, importsOf, rooms, sourcesIn } from './sources.ts';

const zod = /^zod\/(mini|v4\/locales\/en\.js)$/;

/**
 * What a room may import; the longest matching folder decides. Arrows point inward, and what checks the code (models,
 * workflow, lab) shares no decision with it.
 */
const arrows: Readonly<Record<string, readonly RegExp[]>> = {
  core: [/^core\//, zod],
  workflow: [/^workflow\//, /^jsonata$/, /^node:crypto$/],
  models: [/^models\//, /^workflow\//, /^node:(crypto|net|zlib)$/],
  adapters: [/^adapters\/(?!memory\/)/, /^core\//, zod, /^@aws-sdk\//, /^@smithy\//, /^node:/, /^kubernetes-types\//],
  'adapters/memory': [/^adapters\//, /^core\//, /^models\//, /^workflow\//, /^node:/],
  functions: [
    /^functions\//,
    /^adapters\/(?!memory\/)/,
    /^core\//,
    /^events\//,
    zod,
    /^@middy\//,
    /^@aws-lambda-powertools\//,
    /^aws-lambda$/,
    /^node:/,
  ],
  events: [/^events\//, /^core\//, zod],
  // The lab is the world outside: it reads the topology to build it, and decides nothing.
  lab: [
    /^lab\//,
    /^models\//,
    /^workflow\//,
    /^functions\/list\.ts$/,
    // its own clock is the machine's, made faster or slower
    /^adapters\/clock\/running\.ts$/,
    /^core\/topology\//,
    /^dns2$/,
    /^selfsigned$/,
    /^yaml$/,
    /^node:/,
  ],
  // The same world in one process calls our functions itself, where behind sockets their bundles run.
  'lab/in-memory': [/^lab\//, /^models\//, /^workflow\//, /^functions\//, /^adapters\//, /^core\//, /^yaml$/, /^node:/],
  cli: [
    /^cli\//,
    /^adapters\//,
    /^core\//,
    /^functions\//,
    /^workflow\//,
    /^lab\//,
    /^package\.json$/,
    /^(commander|yaml)$/,
    zod,
    /^node:/,
  ],
  bin: [/^cli\/(main|lab\/started-by)\.ts$/, /^node:/],
};

function allowed({ from, target }: Import): boolean {
  const room = Object.keys(arrows)
    .filter((folder) => from.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0];
  return (arrows[room ?? ''] ?? []).some((pattern) => pattern.test(target));
}

const imports = sourcesIn(...rooms).flatMap(importsOf);
const line = ({ from, specifier }: Import) => `${from} imports ${specifier}`;

describe('imports', () => {
  it('are found', () => {
    expect(imports.length).toBeGreaterThan(20);
  });

  it('point inward', () => {
    expect(imports.filter((one) => !allowed(one)).map(line)).toEqual([]);
  });

  it.each([
    ['core/x.ts', 'adapters/aws/route53.ts'],
    ['core/x.ts', 'models/clock.ts'],
    ['core/x.ts', 'node:crypto'],
    ['models/x.ts', 'core/topology/index.ts'],
    ['models/x.ts', 'adapters/clock/clock.ts'],
    ['models/x.ts', 'node:http'],
    ['workflow/x.ts', 'models/clock.ts'],
    ['adapters/aws/x.ts', 'models/clock.ts'],
    ['adapters/aws/x.ts', 'adapters/memory/route53.ts'],
    ['functions/x.ts', 'adapters/memory/route53.ts'],
    ['lab/x.ts', 'cli/main.ts'],
    ['lab/x.ts', 'core/gates/index.ts'],
    ['cli/x.ts', 'models/clock.ts'],
  ])('from %s to %s would be found', (from, target) => {
    expect(allowed({ from, target, specifier: target, statement: '' })).toBe(false);
  });

  it('of our files end in .ts, because Node runs them as they are', () => {
    const all = [...imports, ...sourcesIn('scripts', 'test').flatMap(importsOf)];
    const ours = all.filter(({ specifier }) => specifier.startsWith('.'));
    expect(ours.filter(({ specifier }) => !/\.(ts|json)$/.test(specifier)).map(line)).toEqual([]);
  });

  it('of zod take the namespace of zod/mini: any other form bundles up to thirty times as much', () => {
    const forZod = [...imports, ...sourcesIn('scripts').flatMap(importsOf)].filter(({ specifier }) =>
      /^zod\b/.test(specifier),
    );
    const forms = [/^import (type )?\* as z from 'zod\/mini'$/, /^import en from 'zod\/v4\/locales\/en\.js'$/];
    expect(forZod.length).toBeGreaterThan(0);
    expect(forZod.filter(({ statement }) => !forms.some((form) => form.test(statement))).map(line)).toEqual([]);
  });

  it('of a model take nothing of node:net but the reading of addresses: a model has no sockets', () => {
    const net = imports.filter(({ from, specifier }) => from.startsWith('models/') && specifier === 'node:net');
    expect(
      net.filter(({ statement }) => !/^import \{ isIP(v4|v6)?(, isIP(v4|v6)?)* \} from/.test(statement)).map(line),
    ).toEqual([]);
  });
});
