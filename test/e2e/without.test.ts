/**
 * The demo on sockets, with packaged functions that lack one protection of a move each: it says so, and exits 1.
 * With all of them it exits 0: test/e2e/demo.test.ts.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activeDies } from '../../cli/demo/active-dies.ts';
import { openLabStage } from '../../cli/demo/open-stage.ts';
import { builtFunctions } from '../../cli/lab/built-functions.ts';
import { outputTo } from '../../cli/output.ts';
import { bundling } from '../../scripts/build/bundles.ts';
import { leanSdk } from '../../scripts/build/lean-sdk.ts';
import { unmetOn } from '../cli/demo/unmet.ts';
import { labTopology } from '../lab-topology.ts';
import { root } from '../tree/sources.ts';
import { without } from '../without.ts';

let folder: string;
let dist: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'throwover-without-'));
  const nobody = { write: () => true };
  dist = await builtFunctions({ output: outputTo(nobody, nobody, {}) });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Handlers get the test's `entry` in the place of ours; everything else in the bundle is as it is deployed. */
const otherEntry: Plugin = {
  name: 'other-entry',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\.\/entry\.ts$/ }, ({ importer }) =>
      dirname(importer) === join(root, 'functions/handlers')
        ? { path: join(root, 'test/e2e/entry-without.ts') }
        : undefined,
    ),
};

/** The functions as they are built, but for those that lack the protection. */
async function packagedWithout(protection: string): Promise<string> {
  const out = join(folder, protection.replaceAll(' ', '-'));
  cpSync(dist, out, { recursive: true });
  await build({
    ...bundling,
    absWorkingDir: root,
    entryPoints: Object.keys(without[protection]?.functions ?? {}).map((key) => ({
      in: `functions/handlers/${key}.ts`,
      out: `${key}/index`,
    })),
    outdir: out,
    plugins: [otherEntry, leanSdk(root)],
    define: { ...bundling.define, WITHOUT: JSON.stringify(protection) },
  });
  return out;
}

async function unmet(functions: string): Promise<string> {
  const topology = labTopology();
  const stage = await openLabStage({ topology, seed: 1, active: 'blue' }, functions);
  return (await unmetOn(stage, activeDies, topology)).join('\n');
}

describe('a demo on sockets without one of its protections fails, and exits 1', () => {
  it.each(Object.keys(without))(
    '%s',
    async (protection) => {
      expect(await unmet(await packagedWithout(protection))).toContain(without[protection]?.unmet);
    },
    180_000,
  );
});
