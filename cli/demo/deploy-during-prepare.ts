/**
 * The play in which somebody deploys while a move is being prepared: a pipeline puts a new release on the cluster that wakes up, and
 * on no other. The run waits for the pods of that release, sees that nobody has judged it, and holds; with the same release on
 * both sides it moves.
 */
import { type NamedPair, otherCluster } from '../../core/topology/pair.ts';
import type { AppliedChange, Stage } from '../../lab/stage.ts';
import { calm } from './beginning.ts';
import { type Expectation, expectation, type Played, type Scenario, type Setting } from './scenario.ts';
import type { Telling } from './telling.ts';

const LONGEST_SECONDS = 3_600;
const ASLEEP_SECONDS = 900;
const ROLLED_OUT_SECONDS = 120;
const FULL = 100;

/** What was seen over one run. */
interface Run {
  outcome: string;
  because: string;
  /** Ready and wanted pods of the receiving cluster when the pipeline deployed there. */
  deployedAt?: Pods;
  /** Shares that were given away, each with the fraction of pods that was ready a second before. */
  given: { share: number; fraction: number }[];
}

interface Pods {
  ready: number;
  wanted: number;
}

interface Playing {
  stage: Stage;
  pair: NamedPair;
  telling: Telling;
  to: string;
}

export const deployDuringPrepare: Scenario = {
  about: 'a pipeline deploys to the receiving cluster while it wakes up: held, and moved when both run the same',
  play,
};

async function play(setting: Setting): Promise<Played> {
  const { stage, pair, active: from } = setting;
  const { began, telling } = await calm(setting);
  const to = otherCluster(pair, from);
  const playing: Playing = { stage, pair, telling, to };

  const first = await switchOver(playing, 'deploy');
  await telling.tell(await stage.now(), 'held', first.because, { tone: 'loud' });
  const asleep = await untilPods(playing, ASLEEP_SECONDS, ({ ready }) => ready === 0);
  await telling.tell(await stage.now(), to, asleep ? 'sleeps again: what Prepare woke is undone' : 'is still awake');

  await stage.inflict('deploy', from);
  await telling.tell(await stage.now(), 'pipeline', `deploys the same release to ${from}`);
  await stage.pass(ROLLED_OUT_SECONDS * 1000);
  const second = await switchOver(playing, 'nothing');
  await telling.tell(await stage.now(), second.outcome, `${from} -> ${to}`, { tone: 'good' });
  const { sent, failed, failedInTail } = await stage.customers(began);
  return {
    figures: {
      ...{ from, to, first, second, asleep },
      requests: { sent, failed, failedInTail },
    },
    rows: [
      ['first run', `${first.outcome}: ${first.because}`],
      ['second run', `${second.outcome}, ${sharesOf(second) || 'nobody was moved'}`],
      ['requests', `${sent} sent, ${failed} failed, ${failedInTail} of them behind resolvers that stretch TTLs`],
    ],
    expectations: expectationsOf(first, second, { asleep, to, failed: failed - failedInTail }),
    end: `${second.outcome} ${from} -> ${to}: nobody got a release that nobody had judged, or a pod that was not there.`,
  };
}

/** @param pipeline deploys to the receiving cluster as soon as the first of its pods starts */
async function switchOver({ stage, pair, telling, to }: Playing, pipeline: 'deploy' | 'nothing'): Promise<Run> {
  const began = await stage.now();
  const arn = await stage.start({ pair: pair.name, mode: 'switchover', to, reason: 'the demo: a deploy meanwhile' });
  await telling.tell(began, 'switchover', `to ${to}, as a person starts it`, { tone: 'loud' });
  const run: Run = { outcome: 'none', because: '', given: [] };
  let before: Pods = { ready: 0, wanted: 0 };
  for (let second = 0; second < LONGEST_SECONDS; second++) {
    await stage.pass(1_000);
    const share = shareGiven(await stage.changeLog(), pair.clusters[to]?.setIdentifier ?? '', began);
    if (share !== undefined && share !== run.given.at(-1)?.share) {
      const fraction = before.wanted === 0 ? 0 : before.ready / before.wanted;
      run.given.push({ share, fraction });
      await telling.tell(
        await stage.now(),
        'users',
        `${share} % to ${to}, ${Math.floor(fraction * FULL)} % of its pods ready`,
      );
    }
    before = (await stage.pods(to)) ?? { ready: 0, wanted: 0 };
    const { [to]: config = {} } = await stage.configMaps();
    if (pipeline === 'deploy' && run.deployedAt === undefined && config.workloads === 'running' && before.wanted > 0) {
      run.deployedAt = before;
      await stage.inflict('deploy', to);
      await telling.tell(
        await stage.now(),
        'pipeline',
        `deploys a new release to ${to} alone, ${before.ready} of ${before.wanted} pods ready`,
        { tone: 'loud' },
      );
    }
    const { status, output, cause } = await stage.describe(arn);
    if (status === 'RUNNING') continue;
    const record = JSON.parse(output ?? cause ?? '{}') as { outcome?: string; because?: string[] };
    return { ...run, outcome: record.outcome ?? 'none', because: (record.because ?? []).join('; ') };
  }
  return run;
}

async function untilPods(
  { stage, to }: Playing,
  secondsMax: number,
  enough: (pods: Pods) => boolean,
): Promise<boolean> {
  for (let second = 0; second < secondsMax; second += 10) {
    const pods = await stage.pods(to);
    if (pods !== undefined && enough(pods)) return true;
    await stage.pass(10_000);
  }
  return false;
}

/** The newest weight of ours for the cluster since then. */
function shareGiven(log: readonly AppliedChange[], setIdentifier: string, since: number): number | undefined {
  const weights = log
    .filter(({ at, caller }) => at >= since && caller === 'throwover')
    .flatMap(({ changes }) => changes)
    .filter(({ action, type, setIdentifier: one }) => action === 'CREATE' && type !== 'TXT' && one === setIdentifier)
    .flatMap(({ weight = 0 }) => (weight > 0 ? [weight] : []));
  return weights.at(-1);
}

function sharesOf({ given }: Run): string {
  return given.map(({ share, fraction }) => `${share} % with ${Math.floor(fraction * FULL)} % ready`).join(', ');
}

function expectationsOf(
  first: Run,
  second: Run,
  { asleep, to, failed }: { asleep: boolean; to: string; failed: number },
): Expectation[] {
  const { ready, wanted } = first.deployedAt ?? { ready: 0, wanted: 0 };
  return [
    expectation(
      `the pipeline deployed while ${to} woke up`,
      wanted > 0 && ready < wanted,
      `${ready} of ${wanted} pods ready`,
    ),
    expectation('the first run is held', first.outcome === 'Held', first.outcome),
    expectation(
      'it says which release runs where',
      /runs \S+:1\.0\.0 in \w+, \S+:1\.1\.0/.test(first.because),
      first.because || 'nothing',
    ),
    expectation('the first run moved nobody', first.given.length === 0, sharesOf(first) || 'nobody'),
    expectation(`what it woke on ${to} sleeps again`, asleep, asleep ? 'it does' : 'it does not'),
    expectation(
      'with the same release on both sides the run ends Switched',
      second.outcome === 'Switched',
      second.outcome,
    ),
    expectation(
      'nobody was given a share larger than the share of pods that were ready',
      second.given.length > 0 &&
        [...first.given, ...second.given].every(({ share, fraction }) => share <= fraction * FULL),
      sharesOf(second) || 'nobody was moved',
    ),
    expectation('no honest customer failed', failed === 0, `${failed} did`),
  ];
}
