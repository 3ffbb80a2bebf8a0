/**
 * Looks at the stage once a lab second and tells what changed. Nothing is told that was not read: from the history of the
 * execution, from name servers, from the API of the clusters, from the parameter.
 */

import { activeName } from '../../adapters/aws/published.ts';
import { clusterNames, fenceName, type NamedPair, namesInZone } from '../../core/topology/pair.ts';
import type { HistoryEvent, Stage } from '../../lab/stage.ts';
import { answersIn, type StateAnswer } from './reading.ts';
import type { Telling, Tone } from './telling.ts';

/** What was seen over the whole play, for the figures and the expectations at its end. */
export interface Seen {
  /** The failover's execution, once an alarm has started it. */
  execution?: string;
  answers: StateAnswer[];
  /** How often all observers were sent to look. */
  looks: number;
  /** The last time at which an authoritative server still named the old side. */
  lastOldAnswerAt?: number;
  /** Names that some server once had no answer for. */
  dark: Set<string>;
  /** Pods of the target, ready and wanted, as its API showed them at each look. */
  targetPods: { at: number; ready: number; wanted: number }[];
}

export interface Watching {
  stage: Stage;
  pair: NamedPair;
  telling: Telling;
  from: string;
  to: string;
  /** Which address belongs to which cluster. */
  owner: ReadonlyMap<string, string>;
  seen: Seen;
}

export async function look(watching: Watching): Promise<void> {
  await lookAtExecution(watching);
  await lookAtPods(watching);
  await lookAtDns(watching);
  await lookAtParameter(watching);
}

async function lookAtExecution({ stage, telling, seen }: Watching): Promise<void> {
  const found = seen.execution ?? (await stage.executions()).find(({ name }) => name.endsWith('-failover'))?.arn;
  if (found === undefined) return;
  seen.execution = found;
  const history = await stage.history(found);
  await tellBeginning(history, telling);
  await tellLooks(history, telling, seen);
  const fresh = answersIn(history, 0).slice(seen.answers.length);
  for (const answer of fresh) {
    seen.answers.push(answer);
    for (const { subject, text, ...how } of linesOf(answer)) await telling.tell(answer.at, subject, text, how);
  }
}

/** Why the execution was started, as it stands in its own input. */
async function tellBeginning([first]: readonly HistoryEvent[], telling: Telling): Promise<void> {
  const input = JSON.parse(first?.executionStartedEventDetails?.input ?? '{}') as { reason?: string; mode?: string };
  if (first !== undefined)
    await telling.tell(first.timestamp, 'alarm', `${input.reason}: a run in mode ${input.mode} begins`, {
      tone: 'bad',
    });
}

/** A look takes up to a minute while something is suspected: who watches should know that it goes on. */
async function tellLooks(history: readonly HistoryEvent[], telling: Telling, seen: Seen): Promise<void> {
  const begun = history.filter(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === 'Observe');
  for (const { timestamp } of begun.slice(seen.looks)) {
    const which =
      seen.looks === 0
        ? 'all observers look, every 10 s while the cluster looks dead'
        : `look ${seen.looks + 1} of all observers`;
    await telling.tell(timestamp, 'observe', which);
    seen.looks++;
  }
}

interface Line {
  subject: string;
  text: string;
  tone?: Tone;
  about?: string;
}

/** What is worth a line in the answer of a function. */
function linesOf({ state, payload }: StateAnswer): Line[] {
  const because = String(payload.because ?? '');
  switch (state) {
    case 'ObserveFromOutside':
    case 'ObserveFromInside':
    case 'ObserveFromAws':
      return observationLines(payload);
    case 'Judge':
      return verdictLines(payload);
    case 'Claim':
      return [
        { subject: 'claim', text: payload.claimed === true ? `the pair is ours: ${because}` : because, tone: 'loud' },
      ];
    case 'Fence':
      return [{ subject: 'fence', text: because }];
    case 'Prepare':
      return [{ subject: 'wake', text: because }];
    case 'Own':
      return [{ subject: 'own', text: because }];
    case 'RaiseAnnotations':
      return [
        { subject: 'annotate', text: `${payload.touched ?? 0} DNS sources of the target carry their new weight` },
      ];
    case 'Steer':
      return [{ subject: 'steer', text: because, tone: 'loud' }];
    case 'Verify':
      return [{ subject: 'verify', text: because, tone: payload.verified === true ? 'good' : 'plain' }];
    case 'Commit':
      return [{ subject: 'commit', text: `${payload.active} is active, ${because}`, tone: 'good' }];
    case 'PayDebts':
      return [debtLine(payload)];
    default:
      return [];
  }
}

