/** Options that many verbs share, and how they are read. */
import type { Command } from 'commander';
import {
  clusterNames,
  type NamedPair,
  otherCluster,
  pairOf,
  ringsOf,
  type Topology,
} from '../../core/topology/index.ts';
import { readTopology } from '../topology-file.ts';
import { type Asked, Refused, type Surroundings } from '../verb.ts';

/** Which pair, which topology, and how the answer is printed. */
export function withPair(command: Command): Command {
  return command
    .option('--pair <name>', 'the pair; may be left out when there is one')
    .option('--file <file>', 'the topology (default: THROWOVER_FILE, else throwover.yaml in the working folder)')
    .option('--json', 'print one line of JSON, the last one');
}

/** For verbs that start a run and wait for its end. */
export function withWaiting(command: Command): Command {
  return command.option('--no-wait', 'start it, say how it is called, and do not wait for its end');
}

/** Throws `Refused`, `UnknownPair`. */
export function topologyAndPair(
  { options }: Asked,
  surroundings: Surroundings,
): { topology: Topology; pair: NamedPair } {
  const topology = readTopology(textOf(options.file), surroundings);
  return { topology, pair: pairOf(topology, textOf(options.pair)) };
}

export function textOf(option: unknown): string | undefined {
  return typeof option === 'string' ? option : undefined;
}

/** One of the pair's two, or a refusal that names them. */
export function clusterOption(option: unknown, name: string, pair: NamedPair): string {
  const cluster = textOf(option);
  if (cluster === undefined)
    throw new Refused(`say which cluster: ${name} ${clusterNames(pair).join(` or ${name} `)}.`);
  otherCluster(pair, cluster);
  return cluster;
}

export function ringOption(option: unknown, pair: NamedPair): number | undefined {
  const text = textOf(option);
  if (text === undefined) return undefined;
  const ring = ringsOf(pair).find((known) => String(known) === text);
  if (ring === undefined)
    throw new Refused(`there is no ring ${text} in ${pair.name}; known: ${ringsOf(pair).join(', ')}.`);
  return ring;
}

const UNIT_MILLISECONDS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90m`, `2h`, `3d` in milliseconds; undefined: it is none. */
export function durationIn(said: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(said) ?? [];
  return count === undefined ? undefined : Number(count) * (UNIT_MILLISECONDS[unit] ?? 0);
}

const REASON_LENGTH_MAX = 500;

/** Why: it stands in the ledger and in the record, for whoever asks later. */
export function reasonOption(option: unknown): string {
  const reason = textOf(option)?.trim() ?? '';
  if (reason === '') throw new Refused('say why: --reason "…". It stands in the ledger and in the record of the run.');
  if (reason.length > REASON_LENGTH_MAX)
    throw new Refused(`the reason has ${reason.length} characters, ${REASON_LENGTH_MAX} is the most.`);
  return reason;
}
