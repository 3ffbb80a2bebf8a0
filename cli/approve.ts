/** `throwover approve` and `throwover reject`: the word of a person that a run waits for, after showing what is asked. */
import type { Command } from 'commander';
import { type Approval, isWaiting } from '../core/approval.ts';
import { withArticle } from '../core/gates/wording.ts';
import type { NamedPair } from '../core/topology/index.ts';
import { approvalsOf } from '../functions/approvals.ts';
import type { Console } from './console.ts';
import { counted, type Output } from './output.ts';
import { reached } from './reach.ts';
import { carryOut } from './run/carry-out.ts';
import { textOf, topologyAndPair, withPair, withWaiting } from './run/options.ts';
import { personAt } from './run/who.ts';
import { Refused, type Surroundings, type Verb } from './verb.ts';

const declare = (command: Command) =>
  withWaiting(
    withPair(command.argument('[run]', 'the run that asks; may be left out when only one does'))
      .option('--reason <text>', 'why, for the record')
      .option('--yes', 'do not ask back, even at a terminal'),
  );

export const approve: Verb = {
  declare,
  examples: [
    ['npx throwover approve', 'the one run that waits: shows what it would move and why, and asks you'],
    ['npx throwover approve shop-42-29441104-failover --reason "seen it, go"', 'that run and no other'],
    ['npx throwover approve --yes --json', 'for a chat bot; the answer is for exactly what was asked'],
  ],
  run: (asked, surroundings) => answer('approve', asked, surroundings),
};

export const reject: Verb = {
  declare,
  examples: [
    ['npx throwover reject --reason "the database is not ready"', 'the run ends Held; nobody was moved'],
    ['npx throwover reject shop-42-29441104-failover --reason "we fix blue"', 'that run and no other'],
  ],
  run: (asked, surroundings) => answer('reject', asked, surroundings),
};

async function answer(
  mode: 'approve' | 'reject',
  asked: Parameters<Verb['run']>[0],
  surroundings: Surroundings,
): Promise<number> {
  const { topology, pair } = topologyAndPair(asked, surroundings);
  const { options, args } = asked;
  const reason = textOf(options.reason)?.trim();
  if (mode === 'reject' && !reason) throw new Refused('say why: --reason "…". It stands in the record of the run.');
  const request = async (console: Console) => {
    const wanted = await wantedBy(args[0], pair, console, surroundings);
    if (options.json !== true) show(wanted, console.clock.now(), surroundings.output);
    const { ask } = surroundings;
    if (ask !== undefined && options.yes !== true && options.json !== true) await confirmed(mode, wanted, ask);
    return {
      pair: pair.name,
      mode,
      run: wanted.run,
      by: personAt(surroundings),
      ...(reason ? { reason } : {}),
    };
  };
  return carryOut(topology, { request, machine: 'answer', live: false }, asked, surroundings);
}

/** Nothing is started for a question that nobody asks. */
async function wantedBy(
  run: string | undefined,
  pair: NamedPair,
  { deployed, clock }: Console,
  surroundings: Surroundings,
): Promise<Approval> {
  const { notes } = await deployed();
  const asked = await reached('DynamoDB', () => approvalsOf(pair.name, { notes }), surroundings);
  const waiting = asked.filter((one) => isWaiting(one, clock.now()) && (run === undefined || one.run === run));
  const [wanted, ...others] = waiting;
  if (wanted === undefined)
    throw new Refused(
      run === undefined ? `no run of ${pair.name} waits for a person.` : `${run} does not wait for a person.`,
    );
  if (others.length > 0)
    throw new Refused(`several runs wait; say which: ${waiting.map((one) => one.run).join(', ')}.`);
  return wanted;
}

function show(
  { run, kind, intent, digest, because, starter, reason, expiresAt }: Approval,
  now: number,
  output: Output,
) {
  const { from, to, rings, steps, names } = intent;
  output.print(output.styled('bold', `${run} asks: may ${withArticle(kind)} move users from ${from} to ${to}?`));
  const how = steps.length > 1 ? `in steps of ${steps.join(', ')} %` : 'in one swap';
  output.print(`  what      ${counted(names, 'name')} of ring ${rings.join(' and ')}, ${how}; intent ${digest}`);
  if (starter !== undefined) output.print(`  started   by ${starter}`);
  if (reason !== '') output.print(`  reason    ${reason}`);
  for (const [index, line] of because.entries()) output.print(`  ${index === 0 ? 'because ' : '        '}  ${line}`);
  const left = Math.max(0, Math.round((expiresAt - now) / 1000));
  output.print(`  expires   ${new Date(expiresAt).toISOString()} (in ${left} s); without an answer nothing moves`);
}

async function confirmed(
  mode: 'approve' | 'reject',
  { run }: Approval,
  ask: NonNullable<Surroundings['ask']>,
): Promise<void> {
  const said = (await ask(`${mode} ${run}? [y/N] `)).trim();
  if (!/^y(es)?$/i.test(said)) throw new Refused('nothing was answered; the run goes on waiting.');
}