/** The newest sample of each cluster; how long an answer took is not news. */
function observationLines(payload: Readonly<Record<string, unknown>>): Line[] {
  const observations = (payload.observations ?? []) as {
    observer: string;
    cluster: string;
    evidence: string;
    canary: string;
  }[];
  const newest = new Map(observations.map((one) => [one.cluster, one]));
  return [...newest.values()].map(({ observer, cluster, evidence, canary }) => ({
    subject: `${observer} ${cluster}`,
    text: evidence.replace(/ in \d+ ms/g, ''),
    tone: canary === 'healthy' ? 'plain' : 'bad',
  }));
}

function verdictLines(payload: Readonly<Record<string, unknown>>): Line[] {
  const gates = (payload.gates ?? []) as { name: string; state: string; because: string }[];
  const open = gates.filter(({ state }) => state === 'open').length;
  const count = gates.length === 0 ? '' : `, ${open} of ${gates.length} gates open`;
  return [
    ...gates.map(
      ({ name, state, because }): Line => ({
        subject: `  ${state}`,
        text: `${name.padEnd(21)} ${because}`,
        tone: state === 'open' ? 'good' : 'bad',
        about: name,
      }),
    ),
    { subject: 'verdict', text: `${payload.situation}: ${payload.verdict}${count}`, tone: 'loud' },
  ];
}

function debtLine(payload: Readonly<Record<string, unknown>>): Line {
  const paid = (payload.paid ?? []) as string[];
  const owed = ((payload.debts ?? []) as { what: string; about?: string }[]).map(({ what, about }) =>
    about === undefined ? what : `${what} of ${about}`,
  );
  return {
    subject: 'debts',
    text: `paid: ${paid.join(', ')}; the watch goes on with: ${owed.join(', ') || 'nothing'}`,
  };
}

async function lookAtPods({ stage, telling, to, seen }: Watching): Promise<void> {
  const pods = await stage.pods(to);
  if (pods === undefined) return;
  const at = await stage.now();
  seen.targetPods.push({ at, ...pods });
  if (seen.execution !== undefined) await telling.tell(at, `pods ${to}`, `${pods.ready} of ${pods.wanted} ready`);
}

async function lookAtDns({ stage, pair, telling, owner, from, seen }: Watching): Promise<void> {
  const at = await stage.now();
  for (const zone of pair.zones) {
    for (const [index, server] of stage.nameServers.entries()) {
      const [text = ''] = await stage.dns(server, fenceName(pair.name, zone), 'TXT');
      const about = `${zone.name} at ${server}`;
      await telling.tell(at, `dig TXT ns${index + 1}`, `${fenceName(pair.name, zone)} ${text}`, {
        about: `fence of ${about}`,
      });
      const standing = new Set<string>();
      for (const { name } of namesInZone(pair, zone)) {
        const answers = await stage.dns(server, name, 'A');
        if (answers.length === 0) seen.dark.add(`${name} at ${server}`);
        for (const address of answers) standing.add(owner.get(address) ?? address);
      }
      if (standing.has(from)) seen.lastOldAnswerAt = at;
      const answered = `every name of ${zone.name} answers ${[...standing].sort().join(' and ')}`;
      await telling.tell(at, `dig A ns${index + 1}`, answered, {
        about: `names of ${about}`,
        tone: standing.has(from) ? 'plain' : 'good',
      });
    }
  }
}

async function lookAtParameter({ stage, pair, telling }: Watching): Promise<void> {
  const active = await stage.parameter(activeName(pair.name));
  if (active !== undefined)
    await telling.tell(await stage.now(), 'parameter', `${activeName(pair.name)} = ${active}`, {
      tone: clusterNames(pair).includes(active) ? 'good' : 'bad',
    });
}
