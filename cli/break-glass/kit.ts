/**
 * The kit: everything about one pair that nobody can be asked for in the outage. One markdown file, for people from top to
 * bottom and for `break-glass move --kit` in its last block.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod/mini';
import { topologyDigest } from '../../core/topology/digest.ts';
import { fenceName, type NamedPair, otherCluster, titleOf } from '../../core/topology/pair.ts';
import type { Topology } from '../../core/topology/schema.ts';
import { Refused, type Surroundings } from '../verb.ts';

export const KIT_FILE = 'throwover-kit.md';

export const Kit = z.strictObject({
  v: z.literal(1),
  pair: z.string(),
  /** ARN of the switch: partition, Region, account and stage stand in it. */
  machine: z.string(),
  table: z.string(),
  /** `by=` of the fences. */
  ledger: z.string(),
  /** Of throwover.yaml: another file may mean another pair. */
  topology: z.string(),
  /** In their order: the first is the anchor. */
  zones: z.array(z.strictObject({ zone: z.string(), id: z.string(), private: z.boolean(), fence: z.string() })),
  clusters: z.record(
    z.string(),
    z.strictObject({ eksName: z.string(), region: z.string(), balancer: z.string(), setIdentifier: z.string() }),
  ),
  parameter: z.string(),
});
export type Kit = z.output<typeof Kit>;

export function kitOf(topology: Topology, pair: NamedPair, { machine, by }: { machine: string; by: string }): Kit {
  return {
    v: 1,
    pair: pair.name,
    machine,
    table: /:(throwover-.+)-switch$/.exec(machine)?.[1] ?? '',
    ledger: by,
    topology: topologyDigest(topology),
    zones: pair.zones.map((zone) => ({
      zone: titleOf(zone),
      id: zone.id,
      private: zone.private,
      fence: fenceName(pair.name, zone),
    })),
    clusters: Object.fromEntries(
      Object.entries(pair.clusters).map(([name, { eksName, region, loadBalancer, setIdentifier }]) => [
        name,
        { eksName, region, balancer: loadBalancer.host, setIdentifier },
      ]),
    ),
    parameter: `/throwover/${pair.name}/active-cluster`,
  };
}

export function kitText(kit: Kit, pair: NamedPair): string {
  const region = kit.machine.split(':')[3] ?? '';
  const moves = Object.keys(kit.clusters).map(
    (to) =>
      `# ${otherCluster(pair, to)} is gone\nnpx throwover break-glass move --pair ${kit.pair} --to ${to} --reason "…" --kit ${KIT_FILE}`,
  );
  const reads = [
    ...kit.zones.map(
      ({ id, fence }) =>
        `aws route53 list-resource-record-sets --hosted-zone-id ${id} --start-record-name ${fence} --start-record-type TXT --max-items 1`,
    ),
    ...kit.zones.map(({ id }) => `aws route53 list-resource-record-sets --hosted-zone-id ${id}`),
    `aws ssm get-parameter --region ${region} --name ${kit.parameter}`,
    `aws dynamodb get-item --region ${region} --table-name ${kit.table} --consistent-read --key '{"pk":{"S":"pair#${kit.pair}"},"sk":{"S":"ledger"}}'`,
    `aws stepfunctions list-executions --region ${region} --state-machine-arn ${kit.machine} --status-filter RUNNING`,
    ...Object.values(kit.clusters).map(
      (cluster) => `aws eks update-kubeconfig --region ${cluster.region} --name ${cluster.eksName}`,
    ),
  ];
  return [
    `# Break-glass kit of ${kit.pair}`,
    '',
    'For when Step Functions, Lambda or DynamoDB do not answer. Keep it where AWS is not needed to read it, beside this',
    'repository and its throwover.yaml; `npx throwover kit verify` says when it is out of date.',
    '',
    '## Move',
    '',
    '```bash',
    ...moves,
    '```',
    '',
    '## Look',
    '',
    '```bash',
    ...reads,
    '```',
    '',
    '## What stands where',
    '',
    '```json',
    JSON.stringify(kit, undefined, 2),
    '```',
    '',
  ].join('\n');
}

/** Throws `Refused` for a file that is none. */
export function readKit(file: string, { folder }: Pick<Surroundings, 'folder'>): Kit {
  const path = resolve(folder, file);
  if (!existsSync(path)) throw new Refused(`there is no ${file}; \`throwover kit\` writes it while everything is up.`);
  const [, block = ''] = /\n```json\n([\s\S]*?)\n```/.exec(readFileSync(path, 'utf8')) ?? [];
  try {
    return z.parse(Kit, JSON.parse(block));
  } catch (cause) {
    throw new Refused(`${file} is no kit: its last block cannot be read. \`throwover kit\` writes it anew.`, { cause });
  }
}

/** ARN of the switch by the kit: the one that was named, else the one in the working folder. Undefined: there is none. */
export function machineOf(
  file: string | undefined,
  pair: NamedPair,
  surroundings: Pick<Surroundings, 'folder'>,
): string | undefined {
  if (file === undefined && !existsSync(resolve(surroundings.folder, KIT_FILE))) return undefined;
  const kit = readKit(file ?? KIT_FILE, surroundings);
  if (kit.pair === pair.name) return kit.machine;
  if (file === undefined) return undefined;
  throw new Refused(`${file} is the kit of ${kit.pair}, not of ${pair.name}.`);
}
