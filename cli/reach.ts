/** The first word with the world outside: whoever waits for an endpoint that is not there learns so within 3 s. */
import type { Topology } from '../core/topology/schema.ts';
import type { Console } from './console.ts';
import { Refused, type Surroundings } from './verb.ts';

/** The rest of the 3 s is for starting this process, on a slow machine. */
const PATIENCE_MILLISECONDS = 2_000;

/** Nobody answers, or not to us. The message is the sentence the person reads. Exit code 1. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** Does `work` with a console, and lets go of its connections afterwards. */
export async function atConsole<T>(
  topology: Topology,
  surroundings: Pick<Surroundings, 'connect' | 'env' | 'clock' | 'load'>,
  work: (console: Console) => Promise<T>,
): Promise<T> {
  const { connect, env, load } = surroundings;
  await load?.();
  const console = await reached('AWS', () => connect(topology, env), surroundings);
  try {
    return await work(console);
  } finally {
    console.close();
  }
}

/** Asks, and gives up when nobody answers. Throws `Unreachable` with who did not answer and what it said. */
export async function reached<T>(
  whom: string,
  ask: () => Promise<T>,
  { clock, env }: Pick<Surroundings, 'clock' | 'env'>,
): Promise<T> {
  try {
    return await clock.within(PATIENCE_MILLISECONDS, ask);
  } catch (cause) {
    throw saysItAll(cause) ? cause : unreachable(whom, cause, env);
  }
}

/** Nobody was asked, or it was said already who does not answer. */
function saysItAll(cause: unknown): boolean {
  const settled = cause instanceof Refused || cause instanceof Unreachable;
  return settled || (cause instanceof Error && cause.name === 'ConfigInvalid');
}

export function unreachable(whom: string, cause: unknown, env: Surroundings['env']): Unreachable {
  const at = env.AWS_ENDPOINT_URL ? ` at ${env.AWS_ENDPOINT_URL}` : '';
  return new Unreachable(`${whom}${at} does not answer: ${sentenceOf(cause)}. ${hint(env)}`, { cause });
}

/** What an error says, without the name when the message tells as much; the SDK's aggregate errors have no message. */
export function sentenceOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { code } = cause as NodeJS.ErrnoException;
  const inner = cause instanceof AggregateError ? cause.errors[0] : undefined;
  const said = cause.message || (inner instanceof Error ? inner.message : '') || code || cause.name;
  return said
    .replace(/\s*\n\s*/g, ' ')
    .trim()
    .replace(/\.$/, '');
}

function hint(env: Surroundings['env']): string {
  return env.AWS_ENDPOINT_URL
    ? 'Is the lab running (`npx throwover lab`)?'
    : 'In a terminal beside the lab: eval "$(npx throwover lab env)"; else sign in to the AWS account of the pair.';
}
