/**
 * The play in which nothing is warm: not one pod of the services runs on the receiving cluster. Pods start while its role is
 * still standby, users come with the share of pods that is ready, and batch work runs here only when it has ended there.
 */
import { type NamedPair, otherCluster } from '../../core/topology/pair.ts';
import type { AppliedChange, Stage } from '../../lab/stage.ts';
import { calm, ownersOf } from './beginning.ts';
import { facesOf } from './figures.ts';
import { type Expectation, expectation, type Played, type Scenario, type Setting } from './scenario.ts';
import type { Telling } from './telling.ts';

const LONGEST_SECONDS = 3_600;
/** Roles, annotations and batch work follow within a tick or two of the watch. */
const AFTERWARDS_SECONDS = 180;
const FULL = 100;

type ConfigMap = Readonly<Record<string, string>>;

/** What one look at the receiving cluster showed. */
interface Look {
  ready: number;
  wanted: number;
  config: ConfigMap;
}

/** What was seen over the whole play. */
interface Seen {
  looks: Look[];
  /** Shares that were given away, each with the look before it. */
  given: { share: number; fraction: number; role: string | undefined }[];
  /** Seconds in which batch work was allowed in both clusters. */
  both: number;
}

export const coldStandby: Scenario = {
  about: 'a planned move to a cluster in which not one pod runs: it wakes first, and users follow its pods',
  play,
};

async function play(setting: Setting): Promise<Played> {
  const { stage, pair, active: from } = setting;
  const { began, telling } = await calm(setting);
  const to = otherCluster(pair, from);
  const before = await stage.pods(to);
  await telling.tell(began, 'cold', `${before?.ready ?? 0} pods run on ${to}, the standby`);
  const run = await stage.start({ pair: pair.name, mode: 'switchover', to, reason: 'the demo: a cold standby' });
  await telling.tell(began, 'switchover', `to ${to}, as a person starts it`, { tone: 'loud' });
  const seen: Seen = { looks: [], given: [], both: 0 };
  let until = LONGEST_SECONDS;
  for (let second = 0; second < until; second++) {
    await stage.pass(1_000);
    await look({ stage, pair, telling, from, to, seen, began });
    const isOver = (await stage.describe(run)).status !== 'RUNNING';
    if (isOver && until === LONGEST_SECONDS) until = second + AFTERWARDS_SECONDS;
  }
  const { output, cause } = await stage.describe(run);
  const record = JSON.parse(output ?? cause ?? '{}') as { outcome?: string; epoch?: number };
  const outcome = record.outcome ?? 'none';
  const { sent, failed, failedInTail } = await stage.customers(began);
  const activeFaces = await facesOf(stage, pair, await ownersOf(stage, pair));
  const awake = seen.looks.findIndex(({ ready, wanted }) => wanted > 0 && ready >= wanted) + 1;
  return {
    figures: {
      ...{ outcome, from, to, epoch: record.epoch ?? null, secondsToWake: awake, activeFaces },
      requests: { sent, failed, failedInTail },
    },
    rows: [
      ['time to wake', `${awake} s, from ${before?.ready ?? 0} pods to ${seen.looks.at(-1)?.ready ?? 0}`],
      [
        'shares',
        seen.given.map(({ share, fraction }) => `${share} % with ${Math.floor(fraction * FULL)} % ready`).join(', '),
      ],
      ['requests', `${sent} sent, ${failed} failed, ${failedInTail} of them behind resolvers that stretch TTLs`],
    ],
    expectations: expectationsOf(seen, {
      before: before?.ready ?? 0,
      outcome,
      from,
      to,
      failed: failed - failedInTail,
    }),
    end: `${outcome} ${from} -> ${to} at epoch ${record.epoch}: nobody was sent to a pod that was not there.`,
  };
}

interface Looking {
  stage: Stage;
  pair: NamedPair;
  telling: Telling;
  from: string;
  to: string;
  seen: Seen;
  began: number;
}

async function look({ stage, pair, telling, from, to, seen, began }: Looking): Promise<void> {
  const now = await stage.now();
  const { [from]: there = {}, [to]: config = {} } = await stage.configMaps();
  const { ready, wanted } = (await stage.pods(to)) ?? { ready: 0, wanted: 0 };
  const before = seen.looks.at(-1);
  if (facets(config) !== facets(before?.config)) await telling.tell(now, to, facets(config));
  if (wanted > 0 && ready >= wanted && !(before !== undefined && before.wanted > 0 && before.ready >= before.wanted))
    await telling.tell(now, 'awake', `${ready} of ${wanted} pods of ${to} are ready`, { tone: 'good' });
  const share = shareGiven(await stage.changeLog(), pair.clusters[to]?.setIdentifier ?? '', began);
  if (share !== undefined && share !== seen.given.at(-1)?.share) {
    const fraction = before === undefined || before.wanted === 0 ? 0 : before.ready / before.wanted;
    seen.given.push({ share, fraction, role: before?.config.role });
    await telling.tell(now, 'users', `${share} % to ${to}`, { tone: 'loud' });
  }
  if (runsBatch(there) && runsBatch(config)) seen.both++;
  seen.looks.push({ ready, wanted, config });
}

/** The newest weight of ours for the cluster since the play began. */
function shareGiven(log: readonly AppliedChange[], setIdentifier: string, since: number): number | undefined {
  const weights = log
    .filter(({ at, caller }) => at >= since && caller === 'throwover')
    .flatMap(({ changes }) => changes)
    .filter(({ action, type, setIdentifier: one }) => action === 'CREATE' && type !== 'TXT' && one === setIdentifier)
    .flatMap(({ weight = 0 }) => (weight > 0 ? [weight] : []));
  return weights.at(-1);
}

function facets(config: ConfigMap = {}): string {
  const lines = ['role', 'workloads', 'batch', 'weight'].flatMap((name) =>
    config[name] === undefined ? [] : [`${name}: ${config[name]}`],
  );
  return lines.join(', ');
}

/** The line of the cluster wins over what follows from the role. */
function runsBatch({ role, batch }: ConfigMap): boolean {
  return (batch ?? (role === 'active' ? 'running' : 'suspended')) === 'running';
}

function expectationsOf(
  { looks, given, both }: Seen,
  { before, outcome, from, to, failed }: { before: number; outcome: string; from: string; to: string; failed: number },
): Expectation[] {
  const end = looks.at(-1)?.config ?? {};
  return [
    expectation('not one pod ran when it began', before === 0, `${before} did`),
    expectation('the run ends Switched', outcome === 'Switched', outcome),
    expectation(
      'nobody was given a share larger than the share of pods that were ready',
      given.length > 0 && given.every(({ share, fraction }) => share <= fraction * FULL),
      given.map(({ share, fraction }) => `${share} % with ${Math.floor(fraction * FULL)} %`).join(', ') ||
        'nobody was moved',
    ),
    expectation(
      `the role of ${to} stayed standby until all users were there`,
      given.every(({ role }) => role === 'standby'),
      given.map(({ role }) => role).join(', '),
    ),
    expectation(`batch work never ran on ${from} and ${to} at once`, both === 0, `${both} s it might have`),
    expectation(`batch work runs on ${to} in the end`, runsBatch(end), facets(end)),
    expectation('no honest customer failed', failed === 0, `${failed} did`),
  ];
}
