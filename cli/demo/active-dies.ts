/** The play: the active cluster dies, and nobody does anything. */
import { activeName } from '../../adapters/aws/published.ts';
import { clusterNames, type NamedPair, otherCluster } from '../../core/topology/pair.ts';
import type { Stage } from '../../lab/stage.ts';
import type { Output } from '../output.ts';
import { type Expectation, expectationsOf } from './expectations.ts';
import { type Figures, figuresOf, settledAt } from './figures.ts';
import type { Telling } from './telling.ts';
import { look, type Seen, type Watching } from './watching.ts';

const CALM_SECONDS = 20;
/** The watch publishes with its next tick at the latest. */
const LONGEST_ACTIVATION_SECONDS = 90;
const LONGEST_SECONDS = 900;
/** The window in which customers must be well again, beside the TTL. */
const AFTERWARDS_SECONDS = 15;

export interface Played {
  figures: Figures;
  expectations: Expectation[];
}

export async function playActiveDies(
  stage: Stage,
  pair: NamedPair,
  from: string,
  tellingOf: (zero: () => number) => Telling,
): Promise<Played> {
  await activated(stage, pair, from);
  let faultAt = (await stage.now()) + CALM_SECONDS * 1000;
  const telling = tellingOf(() => faultAt);
  const to = otherCluster(pair, from);
  await telling.tell(
    await stage.now(),
    'lab',
    `${stage.place}, stepped time; ${clusterNames(pair).join(' and ')}, ${pair.zones.length} zones; customers are asking`,
  );
  const owner = await ownersOf(stage, pair);
  const seen: Seen = { answers: [], looks: 0, dark: new Set(), targetPods: [] };
  const watching: Watching = { stage, pair, telling, from, to, owner, seen };
  await look(watching);
  await stage.pass(Math.max(0, faultAt - (await stage.now())));
  faultAt = await stage.now();
  await stage.inflict('kill', from);
  await telling.tell(faultAt, 'fault', `${from} is dead: its API, its load balancer, its pods`, { tone: 'bad' });
  for (let second = 0; second < LONGEST_SECONDS; second++) {
    await stage.pass(1_000);
    await look(watching);
    if (await isOver(stage, pair, seen)) break;
  }
  const figures = await figuresOf(stage, pair, seen, faultAt, from, owner);
  return { figures, expectations: await expectationsOf(stage, pair, figures, seen, faultAt) };
}

/** The lab activates its pair when it begins, as a person would do once. */
async function activated(stage: Stage, pair: NamedPair, active: string): Promise<void> {
  for (let second = 0; second < LONGEST_ACTIVATION_SECONDS; second++) {
    if ((await stage.parameter(activeName(pair.name))) === active) return;
    await stage.pass(1_000);
  }
  throw new Error(`${activeName(pair.name)} does not say ${active} after ${LONGEST_ACTIVATION_SECONDS} s`);
}

/** Which address is whose: the load balancers' own names say. */
async function ownersOf(stage: Stage, pair: NamedPair): Promise<Map<string, string>> {
  const [server = ''] = stage.nameServers;
  const owner = new Map<string, string>();
  for (const cluster of clusterNames(pair)) {
    for (const address of await stage.dns(server, `${pair.clusters[cluster]?.loadBalancer.host}.`, 'A'))
      owner.set(address, cluster);
  }
  return owner;
}

/** The execution has ended, and honest customers have had the time to follow and to be well for a while. */
async function isOver(stage: Stage, pair: NamedPair, { execution, lastOldAnswerAt }: Seen): Promise<boolean> {
  if (execution === undefined || lastOldAnswerAt === undefined) return false;
  if ((await stage.describe(execution)).status === 'RUNNING') return false;
  return (await stage.now()) >= settledAt(pair, lastOldAnswerAt) + AFTERWARDS_SECONDS * 1000;
}

export function printPlayed({ figures, expectations }: Played, output: Output): void {
  const { requests, route53, secondsToDetect, secondsToDecide, secondsToWithdraw, secondsToRestore } = figures;
  const rows: [string, string][] = [
    ['time to detect', `${secondsToDetect} s`],
    ['time to decide', `${secondsToDecide} s`],
    ['time to withdraw', `${secondsToWithdraw} s`],
    ['time to restore', `${secondsToRestore} s`],
    [
      'requests',
      `${requests.sent} sent, ${requests.failed} failed, ${requests.failedAfterRestore} of them after INSYNC and one TTL`,
    ],
    ['tail', `${requests.failedInTail} failed behind resolvers that stretch TTLs and still name the old side`],
    [
      'Route 53',
      `${route53.calls} calls, ${route53.changeCalls} of them changes, ${route53.changeTokens} change tokens`,
    ],
    ['Step Functions', `${figures.stateTransitions} state transitions`],
  ];
  output.print();
  for (const [name, value] of rows) output.print(`  ${name.padEnd(18)} ${value}`);
  output.print();
  for (const { expected, met, seen } of expectations) {
    output.print(
      `  ${met ? output.styled('green', 'ok ') : output.styled('red', 'NO ')} ${expected}${met ? '' : `: ${seen}`}`,
    );
  }
  output.print();
  const faces = figures.activeFaces;
  output.print(
    `${figures.outcome} ${figures.from} -> ${figures.to} at epoch ${figures.epoch}. Active: ${faces.ssm} (parameter), ${faces.dnsTxt} (fence), ${faces.weights} (DNS answers), ${faces.configMap} (clusters).`,
  );
}
