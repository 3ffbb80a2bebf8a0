/**
 * Doctor's findings. Whether something holds a move is asked of the gates themselves, so that the whole list
 * is told and no second opinion is formed. MUST closes a gate, SHOULD makes a move worse, MAY is a choice.
 */
import { dnsFindings } from '../../core/gates/dns-fit.ts';
import { facesAgree } from '../../core/gates/faces-agree.ts';
import { pausedAt } from '../../core/ledger/ledger.ts';
import { locksAt, lockTold } from '../../core/ledger/locks.ts';
import { command } from '../../core/observe/commands.ts';
import { waysToSayWhatIsTrue } from '../../core/observe/faces.ts';
import { SITUATIONS } from '../../core/observe/situation.ts';
import { topologyDigest } from '../../core/topology/digest.ts';
import type { Topology } from '../../core/topology/schema.ts';
import { counted } from '../output.ts';
import type { Gathered } from './gathering.ts';

export interface Finding {
  readonly level: 'MUST' | 'SHOULD' | 'MAY';
  readonly what: string;
  readonly fix: string;
}

export function findingsIn(gathered: Gathered, topology: Topology): Finding[] {
  const found = [
    ...unreadIn(gathered),
    ...facesIn(gathered),
    ...dnsIn(gathered),
    ...ledgerIn(gathered, topology),
    ...policyIn(gathered),
  ];
  return found.filter(({ what }, at) => found.findIndex((other) => other.what === what) === at);
}

const LEVELS = ['MUST', 'SHOULD', 'MAY'];

/** What holds a move first. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
}

function unreadIn({ unread }: Gathered): Finding[] {
  return unread.map(({ what, because }) => ({
    level: 'MUST',
    what: `${what} could not be read: ${because}`,
    fix: 'what cannot be seen counts as closed: check the way there, the rights of whoever asks, and that it exists',
  }));
}

function facesIn({ facts, situation }: Gathered): Finding[] {
  const gate = facesAgree(facts, situation);
  if (gate.state === 'open') return [];
  const known = ['NeverActivated', 'Disputed', 'FenceMissing'] as const;
  const name = known.find((one) => one === situation.name);
  if (name === undefined) {
    // what was not read stands above, with the reason
    const unread = gate.because.split('; ').every((part) => /(was not|could not be) read$/.test(part));
    return unread ? [] : [{ level: 'MUST', what: gate.because, fix: gate.opensWhen }];
  }
  const row = SITUATIONS[name];
  const fix = `${row.means} \`${row.next(facts, situation.faces)}\``;
  return [{ level: 'MUST', what: `${name}: ${situation.because}`, fix }];
}

function dnsIn({ facts, situation }: Gathered): Finding[] {
  return dnsFindings(facts, situation).findings.flatMap(({ kind, zone, says }): Finding[] => {
    // stands above, with the reason
    if (kind === 'unread') return [];
    return kind === 'told'
      ? [{ level: 'SHOULD', what: `${zone}: ${says}`, fix: ETH }]
      : [{ level: 'MUST', what: `DnsFit: ${says}`, fix: FIT }];
  });
}

const FIT =
  'one weighted record per cluster, name and type; equal TTLs within dnsTtlSecondsMax; answers as weighted (annotations of the Ingress or Service, or what else writes this record)';
const ETH =
  'annotation external-dns.kubernetes.io/aws-evaluate-target-health: "false" on its Ingress or Service in both clusters';

function ledgerIn({ facts, run, situation }: Gathered, topology: Topology): Finding[] {
  const { ledger, pair, now } = facts;
  if (ledger === undefined) return [];
  const { holder, interrupted, awaitsPerson, acknowledged, topology: claimedWith } = ledger;
  const pause = pausedAt(ledger, now);
  const digest = topologyDigest(topology);
  const dead = holder?.id.startsWith('sfn:') === true && run !== undefined && run.status !== 'RUNNING';
  return [
    ...finding(
      interrupted && `a ${interrupted.kind} ${interrupted.from} -> ${interrupted.to} was cut off`,
      'SHOULD',
      `\`${command.repair(pair.name)}\``,
    ),
    ...finding(
      holder && `${holder.id} (${holder.kind}) holds ${pair.name}${dead ? `, and is ${run?.status}` : ''}`,
      'MUST',
      dead ? `the watch ends that in two minutes, or \`${command.release(pair.name)} --force\`` : 'wait for its end',
    ),
    ...locksAt(ledger, now).map(
      (lock): Finding => ({
        level: 'MUST',
        what: lockTold(lock),
        fix: `planned moves wait for its end, or \`${command.unlock(pair.name, lock.cluster, lock.by)}\``,
      }),
    ),
    ...finding(
      awaitsPerson && `automation waits for a person: ${awaitsPerson}`,
      'SHOULD',
      waysToSayWhatIsTrue(pair.name, situation.faces, ledger.active ?? facts.from),
    ),
    ...finding(pause && `paused by ${pause.by}: ${pause.reason}`, 'SHOULD', `\`${command.resume(pair.name)}\``),
    ...finding(
      !acknowledged && 'the last automatic move is not acknowledged: there will be no other',
      'SHOULD',
      `\`${command.acknowledge(pair.name)}\``,
    ),
    ...finding(
      claimedWith !== undefined &&
        claimedWith !== digest &&
        `the last run worked with topology ${claimedWith}, this file is ${digest}`,
      'MAY',
      'deploy this file, if it is meant to be what runs',
    ),
    ...ledger.debts.flatMap((debt) =>
      finding(
        debt.tries >= TRIES_WORTH_TELLING &&
          `owed since epoch ${debt.epoch}: ${debt.what}${debt.about === undefined ? '' : ` of ${debt.about}`}, tried ${counted(debt.tries, 'time')}: ${debt.because ?? ''}`,
        'SHOULD',
        'the watch goes on trying; what stops it stands in the line above',
      ),
    ),
  ];
}

const TRIES_WORTH_TELLING = 5;

function policyIn({ facts: { pair } }: Gathered): Finding[] {
  return finding(
    pair.mode !== 'auto' && `mode ${pair.mode}: nothing of ${pair.name} moves by itself`,
    'MAY',
    'throwover.yaml says `mode: auto` when you are ready for it',
  );
}

function finding(what: string | false | undefined, level: Finding['level'], fix: string): Finding[] {
  return what === undefined || what === false || what === '' ? [] : [{ level, what, fix }];
}
