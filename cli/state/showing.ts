/** The status of a pair as a person reads it at night: where users are first, then who decided it, then what to do. */
import { lockTold } from '../../core/ledger/locks.ts';
import { isOverdue } from '../../core/observe/last-look.ts';
import type { Output } from '../output.ts';
import { printDebts, printGates, printTable } from '../run/record.ts';
import type { ConfigMapSeen, HolderSeen, Status } from './status.ts';

export function printStatus(status: Status, output: Output): void {
  const { pair, active, mode, epoch, since } = status;
  const stands = active === undefined ? 'the ledger names no active cluster' : `${active} is active${sinceTold(since)}`;
  output.print(
    `${output.styled('bold', `${pair}: ${stands}`)}${epoch === undefined ? '' : `, epoch ${epoch}`}, mode ${mode}`,
  );
  if (status.situation !== '') output.print(`  ${output.styled('red', status.situation)}: ${status.because}`);
  for (const line of status.watched?.held ?? []) output.print(`    ${line}`);
  printTable(zoneTable(status), output);
  printTable(faceTable(status), output);
  for (const line of whoActs(status)) output.print(`  ${line}`);
  printDebts(status.debts, output);
  if (status.gates !== undefined) printGates(status.gates, output);
  for (const { what, because } of status.unread)
    output.print(`  ${output.styled('yellow', 'not read')}: ${what}: ${because}`);
  output.print(`next  ${output.styled('bold', status.next)}`);
}

function zoneTable({ zones, clusters }: Status): string[][] {
  return [
    ['zone', 'ring', ...clusters, 'answers'],
    ...zones.map(({ zone, ring, weights, effective }) => [
      zone,
      String(ring),
      ...clusters.map((cluster) => (weights[cluster] === undefined ? '?' : `${weights[cluster]} %`)),
      effective,
    ]),
  ];
}

/** The copies of one truth, one line each, so that the odd one stands out. */
function faceTable({ fences, active, epoch, since, published, configMaps, at }: Status): string[][] {
  const epochTold = (number: number | undefined) => (number === undefined ? '' : `epoch ${number}`);
  return [
    ['says', 'active', 'epoch', 'age', ''],
    ...fences.map((fence) => [
      `fence ${fence.zone}`,
      fence.active ?? '-',
      epochTold(fence.epoch),
      age(fence.at, at),
      fence.state === 'at rest' ? `seq ${fence.seq}` : fence.because,
    ]),
    ['ledger', active ?? '-', epochTold(epoch), age(since, at), ''],
    ['SSM', published?.active ?? '-', epochTold(published?.epoch), age(published?.at, at), ''],
    ...configMaps.map((one) => [
      `ConfigMap ${one.cluster}`,
      one.role === 'active' ? one.cluster : '-',
      epochTold(one.epoch),
      age(one.at, at),
      roleTold(one),
    ]),
  ];
}

function roleTold({ role, rings = {}, because = '' }: ConfigMapSeen): string {
  if (role === undefined) return because;
  return [role, ...Object.entries(rings).map(([ring, there]) => `ring ${ring} ${there}`)].join(', ');
}

function whoActs(status: Status): string[] {
  const { holder, abort, pause, acknowledged, cooldownUntil, awaitsPerson, interrupted, repair, drill, reaped, at } =
    status;
  return [
    holder === undefined ? 'nobody holds the pair' : heldBy(holder, at),
    ...(status.watched === undefined ? [] : [watchTold(status.watched, at)]),
    ...status.locks.map(lockTold),
    ...(abort === undefined ? [] : [`asked to end: ${abort.then}, ${abort.reason}`]),
    ...(pause === undefined
      ? []
      : [
          `paused by ${executionName(pause.by)} ${age(pause.since, at)} ago${pause.until === undefined ? '' : ` until ${new Date(pause.until).toISOString()}`}: ${pause.reason}`,
        ]),
    ...(acknowledged === false ? ['the last automatic move is not acknowledged: there will be no other'] : []),
    ...(cooldownUntil === undefined
      ? []
      : [`cooldown until ${new Date(cooldownUntil).toISOString()}: no automatic move before`]),
    ...(awaitsPerson === undefined ? [] : [`automation waits for a person: ${awaitsPerson}`]),
    ...(interrupted === undefined
      ? []
      : [`a ${interrupted.kind} ${interrupted.from} -> ${interrupted.to} was cut off`]),
    ...(reaped === undefined ? [] : [`${reaped.run}: ${reaped.because.join('; ')}`]),
    ...(drill === undefined || (drill.away === undefined && drill.outcome !== 'Running') ? [] : [drillTold(drill)]),
    ...(repair?.because === undefined
      ? []
      : [
          `repair was tried in vain ${repair.tries === 1 ? 'once' : `${repair.tries} times`}, next try ${new Date(repair.nextTryAt).toISOString()}: ${repair.because}`,
        ]),
  ];
}

function watchTold(watched: NonNullable<Status['watched']>, at: number): string {
  const ago = age(watched.at, at);
  return isOverdue(watched, at)
    ? `the watch has not looked for ${ago}: only an alarm starts a failover now`
    : `the watch looked ${ago} ago: ${watched.situation}`;
}

function drillTold({ name, outcome, because, away }: NonNullable<Status['drill']>): string {
  const where = away === undefined ? '' : `, and left its users on ${away}`;
  return outcome === 'Running'
    ? `${name} is under way${away === undefined ? '' : `, its users are on ${away}`}`
    : `${name} ended ${outcome}${where}: ${because.join('; ')}`;
}

/** The last part of an ARN; anything else as it is. */
function executionName(by: string): string {
  return by.split(':').at(-1) ?? by;
}

function heldBy({ id, kind, from, to, since, status, step }: HolderSeen, at: number): string {
  const doing =
    step === undefined ? (status === undefined ? '' : `, ${status}`) : `, in ${step.state} for ${age(step.since, at)}`;
  return `held by ${id}: ${kind} ${from} -> ${to}, for ${age(since, at)}${doing}`;
}

function sinceTold(since: number | undefined): string {
  return since === undefined ? '' : ` since ${new Date(since).toISOString()}`;
}

/** `40 s`, `12 min`, `5 h`, `3 d`; a clock that is behind shows nothing negative. */
export function age(since: number | undefined, at: number): string {
  if (since === undefined) return '';
  const seconds = Math.max(0, Math.round((at - since) / 1_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} d`;
}
