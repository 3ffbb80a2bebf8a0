/** The numbers of a play, each from what anybody could have read: history, ledger, DNS, HTTP answers, Route 53's own count. */
import { activeName } from '../../adapters/aws/published.ts';
import { parseFence } from '../../core/plan/fence.ts';
import { fenceName, type NamedPair, namesInZone } from '../../core/topology/pair.ts';
import type { Stage } from '../../lab/stage.ts';
import { transitionsIn } from './reading.ts';
import type { Seen } from './watching.ts';

export interface Figures {
  outcome: string;
  from: string;
  to: string;
  epoch: number;
  secondsToDetect: number | null;
  secondsToDecide: number | null;
  secondsToWithdraw: number | null;
  secondsToRestore: number | null;
  requests: { sent: number; failed: number; failedAfterRestore: number; failedInTail: number };
  route53: { calls: number; changeCalls: number; changeTokens: number };
  stateTransitions: number;
  activeFaces: { ssm: string | null; dnsTxt: string | null; configMap: string | null; weights: string | null };
}

export async function figuresOf(
  stage: Stage,
  pair: NamedPair,
  seen: Seen,
  faultAt: number,
  from: string,
  owner: ReadonlyMap<string, string>,
): Promise<Figures> {
  const since = (at: number | undefined) => (at === undefined ? null : Math.round((at - faultAt) / 100) / 10);
  const record = await recordOf(stage, seen);
  const epoch = Number(record.epoch ?? 0);
  const claim = (await stage.ledgerEvents(pair.name, epoch)).find(({ key }) => key === 'claim');
  const open = seen.answers.find(({ state, payload }) => state === 'Judge' && payload.verdict === 'Move');
  const customers = await stage.customers(faultAt);
  const calm = settledAt(pair, seen.lastOldAnswerAt ?? faultAt);
  return {
    outcome: String(record.outcome ?? 'none'),
    from: String(record.from ?? from),
    to: String(record.to ?? ''),
    epoch,
    secondsToDetect: since(open?.at),
    secondsToDecide: since(claim?.at),
    secondsToWithdraw: since(seen.lastOldAnswerAt),
    secondsToRestore: since(customers.restoredAt),
    requests: {
      sent: customers.sent,
      failed: customers.failed,
      failedAfterRestore: customers.failedSince[nearest(faultAt, calm)] ?? 0,
      failedInTail: customers.failedInTail,
    },
    route53: await stage.route53(),
    stateTransitions: seen.execution === undefined ? 0 : transitionsIn(await stage.history(seen.execution)),
    activeFaces: await facesOf(stage, pair, owner),
  };
}

/** What the execution gave at its end; empty while there is no end. */
export async function recordOf(stage: Stage, { execution }: Seen): Promise<Readonly<Record<string, unknown>>> {
  if (execution === undefined) return {};
  const { output, cause } = await stage.describe(execution);
  return JSON.parse(output ?? cause ?? '{}') as Record<string, unknown>;
}

/** One TTL after the last server gave its last old answer no resolver that keeps to the rules has it any more. */
export function settledAt(pair: NamedPair, lastOldAnswerAt: number): number {
  return lastOldAnswerAt + pair.timing.dnsTtlSecondsMax * 1000;
}

function nearest(faultAt: number, at: number): number {
  return faultAt + Math.ceil((at - faultAt) / 1000) * 1000;
}

export async function facesOf(
  stage: Stage,
  pair: NamedPair,
  owner: ReadonlyMap<string, string>,
): Promise<Figures['activeFaces']> {
  const fences = new Set<string>();
  const standing = new Set<string>();
  for (const zone of pair.zones) {
    for (const server of stage.nameServers) {
      const [text = ''] = await stage.dns(server, fenceName(pair.name, zone), 'TXT');
      const fence = parseFence(text.replace(/^"|"$/g, ''));
      fences.add(typeof fence === 'string' ? fence : fence.active);
      for (const { name } of namesInZone(pair, zone))
        for (const address of await stage.dns(server, name, 'A')) standing.add(owner.get(address) ?? address);
    }
  }
  const configMaps = Object.entries(await stage.configMaps()).sort(([, a], [, b]) => Number(b.epoch) - Number(a.epoch));
  const active = configMaps.filter(([, data]) => data.role === 'active' && data.epoch === configMaps[0]?.[1].epoch);
  return {
    ssm: (await stage.parameter(activeName(pair.name))) ?? null,
    dnsTxt: only([...fences]),
    configMap: only(active.map(([name]) => name)),
    weights: only([...standing]),
  };
}

function only(values: readonly string[]): string | null {
  return values.length === 1 ? (values[0] ?? null) : null;
}
