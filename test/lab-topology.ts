import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { parseTopology, type Topology } from '../core/topology/index.ts';

/** The repository's own throwover.yaml, checked. */
export function labTopology(): Topology {
  const { topology, problems } = parseTopology(
    parse(readFileSync(new URL('../throwover.yaml', import.meta.url), 'utf8')),
  );
  if (topology === undefined) throw new Error(JSON.stringify(problems));
  return topology;
}
