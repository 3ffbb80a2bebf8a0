/** `throwover decisions`: what was decided and why, and what people said of it afterwards. */
import { type Decision, MARKS } from '../core/decision.ts';
import { decisionsOf, markDecision } from '../functions/decisions.ts';
import { exitCodes } from './exit-codes.ts';
import { counted, type Output } from './output.ts';
import { atConsole, reached } from './reach.ts';
import { textOf, topologyAndPair, withPair } from './run/options.ts';
import { personAt } from './run/who.ts';
import { type Asked, Refused, type Surroundings, type Verb } from './verb.ts';

const SHOWN = 20;

export const decisions: Verb = {
  declare: (command) =>
    withPair(
      command
        .argument('[mark]', '`mark`, to say what you think of one')
        .argument('[run]', 'with `mark`: a run of the decision')
        .argument('[said]', `with \`mark\`: ${MARKS.join(', ')}`),
    )
      .option('--note <text>', 'with `mark`: why you think so')
      .option('--limit <number>', 'how many, the newest first', String(SHOWN)),
  examples: [
    ['npx throwover decisions', 'the last twenty: what was decided, because of what, how often'],
    [
      'npx throwover decisions mark shop-42-29441104-failover right --note "blue was dead"',
      'what you say of one of them',
    ],
    ["npx throwover decisions --json | jq '.decisions[] | select(.marks == [])'", 'what nobody has looked at yet'],
  ],
  async run(asked, surroundings) {
    const [word] = asked.args;
    if (word !== undefined && word !== 'mark')
      throw new Refused(`decisions takes nothing or \`mark <run> ${MARKS.join('|')}\`, found ${word}.`);
    return word === 'mark' ? mark(asked, surroundings) : list(asked, surroundings);
  },
};

async function list(asked: Asked, surroundings: Surroundings): Promise<number> {
  const { topology, pair } = topologyAndPair(asked, surroundings);
  const { output } = surroundings;
  const limit = Number(asked.options.limit);
  if (!Number.isInteger(limit) || limit < 1)
    throw new Refused(`--limit takes a whole number from 1 on, found ${asked.options.limit}.`);
  return atConsole(topology, surroundings, async (console) => {
    const { notes } = await reached('AWS', () => console.deployed(), surroundings);
    const found = await reached('DynamoDB', () => decisionsOf(pair.name, limit, { notes }), surroundings);
    if (asked.options.json === true) output.printJson({ pair: pair.name, decisions: found });
    else if (found.length === 0) output.print(`nothing was decided about ${pair.name} yet.`);
    else for (const decision of found) print(decision, output);
    return exitCodes.done;
  });
}

async function mark(asked: Asked, surroundings: Surroundings): Promise<number> {
  const { topology, pair } = topologyAndPair(asked, surroundings);
  const [, run, word] = asked.args;
  const said = MARKS.find((known) => known === word);
  if (run === undefined || said === undefined)
    throw new Refused(`say which run and what you think of it: decisions mark <run> ${MARKS.join('|')}.`);
  return atConsole(topology, surroundings, async (console) => {
    const { notes } = await reached('AWS', () => console.deployed(), surroundings);
    const at = console.clock.now();
    const one = { said, by: personAt(surroundings), at, note: textOf(asked.options.note) ?? '' };
    const decision = await reached('DynamoDB', () => markDecision(pair.name, run, one, { notes }), surroundings);
    if (decision === undefined) throw new Refused(`no decision of ${pair.name} knows a run ${run}.`);
    if (asked.options.json === true) surroundings.output.printJson(decision);
    else print(decision, surroundings.output);
    return exitCodes.done;
  });
}

function print(decision: Decision, output: Output): void {
  const { at, lastAt, times, outcome, kind, from, to, epoch, run, lastRun, situation, blocks, because, marks } =
    decision;
  const when = new Date(at).toISOString();
  const often = times === 1 ? '' : `, ${counted(times, 'time')} until ${new Date(lastAt).toISOString()}`;
  const way = `${kind} ${from} -> ${to}${epoch === 0 ? '' : `, epoch ${epoch}`}`;
  output.print(`${when}  ${output.styled('bold', outcome)}  ${way}${often}`);
  output.print(`  ${times === 1 ? run : `${run} … ${lastRun}`}`);
  if (blocks.length > 0) output.print(`  would have acted, kept back by ${blocks.join(', ')}`);
  const [first = situation] = because;
  output.print(`  ${first}`);
  for (const { said, by, note } of marks) output.print(`  ${said}, says ${by}${note === '' ? '' : `: ${note}`}`);
}
