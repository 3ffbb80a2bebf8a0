/** throwover.yaml as a person wrote it: where it is, what it says, and in which line it says so. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { type Parsed, parseTopology, type Topology } from '../core/topology/index.ts';
import { counted } from './output.ts';
import { Refused, type Surroundings } from './verb.ts';

export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface TopologyFile {
  /** As it was named, for messages. */
  readonly path: string;
  readonly parsed: Parsed;
  /** The place of a setting; of the nearest one around it when it is not there. */
  placeOf(at: readonly (string | number)[]): Place;
}

/** `--file` (or the argument), else THROWOVER_FILE, else throwover.yaml in the working folder. */
export function topologyPath(file: string | undefined, { env }: Pick<Surroundings, 'env'>): string {
  return file ?? (env.THROWOVER_FILE || 'throwover.yaml');
}

/** The checked topology for verbs that need one. Throws `Refused`. */
export function readTopology(file: string | undefined, surroundings: Surroundings): Topology {
  const { path, parsed } = readTopologyFile(file, surroundings);
  if (parsed.topology !== undefined) return parsed.topology;
  throw new Refused(`${path} has ${counted(parsed.problems.length, 'problem')}; "throwover check ${path}" shows them.`);
}

/** The file with what it says, right or wrong. Throws `Refused` when it cannot be read as YAML at all. */
export function readTopologyFile(file: string | undefined, surroundings: Surroundings): TopologyFile {
  const path = topologyPath(file, surroundings);
  const lines = new LineCounter();
  const document = parseDocument(textOf(path, surroundings.folder), { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new Refused(`${path}:${line}:${col} is not YAML: ${error.message}`);
  }
  if (document.contents === null) {
    throw new Refused(`${path} is empty; docs/reference/topology.md says what belongs in it.`);
  }
  return {
    path,
    parsed: parseTopology(dataIn(document, path)),
    placeOf: (at) => {
      const { line, col } = lines.linePos(offsetOf(document.contents, at));
      return { line, column: col };
    },
  };
}

function textOf(path: string, folder: string): string {
  try {
    return readFileSync(resolve(folder, path), 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      throw new Refused(`there is no ${path}; name the topology with --file or THROWOVER_FILE, or go to its folder.`);
    }
    throw new Refused(`${path} cannot be read${code === 'EISDIR' ? ': it is a folder' : code ? ` (${code})` : ''}.`, {
      cause,
    });
  }
}

/** Aliases that unfold to more than the library allows throw here. */
function dataIn(document: ReturnType<typeof parseDocument>, path: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new Refused(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function offsetOf(root: Node | null, at: readonly (string | number)[]): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const key of at) {
    if (isMap(node)) {
      const item = node.items.find(
        (candidate) => isScalar(candidate.key) && String(candidate.key.value) === String(key),
      );
      if (item === undefined) break;
      offset = (item.key as Node).range?.[0] ?? offset;
      node = item.value;
    } else if (isSeq(node) && typeof key === 'number' && node.items[key] !== undefined) {
      node = node.items[key];
      offset = (node as Node).range?.[0] ?? offset;
    } else break;
  }
  return offset;
}
