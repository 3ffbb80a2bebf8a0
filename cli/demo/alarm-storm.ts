/**
 * The play: the active cluster dies, and everything that can tell of it does, thousands of times: doubled, shuffled, an hour
 * late, of somebody else, unreadable. One run starts.
 */
import { type KeptSignal, keptIn, NO_PAIR, SIGNALS } from '../../core/signals/kept.ts';
import type { NamedPair } from '../../core/topology/pair.ts';
import type { Stage } from '../../lab/stage.ts';
import { alarmPrefix } from '../../lab/world/names.ts';
import { counted } from '../output.ts';
import { calm } from './beginning.ts';
import { type Expectation, expectation, type Played, type Scenario, type Setting } from './scenario.ts';
import type { Telling } from './telling.ts';

const STORM_SECONDS = 200;
/** 10,000 in all; over sockets every one of them is a function of its own that is called, and 1,000 show the same. */
const MESSAGES_PER_SECOND = { inMemory: 50, sockets: 5 };
const LONGEST_SECONDS = 900;
/** Lambda tries an event that it could not take again, for some minutes. */
const AFTERWARDS_SECONDS = 240;
const ALARMS = ['5xx', 'latency', 'burn-rate', 'no-answer', 'dead'];
/** Older than any signal may be. */
const OLD_SECONDS = 3_600;
/** Different news of this play, and once a minute what cannot be read. */
const KEPT_MOST = 40;
const UNREADABLE = 'the cluster is on fire';

export const alarmStorm: Scenario = {
  about: 'the active cluster dies, and thousands of alarms tell of it, doubled, shuffled, old and foreign',
  play,
};

interface Figures {
  messages: number;
  kept: number;
  runs: number;
  outcome: string;
  signals: Record<string, number>;
}

async function play(setting: Setting): Promise<Played> {
  const { stage, pair, active } = setting;
  const { began: beganAt, telling } = await calm(setting);
  await stage.inflict('kill', active);
  await telling.tell(beganAt, 'fault', `${active} is dead: its API, its load balancer, its pods`, { tone: 'bad' });
  const perSecond = stage.sockets ? MESSAGES_PER_SECOND.sockets : MESSAGES_PER_SECOND.inMemory;
  const messages = messagesOf(pair.name, active, beganAt);
  await telling.tell(
    beganAt,
    'storm',
    `${perSecond} messages a second for ${STORM_SECONDS} s: ${ALARMS.length} alarms again and again, old ones, foreign ones, unreadable ones`,
    { tone: 'bad' },
  );
  let sent = 0;
  for (let second = 0; second < LONGEST_SECONDS; second++) {
    if (second < STORM_SECONDS) {
      // a stride that shares no factor with the length goes round in no order that anybody would call sorted
      const batch = Array.from({ length: perSecond }, () => messages[(sent++ * 7) % messages.length] ?? '');
      await stage.publish(batch);
    }
    await stage.pass(1_000);
    await tellRuns(stage, telling);
    if (second >= STORM_SECONDS && (await failovers(stage)).every(({ status }) => status !== 'RUNNING')) break;
  }
  await stage.pass(AFTERWARDS_SECONDS * 1000);
  await tellRuns(stage, telling);
  return playedOf(stage, pair, telling, sent);
}

/** As CloudWatch tells a topic. */
function messagesOf(pair: string, active: string, now: number): string[] {
  const alarm = (AlarmName: string, at: number) =>
    JSON.stringify({ AlarmName, NewStateValue: 'ALARM', StateChangeTime: new Date(at).toISOString() });
  const own = ALARMS.map((name) => `${alarmPrefix(pair)}${active}-${name}`);
  return [
    ...own.map((name, index) => alarm(name, now + 1_000 * index)),
    ...own.map((name, index) => alarm(name, now + 1_000 * index)),
    ...own.map((name, index) => alarm(name, now - (OLD_SECONDS + index) * 1000)),
    alarm('billing', now),
    UNREADABLE,
  ];
}

async function failovers(stage: Stage) {
  return (await stage.executions()).filter(({ name }) => name.endsWith('-failover'));
}

