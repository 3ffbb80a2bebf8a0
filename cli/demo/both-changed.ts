/**
 * The play of two changes at once: a pipeline works on the active cluster under its lock, and somebody who locked nothing gives
 * the standby new nodes. A planned move in the middle of that would bring users to what is half done. It waits for both, says who
 * changes what and since when, and while it moves users nobody is given a lock.
 */
import type { ChangeLock } from '../../core/ledger/locks.ts';
import type { Written } from '../../core/ledger/store.ts';
import { otherCluster } from '../../core/topology/pair.ts';
import type { Stage } from '../../lab/stage.ts';
import { acquired, givenBack } from '../lock/writing.ts';
import { calm } from './beginning.ts';
import { type Expectation, expectation, type Played, type Scenario, type Setting } from './scenario.ts';
import type { Telling } from './telling.ts';

/** Between two things that people do. */
const CALM_SECONDS = 20;
const LONGEST_SECONDS = 3_600;
const LOCK_MILLISECONDS = 1_800_000;
/** A change takes its time; the update of EKS takes ten minutes. */
const CHANGE_SECONDS = 120;
const UPDATE_SECONDS = 600;

const DEPLOY = { by: 'deploy/41', reason: 'ingress 4.9' };
const UPGRADE = { by: 'k8s-upgrade/3', reason: 'new nodes' };

export const bothChanged: Scenario = {
  about: 'a pipeline changes one cluster, EKS the other: a planned move waits for both',
  play,
};

interface Record {
  outcome: string;
  epoch?: number;
  because: readonly string[];
  next: string;
  gates: readonly { name: string; state: string; because: string }[];
}

interface Playing extends Pick<Setting, 'stage' | 'pair'> {
  telling: Telling;
  from: string;
  to: string;
}

async function play(setting: Setting): Promise<Played> {
  const { stage, pair, active: from } = setting;
  const { began, telling } = await calm(setting);
  const playing: Playing = { stage, pair, telling, from, to: otherCluster(pair, from) };
  const seen = await course(playing, began);
  const { sent, failed, failedInTail } = await stage.customers(began);
  const { outcome, epoch } = seen.moved;
  return {
    figures: {
      ...{ outcome, from, to: playing.to, epoch: epoch ?? null },
      held: [seen.held, seen.heldByUpdate].map(({ because }) => because),
      refused: [seen.second, seen.during].map(told),
      requests: { sent, failed, failedInTail },
    },
    rows: [
      ['second lock', told(seen.second)],
      ['held by', changeIn(seen.held)],
      ['then by', changeIn(seen.heldByUpdate)],
      ['requests', `${sent} sent, ${failed} failed, ${failedInTail} of them behind resolvers that stretch TTLs`],
    ],
    expectations: expectationsOf(seen, playing, failed - failedInTail),
    end: `${outcome} ${from} -> ${playing.to} at epoch ${epoch}, after both changes had ended.`,
  };
}

interface Seen {
  first: Written;
  /** What the second pipeline was answered. */
  second: Written;
  held: Record;
  heldByUpdate: Record;
  /** Batches that moved users before both changes had ended. */
  early: number;
  /** What a pipeline was answered while the run held the pair. */
  during: Written | undefined;
  moved: Record;
}

async function course(playing: Playing, began: number): Promise<Seen> {
  const { stage, pair, telling, from, to } = playing;
  const first = await ask(playing, from, DEPLOY);
  await stage.pass(CALM_SECONDS * 1000);
  const second = await ask(playing, to, UPGRADE);
  await stage.pass(CALM_SECONDS * 1000);
  await stage.inflict('eks-update', to);
  const updatedAt = await stage.now();
  await telling.tell(updatedAt, 'console', `somebody gives ${to} a new CNI add-on, and locked nothing`, {
    tone: 'bad',
  });
  await stage.pass(CALM_SECONDS * 1000);
  const held = await switchover(playing);
  await stage.pass(CHANGE_SECONDS * 1000);
  await givenBack(stage.locks as never, pair, { cluster: from, by: DEPLOY.by }, await stage.now());
  await telling.tell(await stage.now(), DEPLOY.by, `${from} is done: throwover lock release --cluster ${from}`);
  const heldByUpdate = await switchover(playing);
  const early = (await movesSince(stage, began)).length;
  const left = UPDATE_SECONDS * 1000 - ((await stage.now()) - updatedAt);
  await stage.pass(Math.max(0, left) + CALM_SECONDS * 1000);
  await telling.tell(await stage.now(), 'EKS', `the add-on of ${to} is there`, { tone: 'good' });
  let during: Written | undefined;
  const moved = await switchover(playing, async () => {
    if (during !== undefined || (await stage.ledger(pair.name))?.holder === undefined) return;
    during = await ask(playing, from, UPGRADE);
  });
  return { first, second, held, heldByUpdate, early, during, moved };
}

