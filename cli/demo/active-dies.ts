/** The play: users lose the active cluster, and nobody does anything. */
import type { NamedPair } from '../../core/topology/pair.ts';
import type { Stage } from '../../lab/stage.ts';
import { calmUntilFault } from './beginning.ts';
import { expectationsOf } from './expectations.ts';
import { type Figures, figuresOf, settledAt } from './figures.ts';
import type { Expectation, Played, Scenario, Setting } from './scenario.ts';
import { look, type Seen } from './watching.ts';

const LONGEST_SECONDS = 900;
/** The window in which customers must be well again, beside the TTL. */
const AFTERWARDS_SECONDS = 15;

export const activeDies: Scenario = lossBy({
  about: 'the active cluster dies, and nobody does anything',
  fault: 'kill',
  told: (cluster) => `${cluster} is dead: its API, its load balancer, its pods`,
});

export interface Loss {
  about: string;
  /** A button of the lab, for the active cluster. */
  fault: string;
  /** What is told of it. */
  told(cluster: string): string;
  /** What must be true besides. */
  besides?(stage: Stage, seen: Seen, from: string): Promise<Expectation[]>;
}

/** A play in which users lose the active cluster in some way, and automation brings them to the other one. */
export function lossBy(loss: Loss): Scenario {
  return { about: loss.about, play: (setting) => play(loss, setting) };
}

async function play(loss: Loss, setting: Setting): Promise<Played> {
  const { faultAt, watching } = await calmUntilFault(setting);
  const { stage, pair, telling, from, owner, seen } = watching;
  await stage.inflict(loss.fault, from);
  await telling.tell(faultAt, 'fault', loss.told(from), { tone: 'bad' });
  for (let second = 0; second < LONGEST_SECONDS; second++) {
    await stage.pass(1_000);
    await look(watching);
    if (await isOver(stage, pair, seen)) break;
  }
  const figures = await figuresOf(stage, pair, seen, faultAt, from, owner);
  return {
    figures,
    rows: rowsOf(figures),
    expectations: [
      ...(await expectationsOf(stage, pair, figures, seen, faultAt)),
      ...((await loss.besides?.(stage, seen, from)) ?? []),
    ],
    end: endOf(figures),
  };
}

/** The execution has ended, and honest customers have had the time to follow and to be well for a while. */
export async function isOver(stage: Stage, pair: NamedPair, { execution, lastOldAnswerAt }: Seen): Promise<boolean> {
  if (execution === undefined || lastOldAnswerAt === undefined) return false;
  if ((await stage.describe(execution)).status === 'RUNNING') return false;
  return (await stage.now()) >= settledAt(pair, lastOldAnswerAt) + AFTERWARDS_SECONDS * 1000;
}

export function rowsOf(figures: Figures): [string, string][] {
  const { requests, route53, secondsToDetect, secondsToDecide, secondsToWithdraw, secondsToRestore } = figures;
  return [
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
}

export function endOf({ outcome, from, to, epoch, activeFaces: faces }: Figures): string {
  return `${outcome} ${from} -> ${to} at epoch ${epoch}. Active: ${faces.ssm} (parameter), ${faces.dnsTxt} (fence), ${faces.weights} (DNS answers), ${faces.configMap} (clusters).`;
}
