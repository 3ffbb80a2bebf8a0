/** The verbs that change what is written only: pause, resume, abort, ack, accept, stand-down. People have them in the console too. */
import * as z from 'zod/mini';
import { emptyLedger, type Ledger } from '../core/ledger/ledger.ts';
import { change } from '../core/ledger/store.ts';
import {
  abortAsked,
  acknowledged,
  paused,
  resumed,
  standDownAgreed,
  type Transition,
} from '../core/ledger/transitions.ts';
import type { RunRecord } from '../core/record.ts';
import { pairOf } from '../core/topology/pair.ts';
import { accept } from './accept.ts';
import { ExecutionInput, type Request } from './request.ts';
import { Run } from './run.ts';
import type { World } from './world.ts';

export const ControlInput = z.object({ run: Run, request: ExecutionInput });

type Needs = Pick<World, 'topology' | 'ledger' | 'zones' | 'published' | 'clock' | 'digest' | 'inside'>;

export async function control({ run, request }: z.output<typeof ControlInput>, world: Needs): Promise<RunRecord> {
  if (request.mode === 'accept') return accept(run, request.active ?? '', world);
  const now = world.clock.now();
  const pair = pairOf(world.topology, run.pair);
  const decide = (ledger: Ledger) => transitionFor(request, run, ledger, now);
  const written = await change(world.ledger, emptyLedger(pair.name), decide, (ledger) => decide(ledger).kind === 'no');
  const { active } = written.ledger;
  return {
    outcome: written.kind === 'written' ? 'Recorded' : 'Refused',
    pair: pair.name,
    mode: request.mode,
    ...(active === undefined ? {} : { active }),
    ...(run.caller === undefined ? {} : { caller: run.caller }),
    because: [written.kind === 'written' ? said(request, written.ledger) : written.because],
    next: request.mode === 'pause' ? `throwover resume --pair ${pair.name}` : `throwover status --pair ${pair.name}`,
    zones: [],
    gates: [],
    debts: written.ledger.debts,
  };
}

function transitionFor(
  { mode, reason = 'no reason given', until, then = 'stay' }: Request,
  run: Run,
  ledger: Ledger,
  now: number,
): Transition {
  // Step Functions does not tell who started an execution; the console sends no name
  const by = run.by ?? `console, execution ${run.run}`;
  if (mode === 'pause') {
    return paused(ledger, { reason, by, since: now, ...(until === undefined ? {} : { until: Date.parse(until) }) });
  }
  if (mode === 'resume') return resumed(ledger);
  if (mode === 'ack') return acknowledged(ledger);
  if (mode === 'stand-down') return standDownAgreed(ledger, run.ring, { by, now });
  return abortAsked(ledger, { then, by, reason });
}

function said({ mode, then = 'stay' }: Request, ledger: Ledger): string {
  if (mode === 'pause')
    return `paused: ${ledger.pause?.reason}. No traffic batch of automation leaves until \`throwover resume\``;
  if (mode === 'resume') return 'automation goes on';
  if (mode === 'ack')
    return 'the last automatic move is known to a person; the next one is no longer held back for that';
  if (mode === 'stand-down') return 'its pods stop as soon as no name leads there';
  return `the run that holds the pair ends before its next batch and ${then === 'back' ? 'goes back' : 'stays where it is'}`;
}