/** What a pipeline types, and what it is told. */
async function ask({ stage, pair, telling }: Playing, cluster: string, who: Pick<ChangeLock, 'by' | 'reason'>) {
  const now = await stage.now();
  const lock: ChangeLock = { ...who, cluster, since: now, until: now + LOCK_MILLISECONDS };
  const answer = await acquired(stage.locks as never, pair, lock);
  const taken = answer.kind === 'written';
  const asked = `throwover lock acquire --cluster ${cluster} --reason "${who.reason}"`;
  await telling.tell(now, who.by, taken ? `${asked}: taken` : `${asked}: refused`, { tone: taken ? 'good' : 'bad' });
  if (!taken) await telling.tell(now, '', answer.because, { about: `${who.by} ${now}` });
  return answer;
}

/** A person starts it; `meanwhile` is done each second until it has ended. */
async function switchover(
  { stage, pair, telling, to }: Playing,
  meanwhile: () => Promise<void> = async () => {},
): Promise<Record> {
  const started = await stage.now();
  const run = await stage.start({ pair: pair.name, mode: 'switchover', to, reason: 'the demo: two changes at once' });
  await telling.tell(started, 'switchover', `to ${to}, as a person starts it`, { tone: 'loud', about: run });
  for (let second = 0; second < LONGEST_SECONDS; second++) {
    if ((await stage.describe(run)).status !== 'RUNNING') break;
    await stage.pass(1_000);
    await meanwhile();
  }
  const { output, cause } = await stage.describe(run);
  const record = {
    outcome: 'none',
    because: [],
    next: '',
    gates: [],
    ...JSON.parse(output ?? cause ?? '{}'),
  } as Record;
  const { outcome, next } = record;
  const tone = outcome === 'Switched' ? 'good' : 'bad';
  const at = await stage.now();
  await telling.tell(at, outcome, outcome === 'Switched' ? `users are on ${to}` : changeIn(record), {
    tone,
    about: `${run} ends`,
  });
  if (outcome === 'Held') await telling.tell(at, 'next', next, { about: `${run} next` });
  return record;
}

/** What the gate says of who changes what. */
function changeIn({ gates, because }: Record): string {
  const gate = gates.find(({ name, state }) => name === 'NoChangeUnderWay' && state !== 'open');
  return gate?.because ?? because.join('; ');
}

function told(answer: Written | undefined): string {
  if (answer === undefined) return 'nobody asked';
  return answer.kind === 'no' ? answer.because : 'it was given';
}

/** Batches of ours that gave a name other weights. */
async function movesSince(stage: Stage, at: number) {
  return (await stage.changeLog()).filter(
    (change) =>
      change.at >= at &&
      change.caller === 'throwover' &&
      change.changes.some(({ weight, type }) => weight !== undefined && type !== 'TXT'),
  );
}

function expectationsOf(seen: Seen, { pair, from, to }: Playing, failed: number): Expectation[] {
  const { first, second, held, heldByUpdate, early, during, moved } = seen;
  const [both, update] = [changeIn(held), changeIn(heldByUpdate)];
  const since = /since \d{4}-\d\d-\d\dT[\d:.]+Z/;
  return [
    expectation(`a pipeline has ${from}`, first.kind === 'written', told(first)),
    expectation(
      'a second pipeline is refused the other cluster, and told who has which until when',
      second.kind === 'no' &&
        second.because.includes(`${from} is locked by ${DEPLOY.by}`) &&
        /until /.test(second.because),
      told(second),
    ),
    expectation(
      'the move is held, and says whose lock it waits for',
      held.outcome === 'Held' && both.includes(`${from} is locked by ${DEPLOY.by} since`),
      both,
    ),
    expectation(
      'and what EKS changes, since when',
      both.includes(`EKS changes add-on vpc-cni of ${to} since`) && since.test(both.split('EKS changes')[1] ?? ''),
      both,
    ),
    expectation(
      'and names the command that ends it',
      held.next === `throwover lock release --pair ${pair.name} --cluster ${from} --owner ${DEPLOY.by}`,
      held.next,
    ),
    expectation(
      'the lock given back, the update alone holds it',
      heldByUpdate.outcome === 'Held' && update.startsWith(`EKS changes add-on vpc-cni of ${to}`),
      `${heldByUpdate.outcome}: ${update}`,
    ),
    expectation('nobody was moved while a cluster was changed', early === 0, `${early} batches moved users`),
    expectation(
      'while a run moves users no pipeline is given a cluster',
      during?.kind === 'no' && during.because.includes('a run holds both clusters'),
      told(during),
    ),
    expectation('both changes over, the same move ends Switched', moved.outcome === 'Switched', moved.outcome),
    expectation('no honest customer failed', failed === 0, `${failed} did`),
  ];
}
