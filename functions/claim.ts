/** Claim: the pair is this run's, at a new epoch. After a lost answer the ledger is asked whose it is. */
import * as z from 'zod/mini';
import { mayNeedApproval, used } from '../core/approval.ts';
import type { Holder, Ledger } from '../core/ledger/ledger.ts';
import { emptyLedger, holderId } from '../core/ledger/ledger.ts';
import { lockedAgainst } from '../core/ledger/locks.ts';
import { scopeChanged } from '../core/ledger/scope.ts';
import { change } from '../core/ledger/store.ts';
import { claimed, type Transition } from '../core/ledger/transitions.ts';
import { readFence } from '../core/plan/fence.ts';
import { fenceName, type NamedPair, pairOf, ringsOf } from '../core/topology/pair.ts';
import { changeApproval } from './approvals.ts';
import { Run } from './run.ts';
import type { World } from './world.ts';

export const ClaimInput = z.object({
  run: Run,
  /** When the verdict was made: one that is old must be made again, whoever resumes this run. */
  judgedAt: z.number(),
  /** Epochs that the clusters' fences showed; those of the zones are read here. */
  epochsSeen: z.array(z.int()),
});

const VERDICT_AGE_SECONDS_MAX = 120;

export async function claim(
  { run, judgedAt, epochsSeen }: z.output<typeof ClaimInput>,
  world: Pick<World, 'topology' | 'digest' | 'ledger' | 'notes' | 'zones' | 'clock'>,
) {
  const pair = pairOf(world.topology, run.pair);
  const age = Math.round((world.clock.now() - judgedAt) / 1000);
  if (age > VERDICT_AGE_SECONDS_MAX) {
    return {
      claimed: false,
      because: `the verdict is ${age} s old, ${VERDICT_AGE_SECONDS_MAX} s is the most: start a new run`,
    };
  }
  const kept = await takeApproval(pair, run, world);
  if (kept !== undefined) return { claimed: false, because: kept };
  const holder: Holder = {
    id: holderId(run.execution),
    nonce: run.nonce,
    run: run.run,
    kind: run.kind,
    startedBy: run.startedBy,
    from: run.from,
    to: run.to,
    ...(run.ring === undefined ? {} : { ring: run.ring }),
    since: world.clock.now(),
  };
  const epochs = [...epochsSeen, ...(await zoneEpochs(pair, world))];
  const mine = (ledger: { holder?: Holder }) => ledger.holder?.nonce === run.nonce;
  const written = await change(
    world.ledger,
    emptyLedger(pair.name),
    (ledger) =>
      lockedMeanwhile(ledger, run, world) ??
      ringsMovedMeanwhile(ledger, run, pair) ??
      claimed(ledger, holder, epochs, world.digest),
    mine,
  );
  if (written.kind === 'no' && !mine(written.ledger)) return { claimed: false, because: written.because };
  const { epoch, active = run.from } = written.ledger;
  await world.ledger.note(pair.name, {
    epoch,
    key: 'claim',
    at: world.clock.now(),
    what: `${run.kind} from ${run.from} to ${run.to} claimed`,
    facts: { run: run.run, reason: run.reason, by: holder.id },
  });
  return { claimed: true, epoch, active, because: `epoch ${epoch}` };
}

/** A pipeline may have locked a cluster since the gates were judged; the same write that takes the pair finds that out. */
function lockedMeanwhile(ledger: Ledger, run: Run, { clock }: Pick<World, 'clock'>): Transition | undefined {
  const answeredFor = run.startedBy === 'person' && run.override.includes('NoChangeUnderWay');
  const because = answeredFor ? undefined : lockedAgainst(ledger, run.kind, clock.now());
  return because === undefined ? undefined : { kind: 'no', because };
}

/** Where repair goes is found after the fence. */
function ringsMovedMeanwhile(ledger: Ledger, run: Run, pair: NamedPair): Transition | undefined {
  return run.kind === 'repair' ? undefined : scopeChanged(run, ringsOf(pair), ledger);
}

/**
 * An approval releases one claim: it is marked as used before the pair is taken. Why it releases none; undefined: it does, or
 * the run was not asked for one.
 */
async function takeApproval(pair: NamedPair, run: Run, world: Pick<World, 'notes'>): Promise<string | undefined> {
  if (!mayNeedApproval(pair, run.kind)) return undefined;
  const taken = await changeApproval(pair.name, run.run, (approval) => used(approval, run.nonce), world);
  if (taken !== undefined) return taken.kind === 'no' ? taken.because : undefined;
  // mode auto asks only when its drill is stale, which the verdict has seen; a repair that moves nobody asks nobody, and one
  // that would is held by its gate after the fence
  const mayBeUnasked = run.kind === 'repair' || (pair.mode === 'auto' && run.kind !== 'switchover');
  return mayBeUnasked ? undefined : `nobody was asked for ${run.run}`;
}

/** A zone that cannot be read says nothing here; Fence will find out. */
async function zoneEpochs(pair: NamedPair, { zones }: Pick<World, 'zones'>): Promise<number[]> {
  const read = await Promise.allSettled(
    pair.zones.map(async (zone) => readFence(await zones.readName(zone.id, fenceName(pair.name, zone)))),
  );
  return read.flatMap((one) =>
    one.status === 'fulfilled' && one.value.kind === 'fence' ? [one.value.fence.epoch] : [],
  );
}
