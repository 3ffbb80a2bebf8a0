/** Admit: is this understood, whose pair is it, which way would it go? Refuses before anything is read. */
import * as z from 'zod/mini';
import { mayNeedApproval } from '../core/approval.ts';
import { Refused } from '../core/errors.ts';
import { unknownGates } from '../core/gates/index.ts';
import { type Holder, isAtTerminal, isPlanned, type Ledger } from '../core/ledger/ledger.ts';
import { scopeOf } from '../core/ledger/scope.ts';
import { command } from '../core/observe/commands.ts';
import type { RunRecord } from '../core/record.ts';
import { clusterNames, type NamedPair, otherCluster, pairOf, ringsOf } from '../core/topology/pair.ts';
import { evidenceLately } from './evidence.ts';
import type { Seen } from './gather.ts';
import { oneInput } from './one-input.ts';
import { ExecutionInput, MODES, type Request } from './request.ts';
import type { Run } from './run.ts';
import type { World } from './world.ts';

export const AdmitInput = z.object({
  input: z.unknown(),
  execution: z.object({ id: z.string(), name: z.string() }),
});

export type Admitted =
  /**
   * `planned`: users move in steps that are judged and can go back. `until`: how long the first look lasts while the active
   * cluster looks dead (milliseconds since the epoch). `seen`: what the watch saw for as long; that is judged at once.
   * `asksFirst`: a repair by automation that may need a person's word before it claims.
   */
  | {
      kind: 'run' | 'preview' | 'repair';
      run: Run;
      planned?: boolean;
      until?: number;
      seen?: Seen;
      asksFirst?: boolean;
    }
  | { kind: 'control'; run: Run; request: Request }
  | { kind: 'previews'; runs: Run[] }
  | { kind: 'end'; record: RunRecord };

type Needs = Pick<World, 'topology' | 'ledger' | 'notes' | 'clock' | 'ids'>;

/** @returns what to do next; a `Refused` or `Unchanged` record when there is nothing to do. */
export async function admit({ input, execution }: z.output<typeof AdmitInput>, world: Needs): Promise<Admitted> {
  const request = requestOf(input, execution.id);
  if (typeof request === 'string') return refused(request);
  if (request.mode === 'preview' && request.pair === undefined && Object.keys(world.topology.pairs).length > 1) {
    const pairs = Object.keys(world.topology.pairs).sort();
    return {
      kind: 'previews',
      runs: await Promise.all(pairs.map((name) => runOf(pairOf(world.topology, name), request))),
    };
  }
  try {
    return await admitPair(pairOf(world.topology, request.pair), request);
  } catch (cause) {
    if (cause instanceof Error && ['UnknownPair', 'UnknownCluster', 'Refused'].includes(cause.name))
      return refused(cause.message);
    throw cause;
  }

  async function admitPair(pair: NamedPair, asked: Request): Promise<Admitted> {
    refuseUnknown(pair, asked);
    const stale = staleness(asked, pair, world.clock.now());
    if (stale !== undefined) return refused(stale, pair.name);
    const ledger = await world.ledger.read(pair.name);
    const run = runFrom(pair, asked, ledger);
    if (isControl(asked.mode)) return { kind: 'control', run, request: asked };
    if (asked.mode === 'repair')
      return { kind: 'repair', run, asksFirst: run.startedBy === 'machine' && mayNeedApproval(pair, run.kind) };
    if (run.from === run.to) return thereAlready(run, ledger);
    if (asked.mode === 'preview' || asked.mode === 'preview-failover') return { kind: 'preview', run };
    if (run.kind === 'switchover' && pair.approvals.fourEyes && asked.by === undefined)
      throw new Refused(
        `a planned move of ${pair.name} waits for a second person: say who you are, as in {"by":"person:ada"}`,
      );
    if (run.kind !== 'automatic failover') return { kind: 'run', run, planned: isPlanned(run.kind) };
    const until = world.clock.now() + pair.timing.confirmSeconds * 1000;
    const seen = await seenByTheWatch(pair, run);
    return { kind: 'run', run, until, ...(seen === undefined ? {} : { seen }) };
  }

  /** Without it the run looks for itself, a minute longer. */
  function seenByTheWatch(pair: NamedPair, { from }: Run): Promise<Seen | undefined> {
    return evidenceLately(pair.name, from, pair.probe.evidenceAgeSecondsMax, world).catch(() => undefined);
  }

  async function runOf(pair: NamedPair, asked: Request): Promise<Run> {
    return runFrom(pair, asked, await world.ledger.read(pair.name));
  }

  function runFrom(pair: NamedPair, asked: Request, ledger: Ledger | undefined): Run {
    const way = direction(pair, asked, ledger);
    const ring = isControl(asked.mode) ? asked.ring : scopeOf(asked.ring, way.to, ringsOf(pair), ledger);
    return {
      pair: pair.name,
      mode: asked.mode,
      ...way,
      kind: kindOf(asked, execution.id),
      startedBy: asked.signal === undefined ? 'person' : 'machine',
      ...(ring === undefined ? {} : { ring }),
      ...(asked.ring === undefined ? {} : { askedRing: asked.ring }),
      ...(asked.mode === 'repair' && asked.to !== undefined ? { aim: asked.to } : {}),
      ...(asked.by === undefined ? {} : { by: asked.by }),
      caller: callerOf(asked, execution.name),
      reason: asked.reason ?? '',
      override: asked.override ?? [],
      execution: execution.id,
      run: execution.name,
      nonce: world.ids.fresh(),
    };
  }
}

function requestOf(input: unknown, execution: string): Request | string {
  const said = typeof input === 'object' && input !== null && 'mode' in input ? input.mode : undefined;
  if (said === 'approve' || said === 'reject')
    return `${said} is an answer, and answers have a machine of their own: start ${answersAt(execution)} with this input`;
  return oneInput(ExecutionInput, input, '{"mode":"preview"}');
}

