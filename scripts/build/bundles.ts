/** The bundles: one CommonJS file a function, for Lambda's Node (facts/stack.md, section 3). */
import { relative } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import type { FunctionOnList } from '../../functions/list.ts';
import { leanSdk } from './lean-sdk.ts';

/** How code becomes a file for Lambda; a bench measures its yardstick with the same options. */
export const bundling: BuildOptions & { metafile: true } = {
  bundle: true,
  minify: true,
  format: 'cjs',
  platform: 'node',
  target: 'node24',
  // the SDK's ES modules: its CommonJS files are twice as large, because nothing can be left out of them
  mainFields: ['module', 'main'],
  legalComments: 'none',
  // a bundle finds the topology in its own folder
  define: { 'import.meta.dirname': '__dirname' },
  outExtension: { '.js': '.cjs' },
  metafile: true,
  logLevel: 'warning',
};

export interface Bundled {
  /** The text of each file by its path in `out`. */
  readonly files: Map<string, string>;
  /** What went into each, by path from the root. */
  readonly metafile: Metafile;
}

export async function bundle(root: string, out: string, functions: readonly FunctionOnList[]): Promise<Bundled> {
  const entryPoints = functions.map(({ key, entry }) => ({ in: entry, out: `${key}/index` }));
  const { metafile, outputFiles } = await build({
    ...bundling,
    absWorkingDir: root,
    entryPoints,
    outdir: out,
    write: false,
    plugins: [leanSdk(root)],
  });
  return { files: new Map(outputFiles.map(({ path, text }) => [relative(out, path), text])), metafile };
}
