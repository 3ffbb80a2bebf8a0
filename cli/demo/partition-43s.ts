/**
 * The play in which nothing must happen: for 43 seconds nobody reaches the active cluster. Alarms go off, a run begins, every
 * observer calls the cluster dead; and nobody is moved, because it is over before it is confirmed.
 */
import type { Observation } from '../../core/observe/observation.ts';
import { calmUntilFault } from './beginning.ts';
import { recordOf } from './figures.ts';
import { type Expectation, expectation, type Played, type Scenario, type Setting } from './scenario.ts';
import { look, type Seen } from './watching.ts';

const PARTITION_SECONDS = 43;
/** Long enough for a second alarm, a second look and everything that could still go wrong. */
const AFTERWARDS_SECONDS = 240;
/** Customers that were waiting when it ended. */
const PATIENCE_SECONDS = 5;

export const partition43Seconds: Scenario = {
  about: 'nobody reaches the active cluster for 43 seconds: nobody is moved',
  play,
};

async function play(setting: Setting): Promise<Played> {
  const { faultAt, watching } = await calmUntilFault(setting);
  const { stage, pair, telling, from, seen } = watching;
  const epochBefore = await epochOf({ stage, pair });
  await stage.inflict('partition', from);
  await telling.tell(faultAt, 'fault', `nobody reaches ${from}: packets to and from it vanish`, { tone: 'bad' });
  const healedAt = faultAt + PARTITION_SECONDS * 1000;
  for (let second = 1; second <= PARTITION_SECONDS + AFTERWARDS_SECONDS; second++) {
    await stage.pass(1_000);
    if (second === PARTITION_SECONDS) {
      await stage.inflict('heal');
      await telling.tell(await stage.now(), 'healed', `${from} is reached again, as if nothing had been`, {
        tone: 'good',
      });
    }
    await look(watching);
  }
  const record = await recordOf(stage, seen);
  const customers = await stage.customers(faultAt);
  const changes = (await stage.changeLog()).filter(({ at, caller }) => at >= faultAt && caller === 'throwover');
  const alarmed = classesThatSawDead(seen, from);
  const epoch = await epochOf({ stage, pair });
  const outcome = String(record.outcome ?? 'none');
  const failedLater = customers.failedSince[healedAt + PATIENCE_SECONDS * 1000] ?? 0;
  const expectations: Expectation[] = [
    expectation('an alarm started a run, and it ends Held', outcome === 'Held', outcome),
    expectation('observers of two classes saw the cluster dead', alarmed.length >= 2, alarmed.join(', ') || 'none did'),
    expectation('nothing was claimed', epoch === epochBefore, `epoch ${epochBefore} before, ${epoch} now`),
    expectation('no record was changed', changes.length === 0, `${changes.length} changes`),
    expectation('customers are served again when it is over', failedLater === 0, `${failedLater} failed later`),
  ];
  return {
    figures: {
      outcome,
      from,
      epoch,
      seconds: PARTITION_SECONDS,
      requests: { sent: customers.sent, failed: customers.failed },
    },
    rows: [
      ['partition', `${PARTITION_SECONDS} s, ${pair.timing.confirmSeconds} s are needed to confirm a loss`],
      ['requests', `${customers.sent} sent, ${customers.failed} failed`],
      ['Route 53', `${changes.length} changes`],
    ],
    expectations,
    end: `${outcome}. ${from} stays active at epoch ${epoch}; a move would have cost more than it could have saved.`,
  };
}

/** Classes of observers in whose samples the canary of the cluster failed. */
function classesThatSawDead({ answers }: Seen, cluster: string): string[] {
  const samples = answers.flatMap(({ payload }) => (payload.observations ?? []) as Observation[]);
  const failing = samples.filter((one) => one.cluster === cluster && /^un(healthy|reachable)$/.test(one.canary));
  return [...new Set(failing.map(({ observer }) => observer))].sort();
}

async function epochOf({ stage, pair }: Pick<Setting, 'stage' | 'pair'>): Promise<number> {
  return Number((await stage.ledger(pair.name))?.epoch ?? 0);
}
