/**
 * The play of the cluster that is dead for its users and not for itself: its ingress and its API are gone, its ExternalDNS
 * lives, and publishes every minute that it has all the weight.
 */
import type { NamedPair } from '../../core/topology/pair.ts';
import type { Stage } from '../../lab/stage.ts';
import { calmUntilFault } from './beginning.ts';
import { type Figures, figuresOf } from './figures.ts';
import { namedOld, type OldAnswer, ownersInRegistry, writtenByExternalDns } from './old-side.ts';
import { type Expectation, expectation, type Played, type Scenario, type Setting } from './scenario.ts';
import { look, type Seen, type Watching } from './watching.ts';

const LONGEST_SECONDS = 900;
/** After the move, as long as a zombie has to try: ten of its intervals. */
const AFTERWARDS_SECONDS = 600;
const INTERVAL_SECONDS = 60;

export const zombie: Scenario = {
  about: 'the active cluster is dead for users and its ExternalDNS lives: it gets nobody back',
  play,
};

async function play(setting: Setting): Promise<Played> {
  const { faultAt, watching } = await calmUntilFault(setting);
  const { stage, pair, telling, from, to, owner, seen } = watching;
  await stage.inflict('ingress-down', from);
  await stage.inflict('api-down', from);
  await telling.tell(
    faultAt,
    'fault',
    `${from} serves nobody and its API is gone; its ExternalDNS lives, and wants its weight 100`,
    {
      tone: 'bad',
    },
  );
  await untilMoved(watching);
  const movedAt = await stage.now();
  await telling.tell(
    movedAt,
    'zombie',
    `the ExternalDNS of ${from} has ${AFTERWARDS_SECONDS / INTERVAL_SECONDS} intervals to take users back`,
    {
      tone: 'bad',
    },
  );
  const back: OldAnswer[] = [];
  for (let second = 0; second < AFTERWARDS_SECONDS; second += stepOf(stage)) {
    await stage.pass(stepOf(stage) * 1000);
    back.push(...(await namedOld(stage, pair, owner, from)));
    if (back.length > 0)
      await telling.tell(await stage.now(), 'zombie', `${back[0]?.name} answers ${from} again`, { tone: 'bad' });
  }
  const owners = await ownersInRegistry(stage, pair.clusters[from]?.setIdentifier ?? '');
  await telling.tell(await stage.now(), 'registry', `the records of ${from} are kept by ${owners.join(' and ')}`, {
    tone: owners.join() === 'throwover' ? 'good' : 'bad',
  });
  const figures = await figuresOf(stage, pair, seen, faultAt, from, owner);
  const fencedAt = seen.answers.find(({ state }) => state === 'Fence')?.at ?? faultAt;
  const written = await writtenByExternalDns(stage, from, fencedAt);
  return {
    figures: { ...figures, oldAnswers: back.length, writtenByZombie: written.length, owners },
    rows: [
      ['time to restore', `${figures.secondsToRestore} s`],
      ['afterwards', `${AFTERWARDS_SECONDS} s, in which ${back.length} answers named ${from}`],
      ['the zombie', `changed ${written.length} records since Fence; their owner is ${owners.join(' and ')}`],
    ],
    expectations: expectations({
      pair,
      figures,
      seen,
      from,
      back,
      owners,
      fencedAt,
      written: written.map(({ at }) => at),
    }),
    end: `${figures.outcome} ${from} -> ${to}. ${from} still wants its users and gets none: its records are not its own.`,
  };
}

/** Sockets make every question dear: there it is enough to ask six times in each of its intervals. */
function stepOf({ sockets }: Stage): number {
  return sockets ? 10 : 1;
}

/** Until the run has ended and no server names the old side any more. */
async function untilMoved(watching: Watching): Promise<void> {
  const { stage, seen } = watching;
  for (let second = 0; second < LONGEST_SECONDS; second++) {
    await stage.pass(1_000);
    await look(watching);
    const left = seen.lastOldAnswerAt !== undefined && seen.lastOldAnswerAt < (await stage.now());
    if (left && seen.execution !== undefined && (await stage.describe(seen.execution)).status !== 'RUNNING') return;
  }
}

interface Told {
  pair: NamedPair;
  figures: Figures;
  seen: Seen;
  from: string;
  back: readonly OldAnswer[];
  owners: readonly string[];
  fencedAt: number;
  /** When its ExternalDNS changed a record. */
  written: readonly number[];
}

function expectations({ figures, seen, from, back, owners, fencedAt, written }: Told): Expectation[] {
  const late = written.filter((at) => at > fencedAt + INTERVAL_SECONDS * 1000);
  return [
    expectation('the run ends Switched', figures.outcome === 'Switched', figures.outcome),
    expectation(
      `for ${AFTERWARDS_SECONDS} s no server names the dead cluster`,
      back.length === 0,
      back.length === 0 ? 'none did' : `${back.length} answers, first ${back[0]?.name}`,
    ),
    expectation(
      'its records are ours, in the registry of its ExternalDNS',
      owners.join() === 'throwover',
      owners.join(', ') || `${from} was never taken`,
    ),
    expectation(
      'a plan that was in flight at Fence landed at most once, within one interval',
      written.length <= 1 && late.length === 0,
      `${written.length} changes since Fence, ${late.length} of them later than ${INTERVAL_SECONDS} s`,
    ),
    expectation('no name was ever without an answer', seen.dark.size === 0, [...seen.dark].join(', ') || 'none was'),
  ];
}
