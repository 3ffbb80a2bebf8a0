import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { functions } from '../../functions/list.ts';
import project from '../../package.json' with { type: 'json' };
import lock from '../../package-lock.json' with { type: 'json' };
import { bundle } from '../../scripts/build/bundles.ts';
import { ALLOWED, nameOf, packagesIn } from '../../scripts/build/packages.ts';
import { root } from '../tree/sources.ts';

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
}

const locked = lock.packages as Record<string, Locked>;
const out = mkdtempSync(join(tmpdir(), 'throwover-packages-'));
const { metafile } = await bundle(root, out, functions);
rmSync(out, { recursive: true });
const bundled = packagesIn(metafile);

describe('what goes into the functions', () => {
  it('comes from packages that somebody has looked at, and from no others', () => {
    expect(bundled.length).toBeGreaterThan(20);
    expect([...new Set(bundled.map(nameOf))].filter((name) => ALLOWED[name] === undefined)).toEqual([]);
    expect(Object.keys(ALLOWED).filter((name) => !bundled.map(nameOf).includes(name))).toEqual([]);
  });

  it('stands in the lock file, under the licence that was looked at, which asks for no source', () => {
    const found = bundled.map((folder) => [nameOf(folder), locked[folder]?.license]);
    expect(found).toEqual(bundled.map((folder) => [nameOf(folder), ALLOWED[nameOf(folder)]]));
    expect([...new Set(Object.values(ALLOWED))].sort()).toEqual(['Apache-2.0', 'MIT', 'MIT-0']);
  });

  it('is in the bill of materials, with its version', () => {
    const { stdout } = spawnSync('npm', project.scripts.sbom.split(' ').slice(1), {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
    });
    const { components } = JSON.parse(stdout) as { components: { name: string; version: string; group?: string }[] };
    const named = components.map(({ name, version }) => `${name}@${version}`);
    const wanted = bundled.map((folder) => `${nameOf(folder)}@${locked[folder]?.version}`);
    expect(wanted.filter((one) => !named.includes(one))).toEqual([]);
  }, 120_000);
});

describe('scripts of packages', () => {
  it('run for nobody: every package that has one is named, and forbidden', () => {
    const having = Object.entries(locked).filter(([, { hasInstallScript }]) => hasInstallScript);
    const names = [...new Set(having.map(([folder]) => nameOf(folder)))];
    // fsevents is for macOS only, and brings its own build
    const allowed = project.allowScripts as Record<string, boolean>;
    expect(names.filter((name) => name !== 'fsevents' && allowed[name] !== false)).toEqual([]);
  });
});

describe('CI', () => {
  it('installs by the lock file only, and writes the bill of materials', () => {
    const text = readFileSync(join(root, '.ci/run'), 'utf8');
    expect(text).toContain('npm ci');
    expect(text).not.toMatch(/npm (i|install)\b/);
    expect(text).toContain('npm run --silent sbom');
  });
});
