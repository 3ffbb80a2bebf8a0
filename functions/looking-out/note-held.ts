/**
 * What the watch would have done by itself and did not: a decision like that of a run, so that the list of decisions is whole
 * also when no alarm came and no run was started. The same again is counted.
 */
import type { Decision } from '../../core/decision.ts';
import { noteDecision } from '../decisions.ts';
import { runName } from '../run-name.ts';
import type { World } from '../world.ts';
import type { Found } from './suspicion.ts';

const REASONS_KEPT = 12;

/** @returns what was done, which is something only where it is right to move and nothing but policy or the like keeps it back */
export async function noteHeld({ facts, verdict }: Found, world: Pick<World, 'notes'>): Promise<string[]> {
  const { wouldAct, situation, shut, because } = verdict;
  const { ledger, now, pair, kind, from, to } = facts;
  if (wouldAct === undefined || ledger === undefined || ledger.holder !== undefined) return [];
  const run = runName(pair.name, ledger.epoch, now, 'watch');
  const decision: Decision = {
    ...{ pair: pair.name, run, lastRun: run, at: now, lastAt: now, times: 1 },
    ...{ kind, mode: 'failover', outcome: 'Held', epoch: 0, from, to, situation: situation.name },
    closed: shut.map(({ name }) => name),
    blocks: wouldAct.map(({ name }) => name),
    because: because.slice(0, REASONS_KEPT),
    marks: [],
  };
  await noteDecision(decision, world);
  return [because[0] ?? ''];
}
