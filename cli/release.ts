/**
 * `throwover release`: takes the pair away from whoever holds it and cannot give it back. It is the one verb that writes the
 * ledger by itself: it is needed when no execution can, because the holder is a person's terminal that is gone, or because
 * the watch that would reap a dead execution is down. The epoch grows, so what the old holder still sends is refused.
 */
import { emptyLedger, type Holder, isPlanned, type Ledger } from '../core/ledger/ledger.ts';
import { change, type LedgerStore } from '../core/ledger/store.ts';
import { letGo } from '../core/ledger/transitions.ts';
import type { RunRecord } from '../core/record.ts';
import type { NamedPair } from '../core/topology/pair.ts';
import type { Console, Runs } from './console.ts';
import { atConsole, reached } from './reach.ts';
import { topologyAndPair, withPair } from './run/options.ts';
import { exitCodeOfRecords, printRecord, recordsIn } from './run/record.ts';
import { personAt } from './run/who.ts';
import type { Surroundings, Verb } from './verb.ts';

export const release: Verb = {
  declare: (command) =>
    withPair(command).option('--force', 'also from an execution that has ended: the watch would do it in two minutes'),
  examples: [
    ['npx throwover release', 'what a person took and did not give back'],
    ['npx throwover release --force', 'a dead execution still holds the pair and the watch is down'],
  ],
  async run(asked, surroundings) {
    const { topology, pair } = topologyAndPair(asked, surroundings);
    const { options } = asked;
    return atConsole(topology, surroundings, async (console) => {
      const record = await released(pair, console, options.force === true, surroundings);
      if (options.json === true) surroundings.output.printJson(record);
      else for (const one of recordsIn(record) ?? []) printRecord(one, surroundings.output);
      return exitCodeOfRecords(recordsIn(record) ?? []);
    });
  },
};

async function released(
  pair: NamedPair,
  console: Console,
  force: boolean,
  surroundings: Surroundings,
): Promise<RunRecord> {
  const { ledger: store, runs } = await reached('AWS', () => console.deployed(), surroundings);
  const ledger = (await reached('DynamoDB', () => store.read(pair.name), surroundings)) ?? emptyLedger(pair.name);
  const { holder } = ledger;
  if (holder === undefined) return record('Unchanged', ledger, `nobody holds ${pair.name}`, nothingElse(pair));
  const kept = await whyKept(holder, pair, runs, force, surroundings);
  if (kept !== undefined) return record('Refused', ledger, kept.because, kept.next);
  const written = await change(
    store,
    emptyLedger(pair.name),
    (now) =>
      now.holder?.nonce === holder.nonce
        ? letGo(now)
        : { kind: 'no', because: `${holder.id} has let go of ${pair.name} by itself meanwhile` },
    (now) => now.holder?.nonce !== holder.nonce && now.epoch > ledger.epoch,
  );
  if (written.kind === 'no') return record('Unchanged', written.ledger, written.because, nothingElse(pair));
  await noted(store, pair, holder, written.ledger, console, surroundings);
  const because = `${holder.id} (${holder.kind}, to ${holder.to}) no longer holds ${pair.name}`;
  return record('Recorded', written.ledger, because, `throwover repair --pair ${pair.name}`);
}

/** A reason not to take it away; undefined when it may be. */
async function whyKept(
  holder: Holder,
  pair: NamedPair,
  runs: Runs,
  force: boolean,
  surroundings: Surroundings,
): Promise<{ because: string; next: string } | undefined> {
  if (!holder.id.startsWith('sfn:')) return undefined;
  const arn = holder.id.slice('sfn:'.length);
  const seen = await reached('Step Functions', () => runs.describe(arn), surroundings);
  const status = seen?.status ?? 'unknown to Step Functions';
  if (status === 'RUNNING' || status === 'PENDING_REDRIVE') {
    const stop = `aws stepfunctions stop-execution --execution-arn ${arn}`;
    return {
      because: `${holder.id} (${holder.kind}) is ${status}: end it, then the watch takes the pair from it`,
      next: isPlanned(holder.kind) ? `throwover abort --pair ${pair.name} --back` : stop,
    };
  }
  if (force) return undefined;
  return {
    because: `${holder.id} is ${status}: the watch takes the pair from it within two minutes`,
    next: `throwover release --pair ${pair.name} --force`,
  };
}

/** For whoever asks later. The pair is free already: not being able to note it is worth a sentence, no more. */
async function noted(
  store: LedgerStore,
  pair: NamedPair,
  holder: Holder,
  ledger: Ledger,
  { clock }: Console,
  { env, output }: Surroundings,
): Promise<void> {
  const by = personAt({ env });
  const at = clock.now();
  try {
    await store.note(pair.name, { epoch: ledger.epoch, key: 'release', at, what: 'released', facts: { holder, by } });
  } catch (cause) {
    output.complain(`the pair is free, but that could not be noted: ${cause instanceof Error ? cause.message : cause}`);
  }
}

function nothingElse(pair: NamedPair): string {
  return `throwover status --pair ${pair.name}`;
}

function record(outcome: RunRecord['outcome'], ledger: Ledger, because: string, next: string): RunRecord {
  return {
    outcome,
    pair: ledger.pair,
    mode: 'release',
    epoch: ledger.epoch,
    ...(ledger.active === undefined ? {} : { active: ledger.active }),
    because: [because],
    next,
    zones: [],
    gates: [],
    debts: ledger.debts,
  };
}
