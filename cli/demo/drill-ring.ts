/** The play: ring 0, the example app, goes to the other cluster and comes back, as it does every month. */
import { REHEARSED_RING } from '../../core/drill/drill.ts';
import { type NamedPair, otherCluster } from '../../core/topology/pair.ts';
import type { AppliedChange, Stage } from '../../lab/stage.ts';
import { activated, ownersOf, tellStage } from './beginning.ts';
import { hasBothSides, isFenced } from './expectations.ts';
import { facesOf } from './figures.ts';
import { begunDrill, type DrillEnd, type DrillSeen, endOfDrill, lookAtRehearsal } from './rehearsing.ts';
import { type Expectation, expectation, type Played, type Scenario, type Setting } from './scenario.ts';

const LONGEST_SECONDS = 3_600;
/** Honest customers follow within a TTL of the leg back. */
const AFTERWARDS_SECONDS = 75;
const BAKE_SECONDS = 120;

export const drillRing: Scenario = {
  about: 'a rehearsal: ring 0 moves and comes back, everything else stays',
  topology: (topology) => ({
    ...topology,
    pairs: Object.fromEntries(
      Object.entries(topology.pairs).map(([name, pair]) => [
        name,
        { ...pair, drills: { ...pair.drills, bakeSeconds: BAKE_SECONDS } },
      ]),
    ),
  }),
  play,
};

async function play({ stage, pair, active: from, tellingOf }: Setting): Promise<Played> {
  await activated(stage, pair, from);
  const began = await stage.now();
  const telling = tellingOf(() => began);
  await tellStage(stage, pair, telling);
  const owner = await ownersOf(stage, pair);
  const to = otherCluster(pair, from);
  await telling.tell(
    began,
    'drill',
    `begins: ring ${REHEARSED_RING} to ${to} and back, as on the first Tuesday of a month`,
  );
  const seen = await begunDrill(stage, { pair: pair.name, kind: 'ring', reason: 'the demo' });
  for (let second = 0; second < LONGEST_SECONDS; second++) {
    await stage.pass(1_000);
    await lookAtRehearsal({ stage, pair, telling, owner, seen });
    if ((await endOfDrill(stage, seen)).status !== 'RUNNING') break;
  }
  const end = await endOfDrill(stage, seen);
  await stage.pass(AFTERWARDS_SECONDS * 1000);
  const faces = await facesOf(stage, pair, owner);
  const { sent, failed, failedInTail } = await stage.customers(began);
  const { outcome, secondsToWithdraw = null, secondsToReturn = null } = end;
  const figures = {
    ...{ outcome, from, to, secondsToWithdraw, secondsToReturn },
    requests: { sent, failed, failedInTail },
    activeFaces: faces,
  };
  return {
    figures,
    rows: [
      ['time to withdraw', `${secondsToWithdraw} s, in steps of ${pair.timing.stepShares.join(', ')} %`],
      ['time to return', `${secondsToReturn} s`],
      ['requests', `${sent} sent, ${failed} failed, ${failedInTail} of them behind resolvers that stretch TTLs`],
    ],
    expectations: await expectationsOf(stage, pair, seen, end, {
      began,
      from,
      to,
      faces,
      failed: failed - failedInTail,
    }),
    end: `${outcome}: ring ${REHEARSED_RING} was on ${to} and is back on ${from}. Active all the time: ${faces.ssm} (parameter).`,
  };
}

interface Ended {
  began: number;
  from: string;
  to: string;
  faces: Awaited<ReturnType<typeof facesOf>>;
  /** Requests of customers behind resolvers that keep to the rules. */
  failed: number;
}

async function expectationsOf(
  stage: Stage,
  pair: NamedPair,
  seen: DrillSeen,
  end: DrillEnd,
  { began, from, to, faces, failed }: Ended,
): Promise<Expectation[]> {
  const log = (await stage.changeLog()).filter(({ at, caller }) => at >= began && caller === 'throwover');
  const outside = [...seen.answered].filter(([ring, clusters]) => ring !== REHEARSED_RING && clusters.has(to));
  const strays = log.filter((change) => movesOthers(pair, change));
  const ledger = await stage.ledger(pair.name);
  const rehearsed = seen.answered.get(REHEARSED_RING) ?? new Set();
  return [
    expectation('the drill ends Succeeded', end.outcome === 'Succeeded', `${end.outcome}: ${end.because.join('; ')}`),
    expectation('its ring was on the other cluster', rehearsed.has(to), [...rehearsed].join(', ')),
    expectation(
      'all four faces name the cluster that had the traffic',
      Object.values(faces).every((face) => face === from),
      JSON.stringify(faces),
    ),
    expectation(
      'nothing outside its ring was ever answered by the other cluster',
      outside.length === 0,
      outside.map(([ring]) => `ring ${ring}`).join(', '),
    ),
    expectation(
      'no weight outside its ring was changed',
      strays.length === 0,
      strays.flatMap(({ changes }) => changes.map(({ name }) => name)).join(', '),
    ),
    expectation('no name was ever without an answer', seen.dark.size === 0, [...seen.dark].join(', ')),
    expectation(
      'every change of ours carries the fence',
      log.length > 0 && log.every((change) => isFenced(pair, change)),
      `${log.filter((change) => isFenced(pair, change)).length} of ${log.length} do`,
    ),
    expectation('both sides of a name move in one batch', log.every(hasBothSides), 'some do not'),
    expectation('no honest customer fails', failed === 0, `${failed} did`),
    expectation(
      'it leaves its numbers: there and back',
      end.secondsToWithdraw !== undefined && end.secondsToReturn !== undefined,
      `${end.secondsToWithdraw} s, ${end.secondsToReturn} s`,
    ),
    expectation(
      'it starts no cooldown and waits for nobody',
      ledger?.lastAutomaticMove === undefined && ledger?.acknowledged === true,
      JSON.stringify({ lastAutomaticMove: ledger?.lastAutomaticMove, acknowledged: ledger?.acknowledged }),
    ),
  ];
}

/** A weight of a name that is not of the ring: its services' own records, or another ring's pivot. */
function movesOthers(pair: NamedPair, { changes }: AppliedChange): boolean {
  const own = Object.values(pair.services)
    .filter(({ ring }) => ring === REHEARSED_RING)
    .flatMap(({ hosts }) => hosts.map((host) => `${host}.`));
  const isOwn = (name: string) => own.includes(name) || name.startsWith(`live-${REHEARSED_RING}.`);
  return changes.some(({ name, weight, type }) => weight !== undefined && type !== 'TXT' && !isOwn(name));
}
