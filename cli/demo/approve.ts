import type { Stage } from '../../lab/stage.ts';
import { calmUntilFault } from './beginning.ts';
import { recordOf } from './figures.ts';
import { type Expectation, expectation, type Played, type Scenario, type Setting } from './scenario.ts';
import { look, type Seen, type Watching } from './watching.ts';

const THINKING_SECONDS = 90;
/** What a person may wait between their word and the claim. */
const ACTS_WITHIN_SECONDS = 30;
const LONGEST_SECONDS = 900;
const PERSON = 'person:ada@desk';

export const approve: Scenario = {
  about: 'the active cluster dies, and the run asks a person first',
  topology: (topology) => ({
    ...topology,
    pairs: Object.fromEntries(
      Object.entries(topology.pairs).map(([name, pair]) => [name, { ...pair, mode: 'approve' as const }]),
    ),
  }),
  play,
};

async function play(setting: Setting): Promise<Played> {
  const { faultAt, watching } = await calmUntilFault(setting);
  const { stage, pair, telling, from, to, seen } = watching;
  await stage.inflict('kill', from);
  await telling.tell(faultAt, 'fault', `${from} is dead: its API, its load balancer, its pods`, { tone: 'bad' });

  await until(watching, () => hasEntered(stage, seen, 'AskPerson'));
  const askedAt = await stage.now();
  const run = seen.execution?.split(':').at(-1) ?? '';
  await telling.tell(askedAt, 'asks', `${run} waits for a person: throwover approve ${run}`, { tone: 'loud' });
  for (let second = 0; second < THINKING_SECONDS; second++) {
    await stage.pass(1_000);
    await look(watching);
  }
  const claimedUnasked = await hasEntered(stage, seen, 'Claim');
  const early = (await movesSince(stage, faultAt)).length;
  const saidAt = await stage.now();
  await telling.tell(saidAt, 'approved', `${PERSON} has looked at it: go`, { tone: 'good' });
  const word = { mode: 'approve', run, by: PERSON, reason: 'looked at it' };
  const taken = await outcomeOf(stage, await stage.answer(word));
  await until(watching, () => hasEntered(stage, seen, 'Claim'));
  const claimedAt = await stage.now();
  const twice = await outcomeOf(stage, await stage.answer(word));
  await telling.tell(await stage.now(), 'again', `the same word a second time: ${twice}`);
  await until(watching, async () => (await stage.describe(seen.execution ?? '')).status !== 'RUNNING');

  const record = await recordOf(stage, seen);
  const outcome = String(record.outcome ?? 'none');
  const claims = (await stage.ledgerEvents(pair.name, Number(record.epoch ?? 0))).filter(({ key }) => key === 'claim');
  const acted = Math.round((claimedAt - saidAt) / 1000);
  const waited = Math.round((saidAt - askedAt) / 1000);
  const expectations: Expectation[] = [
    expectation('the run asks, and claims nothing before it has an answer', !claimedUnasked, 'it claimed'),
    expectation('nobody is moved before a person said so', early === 0, `${early} batches moved users`),
    expectation('the word is taken', taken === 'Recorded', taken),
    expectation(`the run acts within ${ACTS_WITHIN_SECONDS} s of it`, acted <= ACTS_WITHIN_SECONDS, `${acted} s`),
    expectation(
      'the word releases one run, once',
      twice === 'Refused' && claims.length === 1,
      `${twice}, ${claims.length} claims`,
    ),
    expectation('the run ends Switched', outcome === 'Switched', outcome),
    expectation('no name was ever without an answer', seen.dark.size === 0, [...seen.dark].join(', ') || 'none was'),
  ];
  return {
    figures: { outcome, run, from, to, epoch: record.epoch, secondsAsked: waited, secondsToAct: acted },
    rows: [
      ['asked for', `${waited} s; ${pair.approvals.waitSeconds} s without an answer would have ended it Held`],
      ['acted after', `${acted} s`],
      ['batches', `${early} before the answer, ${(await movesSince(stage, faultAt)).length} in all`],
    ],
    expectations,
    end: `${outcome} ${from} -> ${to} at epoch ${record.epoch}, approved by ${PERSON}.`,
  };
}

async function until(watching: Watching, enough: () => Promise<boolean>): Promise<void> {
  for (let second = 0; second < LONGEST_SECONDS && !(await enough()); second++) {
    await watching.stage.pass(1_000);
    await look(watching);
  }
}

async function hasEntered(stage: Stage, { execution }: Seen, state: string): Promise<boolean> {
  if (execution === undefined) return false;
  return (await stage.history(execution)).some(
    ({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === state,
  );
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

async function outcomeOf(stage: Stage, arn: string): Promise<string> {
  for (let second = 0; second < LONGEST_SECONDS; second++) {
    const { status, output } = await stage.describe(arn);
    if (status !== 'RUNNING') return String((JSON.parse(output ?? '{}') as { outcome?: string }).outcome ?? status);
    await stage.pass(1_000);
  }
  return 'no end';
}
