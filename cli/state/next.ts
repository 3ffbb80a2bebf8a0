/** The one next command. What the core names a command for is asked there; this says only which of them comes first. */
import { standsAway } from '../../core/drill/orphan.ts';
import { facesAgree } from '../../core/gates/faces-agree.ts';
import { type Debt, debtsOwed, pausedAt } from '../../core/ledger/ledger.ts';
import { command, commandIn } from '../../core/observe/commands.ts';
import { SITUATIONS } from '../../core/observe/situation.ts';
import type { Gathered } from './gathering.ts';

/** Situations that are told by what is written alone, without an observer. */
const WRITTEN = ['NeverActivated', 'Disputed', 'FenceMissing', 'ImplicitFailover'] as const;

const FEW_TRIES = 3;

function isAboutFaces({ what, tries }: Debt): boolean {
  return (what === 'publish' || what === 'roles') && tries < FEW_TRIES;
}

export function nextCommand({ facts, situation, run, left }: Gathered): string {
  const { ledger, pair, to, now } = facts;
  if (ledger === undefined) return command.doctor(pair.name);
  const written = WRITTEN.find((name) => name === situation.name);
  if (written !== undefined) return SITUATIONS[written].next(facts, situation.faces);
  const { holder } = ledger;
  if (holder !== undefined) {
    if (!holder.id.startsWith('sfn:')) return command.release(pair.name);
    if (run !== undefined && run.status !== 'RUNNING') return `${command.release(pair.name)} --force`;
    // a run that is on its way needs nobody: aborting it is for who knows why
    return command.status(pair.name);
  }
  if (ledger.interrupted !== undefined) return command.repair(pair.name);
  const faces = facesAgree(facts, situation);
  const [, cure] = faces.state === 'open' ? [] : (/`(throwover [^`]+)`/.exec(faces.opensWhen) ?? []);
  if (ledger.awaitsPerson !== undefined)
    return cure ?? (ledger.active === undefined ? command.repair(pair.name) : command.accept(pair.name, ledger.active));
  if (pausedAt(ledger, now) !== undefined) return command.resume(pair.name);
  if (!ledger.acknowledged) return command.acknowledge(pair.name);
  // where a rehearsal left its users is nobody's decision
  if (
    left.drill !== undefined &&
    !['Running', 'Succeeded'].includes(left.drill.outcome) &&
    standsAway(left.drill, ledger)
  )
    return left.drill.next;
  // the watch is about to make the faces agree: there is nothing to type but to look again
  if (cure !== undefined && debtsOwed(ledger).some(isAboutFaces)) return command.status(pair.name);
  const owed = commandIn(debtsOwed(ledger).flatMap(({ because = [] }) => because));
  return cure ?? owed ?? command.preview(pair.name, to);
}
