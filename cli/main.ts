/** `throwover <verb>`: finds the verb, reads its arguments, gives its exit code. */
import { createInterface } from 'node:readline/promises';
import { Command, CommanderError } from 'commander';
import { systemClock } from '../adapters/clock/system.ts';
import { nearest } from '../core/topology/nearest.ts';
import project from '../package.json' with { type: 'json' };
import { exitCodes } from './exit-codes.ts';
import { outputTo } from './output.ts';
import { type Asked, Refused, type Surroundings, type Verb } from './verb.ts';
import { verbs } from './verbs.ts';

/** The exit code. Never throws: what went wrong has been said in one sentence (THROWOVER_DEBUG=1: with its stack). */
export async function main(argv: readonly string[], surroundings = ofThisProcess()): Promise<number> {
  try {
    return await called(argv, surroundings);
  } catch (error) {
    return explained(error, surroundings);
  }
}

async function called(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const [first, ...rest] = argv;
  if (first === undefined || first === '--help' || first === '-h' || (first === 'help' && rest[0] === undefined)) {
    surroundings.output.print(overview());
    return first === undefined ? exitCodes.refused : exitCodes.done;
  }
  if (first === '--version' || first === '-V') {
    surroundings.output.print(project.version);
    return exitCodes.done;
  }
  const [name, words] = first === 'help' ? [rest[0] ?? '', ['--help']] : [first, rest];
  const listed = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (listed === undefined) throw new Refused(unknownVerb(name));
  const verb = await listed.load();
  const asked = read(commandOf(name, listed.summary, verb, surroundings), words);
  return asked === 'help was shown' ? exitCodes.done : await verb.run(asked, surroundings);
}

function overview(): string {
  const width = Math.max(...Object.keys(verbs).map((name) => name.length)) + 2;
  return [
    'Moves production traffic between two equal Amazon EKS clusters when the active one fails, or when you ask.',
    '',
    'Usage: throwover <verb> [arguments]',
    '',
    ...Object.entries(verbs).map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}`),
    '',
    '"throwover help <verb>" shows its arguments and examples.',
    '',
    'Exit codes: 0 done · 1 our own fault, or an endpoint that does not answer · 2 refused · 3 held · 4 uncertain · 5 superseded',
  ].join('\n');
}

function unknownVerb(name: string): string {
  const meant = nearest(name, Object.keys(verbs));
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return `there is no verb ${name}.${hint} "throwover --help" lists them all.`;
}

function commandOf(name: string, summary: string, verb: Verb, { output }: Surroundings): Command {
  const examples = verb.examples.map(([commandLine, purpose]) => `  ${commandLine}\n      ${purpose}`);
  return verb
    .declare(new Command(`throwover ${name}`).description(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`))
    .addHelpText('after', `\nExamples:\n${examples.join('\n')}`)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.print(text.trimEnd()),
      writeErr: () => {}, // the sentence is in the error, and `explained` prints it
    });
}

function read(command: Command, words: readonly string[]): Asked | 'help was shown' {
  try {
    command.action(() => {}).parse(words, { from: 'user' });
    return { args: command.processedArgs, options: command.opts() };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return 'help was shown';
    throw new Refused(error.message.replace(/^error: /, ''));
  }
}

/** Named errors by which the core refuses what it was asked for: bad input, like `Refused`. */
const refusals = new Set(['Refused', 'UnknownPair', 'UnknownCluster']);

function explained(error: unknown, { output, env }: Surroundings): number {
  const known = error instanceof Error ? error : new Error(String(error));
  output.complain(`throwover: ${env.THROWOVER_DEBUG === '1' ? (known.stack ?? known.message) : sentence(known)}`);
  return refusals.has(known.name) ? exitCodes.refused : exitCodes.failed;
}

/** The message on one line; the name of an error that has none. */
function sentence(error: Error): string {
  return error.message.replace(/\s*\n\s*/g, ' ').trim() || error.name;
}

function ofThisProcess(): Surroundings {
  const { stdout, stderr, env } = process;
  // `throwover … | head` closes stdout early; that is the reader's right and no error of ours.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    output: outputTo(stdout, stderr, env),
    env,
    folder: process.cwd(),
    clock: systemClock,
    connect: async (topology, around) => (await import('./aws-console.ts')).connect(topology, around),
    load: () => import('./aws-console.ts'),
    ...(process.stdin.isTTY && stdout.isTTY ? { ask } : {}),
    interrupted(happens) {
      // Only the first Ctrl-C is ours: a second one ends the process as always.
      process.once('SIGINT', happens);
      return () => process.off('SIGINT', happens);
    },
  };
}

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}
