/**
 * The watch, once a minute: who died holding the pair, what is owed, is the published copy right, was a move cut off? It
 * looks at states, not at events, so a lost event costs about a minute.
 */
import * as z from 'zod/mini';
import { emptyLedger, type Ledger, pausedAt } from '../core/ledger/ledger.ts';
import { change } from '../core/ledger/store.ts';
import { reaped } from '../core/ledger/transitions.ts';
import { type NamedPair, pairOf } from '../core/topology/pair.ts';
import type { DebtWorld } from './debts/payments.ts';
import { payDebts } from './pay-debts.ts';
import { publish } from './publish.ts';
import { runName } from './run-name.ts';
import type { World } from './world.ts';

export type WatchWorld = DebtWorld & Pick<World, 'executions'>;

/** The schedule sends whatever it likes. */
export const WatchInput = z.unknown();

export interface Watched {
  pair: string;
  did: string[];
}

export async function watch(_input: unknown, world: WatchWorld): Promise<Watched[]> {
  const pairs = Object.keys(world.topology.pairs).sort();
  return Promise.all(pairs.map((name) => watchPair(pairOf(world.topology, name), world)));
}

async function watchPair(pair: NamedPair, world: WatchWorld): Promise<Watched> {
  const did: string[] = [];
  const before = await world.ledger.read(pair.name);
  if (before === undefined)
    return { pair: pair.name, did: ['not activated yet: `throwover accept --active <cluster>`'] };
  if (before.holder !== undefined) did.push(...(await reap(before, world)));
  const { paid } = await payDebts({ pair: pair.name }, world);
  did.push(...paid.map((debt) => `paid: ${debt}`));
  const ledger = (await world.ledger.read(pair.name)) ?? before;
  if (ledger.holder === undefined && ledger.active !== undefined && (await publishedWas(pair.name, ledger, world)))
    did.push('the published copy was wrong and is right again');
  did.push(...(await startRepair(pair, ledger, world)));
  return { pair: pair.name, did };
}

async function reap(ledger: Ledger, world: WatchWorld): Promise<string[]> {
  const { holder } = ledger;
  if (holder === undefined || !holder.id.startsWith('sfn:')) return [];
  const status = await world.executions.status(holder.id.slice('sfn:'.length));
  const seen = status === 'RUNNING' ? 'running' : status === 'ABORTED' ? 'stopped by a person' : 'ended';
  const asSeen = ledger.rev;
  const written = await change(
    world.ledger,
    emptyLedger(ledger.pair),
    (now) => reaped(now, seen, asSeen),
    (now) => now.rev === asSeen + 1 && (now.holder === undefined || now.holder.nonce === holder.nonce),
  );
  return written.kind === 'written' && written.ledger.holder === undefined
    ? [`reaped ${holder.id} (${status ?? 'unknown to Step Functions'})`]
    : [];
}

async function publishedWas(pair: string, ledger: Ledger, world: WatchWorld): Promise<boolean> {
  const before = await world.published.read(pair);
  await publish(pair, ledger, world);
  const after = await world.published.read(pair);
  return before.active !== after.active || before.state !== after.state;
}

/** A move that was claimed and neither committed nor given up: a new run reads the zones and brings it to an end. */
async function startRepair(pair: NamedPair, ledger: Ledger, world: WatchWorld): Promise<string[]> {
  if (ledger.interrupted === undefined || ledger.holder !== undefined) return [];
  if (ledger.awaitsPerson !== undefined) return [`repair waits for a person: ${ledger.awaitsPerson}`];
  if (pair.mode !== 'auto') return [`repair is due; mode is ${pair.mode}: \`throwover repair --pair ${pair.name}\``];
  const pause = pausedAt(ledger, world.clock.now());
  if (pause !== undefined) return [`repair is due; paused by ${pause.by}: ${pause.reason}`];
  const name = runName(pair.name, ledger.epoch, world.clock.now(), 'repair');
  const signal = { source: 'watch', name: 'interrupted move', at: world.clock.now() };
  const answer = await world.executions.start('switch', name, {
    pair: pair.name,
    mode: 'repair',
    reason: `the move at epoch ${ledger.epoch} was cut off`,
    signal,
  });
  return answer === 'started' ? [`started ${name}`] : [];
}
