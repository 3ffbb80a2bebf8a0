/** The one next command. What the core names a command for is asked there; this says only which of them comes first. */
import { standsAway } from '../../core/drill/orphan.ts';
import { facesAgree } from '../../core/gates/faces-agree.ts';
import { type Debt, debtsOwed, pausedAt } from '../../core/ledger/ledger.ts';
import { command, commandIn } from '../../core/observe/commands.ts';
import { waysToSayWhatIsTrue } from '../../core/observe/faces.ts';
import { comesFirst, stillSaid, WRITTEN } from '../../core/observe/last-look.ts';
import { SITUATIONS } from '../../core/observe/situation.ts';
import type { Gathered } from './gathering.ts';

const FEW_TRIES = 3;

function isAboutFaces({ what, tries }: Debt): boolean {
  return (what === 'publish' || what === 'roles') && tries < FEW_TRIES;
}

export function nextCommand({ facts, situation, run, left, look }: Gathered): string {
  const { ledger, pair, to, now } = facts;
  if (ledger === undefined) return command.doctor(pair.name);
  const written = WRITTEN.find((name) => name === situation.name);
  const said = stillSaid(look, facts);
  if (written !== undefined && (said === undefined || !comesFirst(said.situation, written)))
    return SITUATIONS[written].next(facts, situation.faces);
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
    return (
      cure ??
      commandIn([waysToSayWhatIsTrue(pair.name, situation.faces, ledger.active ?? facts.from)]) ??
      command.repair(pair.name)
    );
  if (pausedAt(ledger, now) !== undefined) return command.resume(pair.name);
  // who is asked to look has looked by now
  if (said !== undefined && said.situation !== 'Healthy' && !said.next.startsWith('throwover status')) return said.next;
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
