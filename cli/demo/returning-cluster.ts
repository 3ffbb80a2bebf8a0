/**
 * The play of the cluster that comes back as it was: its old role, its old epoch, its pods, its weights. It gets no user,
 * learns within two minutes that it stands by, and gets its records back when that has been seen.
 */
import type { NamedPair } from '../../core/topology/pair.ts';
import { calmUntilFault } from './beginning.ts';
import { type Figures, figuresOf } from './figures.ts';
import { namedOld, type OldAnswer, ownersInRegistry } from './old-side.ts';
import { type Expectation, expectation, type Played, type Scenario, type Setting } from './scenario.ts';
import { look, type Seen, type Watching } from './watching.ts';

const LONGEST_SECONDS = 900;
const DEAD_SECONDS = 120;
/** Quiet time, ownership, and what is watched after it. */
const AFTERWARDS_SECONDS = 1_200;
const STEP_SECONDS = 5;
const TWO_TICKS_SECONDS = 120;
const INTERVAL_SECONDS = 60;

export const returningCluster: Scenario = {
  about: 'the cluster that died comes back as it was, and stands by',
  play,
};

/** When things happened after the cluster came back, in milliseconds since the epoch. */
interface Returned {
  backAt: number;
  standbyAt?: number;
  ownerAt?: number;
  asleepAt?: number;
  owner: string;
  old: OldAnswer[];
}

async function play(setting: Setting): Promise<Played> {
  const { faultAt, watching } = await calmUntilFault(setting);
  const { stage, pair, telling, from, to, owner, seen } = watching;
  await stage.inflict('kill', from);
  await telling.tell(faultAt, 'fault', `${from} is dead: its API, its load balancer, its pods`, { tone: 'bad' });
  for (let second = 0; second < LONGEST_SECONDS; second++) {
    await stage.pass(1_000);
    await look(watching);
    if (seen.execution !== undefined && (await stage.describe(seen.execution)).status !== 'RUNNING') break;
  }
  await stage.pass(DEAD_SECONDS * 1000);
  await stage.inflict('heal');
  const returned = await comesBack(watching);
  const figures = await figuresOf(stage, pair, seen, faultAt, from, owner);
  const overlap = (await stage.ledgerEvents(pair.name, figures.epoch)).find(({ key }) => key === `overlap#${from}`);
  if (overlap !== undefined)
    await telling.tell(overlap.at, 'overlap', `${overlap.what} for up to ${String(overlap.facts.seconds)} s`, {
      tone: 'bad',
    });
  const debts = ((await stage.ledger(pair.name))?.debts ?? []) as { what: string; because?: string }[];
  const seconds = (at: number | undefined) => (at === undefined ? null : Math.round((at - returned.backAt) / 1000));
  return {
    figures: {
      ...figures,
      secondsToStandby: seconds(returned.standbyAt),
      secondsToOwnRecords: seconds(returned.ownerAt),
      secondsToSleep: seconds(returned.asleepAt),
      oldAnswers: returned.old.length,
      debts: debts.map(({ what }) => what),
    },
    rows: [
      ['stands by', `${seconds(returned.standbyAt)} s after its API answered`],
      ['own records', `${seconds(returned.ownerAt)} s`],
      ['asleep', `${seconds(returned.asleepAt)} s, when its users were measured to be gone`],
    ],
    expectations: [
      ...expectations(pair, figures, returned, seen, debts),
      expectation(
        'the time in which it may have run beside the new one is told',
        overlap !== undefined,
        overlap === undefined ? 'nobody was told' : `up to ${String(overlap.facts.seconds)} s`,
      ),
    ],
    end: `${figures.outcome} ${from} -> ${to}. ${from} is back and stands by; nobody moves users back but a person.`,
  };
}

async function comesBack({ stage, pair, telling, from, owner }: Watching): Promise<Returned> {
  const returned: Returned = { backAt: await stage.now(), owner: '', old: [] };
  const { setIdentifier = '' } = pair.clusters[from] ?? {};
  await telling.tell(returned.backAt, 'healed', `${from} is back as it was: role active, weight 100, its pods start`, {
    tone: 'bad',
  });
  for (let second = 0; second < AFTERWARDS_SECONDS; second += STEP_SECONDS) {
    await stage.pass(STEP_SECONDS * 1000);
    const at = await stage.now();
    returned.old.push(...(await namedOld(stage, pair, owner, from)));
    const { role = 'unknown', epoch } = (await stage.configMaps())[from] ?? {};
    await telling.tell(at, `role ${from}`, `${role}, epoch ${epoch}`, { tone: role === 'standby' ? 'good' : 'plain' });
    if (role === 'standby') returned.standbyAt ??= at;
    const owners = await ownersInRegistry(stage, setIdentifier);
    returned.owner = owners.join(' and ');
    await telling.tell(at, 'registry', `the records of ${from} are kept by ${returned.owner}`);
    if (returned.owner === from) returned.ownerAt ??= at;
    const pods = await stage.pods(from);
    if (pods !== undefined && returned.standbyAt !== undefined) {
      await telling.tell(at, `pods ${from}`, `${pods.ready} ready`);
      if (pods.ready === 0) returned.asleepAt ??= at;
    }
  }
  return returned;
}

function expectations(
  pair: NamedPair,
  figures: Figures,
  { backAt, standbyAt, ownerAt, asleepAt, old }: Returned,
  seen: Seen,
  debts: readonly { what: string; because?: string }[],
): Expectation[] {
  const since = (from: number | undefined, at: number | undefined) =>
    from === undefined || at === undefined ? Number.POSITIVE_INFINITY : (at - from) / 1000;
  const faces = Object.values(figures.activeFaces);
  return [
    expectation('the run ends Switched', figures.outcome === 'Switched', figures.outcome),
    expectation('the cluster that came back got no user', old.length === 0, `${old.length} answers named it`),
    expectation(
      `it stands by within two ticks of its API answering (${TWO_TICKS_SECONDS} s)`,
      since(backAt, standbyAt) <= TWO_TICKS_SECONDS,
      `${since(backAt, standbyAt)} s`,
    ),
    expectation(
      'role first: its records are its own again at least one interval later',
      ownerAt !== undefined && since(standbyAt, ownerAt) >= INTERVAL_SECONDS,
      `${since(standbyAt, ownerAt)} s`,
    ),
    expectation(
      `its pods stop after ${pair.timing.quietSeconds} s without a user`,
      since(backAt, asleepAt) >= pair.timing.quietSeconds,
      `${since(backAt, asleepAt)} s`,
    ),
    expectation(
      'nothing is owed any more',
      debts.length === 0,
      debts.map(({ what, because }) => `${what}: ${because}`).join('; ') || 'nothing is',
    ),
    expectation(
      'all four faces name the new cluster',
      faces.every((face) => face === figures.to),
      JSON.stringify(figures.activeFaces),
    ),
    expectation('no name was ever without an answer', seen.dark.size === 0, [...seen.dark].join(', ') || 'none was'),
  ];
}
