import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export interface Source {
  /** From the root of the repository, with /. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  readonly from: string;
  /** What stands after `from`: a package, or a path as written. */
  readonly specifier: string;
  /** The file for one of ours (`core/topology/index.ts`), the specifier for a package. */
  readonly target: string;
  readonly statement: string;
}

export const root = new URL('../../', import.meta.url).pathname;

/** Rooms with code that runs for users; scripts/ and test/ are held to less. */
export const rooms = ['core', 'adapters', 'models', 'functions', 'workflow', 'lab', 'cli', 'events', 'bin'];

/** Every source file below these folders, in a stable order. */
export function sourcesIn(...folders: readonly string[]): Source[] {
  return folders
    .flatMap((folder) => filesIn(folder))
    .filter((path) => /\.(ts|mjs|cjs|js)$/.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** Every file below a folder, whatever it is; empty when the folder does not exist yet. */
export function filesIn(folder: string): string[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
      .sort();
  } catch {
    return [];
  }
}

/** What the file imports, statically, dynamically or for its types. */
export function importsOf({ path, text }: Source): Import[] {
  const code = withoutComments(text);
  const statements = [
    ...code.matchAll(/^\s*(?:import|export)\b[^'";]*?\bfrom\s*'([^']+)'/gm),
    ...code.matchAll(/^\s*import\s*'([^']+)'/gm),
    ...code.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g),
  ];
  return statements.map(([statement, specifier = '']) => {
    const target = specifier.startsWith('.') ? normalize(join(dirname(path), specifier)) : specifier;
    return { from: path, specifier, target, statement: statement.trim() };
  });
}

/** The code alone, so that a sentence about `Date.now` is not a use of it. Line numbers stay. */
export function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|[^:'"`\w])\/\/[^\n]*/g, '$1');
}