async function tellRuns(stage: Stage, telling: Telling): Promise<void> {
  for (const { arn, name, status } of await failovers(stage)) {
    const record = status === 'RUNNING' ? undefined : await recordOf(stage, arn);
    const text =
      record === undefined ? 'looks for itself, and decides' : `${record.outcome}: ${record.because.join('; ')}`;
    await telling.tell(await stage.now(), 'run', `${name} ${text}`, { about: name, tone: 'loud' });
  }
}

async function recordOf(stage: Stage, arn: string): Promise<{ outcome: string; because: string[] }> {
  const { status, output, cause } = await stage.describe(arn);
  const { outcome = status, because = [] } = JSON.parse(output ?? cause ?? '{}');
  return { outcome, because };
}

async function playedOf(stage: Stage, pair: NamedPair, telling: Telling, messages: number): Promise<Played> {
  const own = await keptOf(stage, pair.name);
  const nobodys = await keptOf(stage, NO_PAIR);
  const runs = await failovers(stage);
  const [run] = runs;
  const outcome = run === undefined ? 'none' : (await recordOf(stage, run.arn)).outcome;
  const signals: Record<string, number> = {};
  for (const { did } of [...own, ...nobodys]) signals[did] = (signals[did] ?? 0) + 1;
  for (const signal of own) await tellSignal(await stage.now(), signal, telling);
  const figures: Figures = { messages, kept: own.length + nobodys.length, runs: runs.length, outcome, signals };
  const refused = signals.refused ?? 0;
  return {
    figures,
    rows: [
      [
        'messages',
        `${messages}, of which ${figures.kept - refused} different and ${refused} unreadable ones were kept`,
      ],
      [
        'done',
        Object.entries(signals)
          .map(([did, count]) => `${did} ${count}`)
          .join(', '),
      ],
      ['runs', `${runs.length}`],
    ],
    expectations: expectationsOf(figures, own, nobodys),
    end: `${outcome}: ${messages} messages, ${counted(runs.length, 'run')}. What became of each: throwover signals.`,
  };
}

async function tellSignal(at: number, { name, did, because, times }: KeptSignal, telling: Telling): Promise<void> {
  await telling.tell(at, 'signal', `${name}: came ${counted(times, 'time')}; ${did}: ${because}`, {
    about: `${name} ${because}`,
  });
}

async function keptOf(stage: Stage, pair: string): Promise<KeptSignal[]> {
  return (await stage.notes(pair, SIGNALS)).flatMap((note) => keptIn(note) ?? []);
}

function expectationsOf(
  { runs, outcome, messages, kept }: Figures,
  own: readonly KeptSignal[],
  nobodys: readonly KeptSignal[],
): Expectation[] {
  const old = own.filter(({ at, cameAt }) => cameAt - at >= OLD_SECONDS * 1000);
  const taken = own.filter(({ did }) => did === 'taken');
  const startedBy = own.filter(({ did }) => did === 'started');
  const foreign = nobodys.filter(({ name }) => name === 'billing');
  return [
    expectation('a storm of any size starts one run', runs === 1, `${runs} runs`),
    expectation('and that run moves the traffic', outcome === 'Switched', outcome),
    expectation('one signal says that it started it', startedBy.length === 1, `${startedBy.length} do`),
    expectation(
      `what is older than it may be starts nothing`,
      old.length === ALARMS.length && old.every(({ did }) => did === 'stale'),
      old.map(({ did }) => did).join(', ') || 'none was kept',
    ),
    expectation(
      'what is nobody’s starts nothing',
      foreign.length === 1 && foreign.every(({ did }) => did === 'no pair'),
      foreign.map(({ did }) => did).join(', ') || 'none was kept',
    ),
    expectation(
      'what cannot be read is kept with its reason',
      nobodys.some(({ did }) => did === 'refused'),
      `${nobodys.length} are kept of nobody’s`,
    ),
    expectation('no signal is left half done', taken.length === 0, `${taken.length} are`),
    expectation(
      'the list grows with the news, not with the messages',
      kept <= KEPT_MOST,
      `${kept} kept of ${messages}`,
    ),
  ];
}