function answersAt(execution: string): string {
  const machine = execution.split(':')[6] ?? 'throwover-<stage>-switch';
  return machine.replace(/-switch$/, '-answer');
}

function refuseUnknown(pair: NamedPair, { to, active, ring, mode, drill, override = [] }: Request): void {
  const noGate = unknownGates(override);
  if (noGate !== undefined) throw new Refused(noGate);
  for (const cluster of [to, active]) if (cluster !== undefined) otherCluster(pair, cluster);
  const rings = new Set(Object.values(pair.services).map((service) => service.ring));
  if (drill !== undefined && mode !== 'switchover' && mode !== 'preview')
    throw new Refused(`a drill is a switchover or a preview, found mode ${mode}`);
  if (ring !== undefined && !rings.has(ring))
    throw new Refused(`there is no ring ${ring} in ${pair.name}; known: ${[...rings].sort().join(', ')}`);
  if (mode === 'accept' && active === undefined)
    throw new Refused('accept needs to know what is true: {"mode":"accept","active":"<cluster>"}');
}

/** A signal that is older than it may be is recorded and starts nothing. */
function staleness({ signal }: Request, pair: NamedPair, now: number): string | undefined {
  if (signal === undefined) return undefined;
  const age = Math.round((now - signal.at) / 1000);
  const most = pair.timing.signalAgeSecondsMax;
  return age > most ? `the signal ${signal.name} is ${age} s old, ${most} s is the most` : undefined;
}

function kindOf({ mode, signal, drill }: Request, execution: string): Run['kind'] {
  if (drill !== undefined) return 'drill';
  if (isAtTerminal(execution) && (mode === 'failover' || mode === 'preview-failover')) return 'break-glass';
  if (mode === 'preview-failover') return 'failover by a person';
  if (mode === 'failover') return signal === undefined ? 'failover by a person' : 'automatic failover';
  return mode === 'repair' ? 'repair' : 'switchover';
}

/** Away from the active cluster unless somebody said where to; a ring that stands elsewhere moves from there. */
function direction(pair: NamedPair, { to, ring, mode }: Request, ledger: Ledger | undefined): Pick<Run, 'from' | 'to'> {
  const standing = (ring === undefined ? undefined : ledger?.rings[ring]) ?? ledger?.active;
  const [first = ''] = clusterNames(pair);
  if (standing === undefined)
    return to === undefined ? { from: first, to: otherCluster(pair, first) } : { from: otherCluster(pair, to), to };
  // a failover to the active cluster brings the rings that stand on the other one
  const apart =
    mode === 'failover' && ring === undefined && Object.values(ledger?.rings ?? {}).some((one) => one !== to);
  if (to === standing && apart) return { from: otherCluster(pair, to), to };
  return { from: standing, to: to ?? otherCluster(pair, standing) };
}

/**
 * Who or what asks for this, for the record. Step Functions tells nobody who started an execution: a name is as it was said,
 * and the caller's identity is kept beside the record by the rule over CloudTrail.
 */
function callerOf({ by, drill, signal }: Request, execution: string): string {
  const said = drill === undefined ? signal && `signal ${signal.source} ${signal.name}` : `drill ${drill}`;
  return [said, by].filter((part) => part !== undefined).join(', ') || `unnamed, execution ${execution}`;
}

function isControl(mode: Request['mode']): boolean {
  return MODES.indexOf(mode) >= MODES.indexOf('pause');
}

function refused(because: string, pair = ''): Admitted {
  const next =
    'start it again with an input like {"mode":"switchover","reason":"CNI upgrade"}; {} is a harmless preview';
  return {
    kind: 'end',
    record: { outcome: 'Refused', pair, mode: '', because: [because], next, zones: [], gates: [], debts: [] },
  };
}

/** By the ledger. Where a move is under way, or was cut off, users may not be where it says. */
function thereAlready(run: Run, ledger: Ledger | undefined): Admitted {
  const { holder, interrupted } = ledger ?? {};
  if (ledger !== undefined && interrupted !== undefined) return unfinished(run, ledger);
  const leaves =
    holder !== undefined && holder.to !== run.to && (holder.ring ?? run.ring) === (run.ring ?? holder.ring);
  return leaves ? underWay(run, holder) : unchanged(run);
}

function underWay(run: Run, holder: Holder): Admitted {
  const because = `${run.to} is active by the ledger, but ${holder.id} (${holder.kind}) is moving users to ${holder.to}`;
  return ended('Held', run, because, isPlanned(holder.kind) ? command.abort(run.pair) : command.status(run.pair));
}

function unchanged(run: Run): Admitted {
  return ended('Unchanged', run, `${run.to} is already active: there is nothing to move`, `throwover status`);
}

/** The ledger says that `to` is active, but a move that was cut off may have left users elsewhere. */
function unfinished(run: Run, { interrupted }: Ledger): Admitted {
  const because = `${run.to} is active by the ledger, but a ${interrupted?.kind} to ${interrupted?.to} was cut off: users may be on both sides`;
  return ended('Held', run, because, `throwover repair --pair ${run.pair} --to ${run.to}`);
}

function ended(
  outcome: RunRecord['outcome'],
  { pair, mode, from, to, caller }: Run,
  because: string,
  next: string,
): Admitted {
  const said = caller === undefined ? {} : { caller };
  return {
    kind: 'end',
    record: {
      outcome,
      pair,
      mode,
      from,
      to,
      active: to,
      ...said,
      because: [because],
      next,
      zones: [],
      gates: [],
      debts: [],
    },
  };
}
