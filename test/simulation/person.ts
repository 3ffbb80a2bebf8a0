/** A person who wants a pair on a cluster, and types what the answer before told them to type. */
import type { SteppedClock } from '../../models/stepped-clock.ts';

/** So many commands are typed at most until it is there, from when pods have had their time. */
const COMMANDS_MAX = 8;
const LOOK_AGAIN_SECONDS = 180;
/** A cluster that was healed starts its pods anew; then the other one, where users shall go, is asked for its own. */
const STARTS = 2;

export interface Desk {
  clock: SteppedClock;
  /** How long a pod of theirs may take from its start to ready. */
  podSeconds: number;
  /** Starts a run, and waits for its end. */
  run: (input: Readonly<Record<string, unknown>>) => Promise<Answer>;
}

export interface Answer {
  /** Of the execution. */
  name: string;
  outcome?: string;
  because?: readonly string[];
  next?: string;
}

/** @returns undefined: it is there; otherwise everything that was typed, and what came of it */
export async function movedByHand(
  { clock, podSeconds, run }: Desk,
  to: string,
): Promise<readonly string[] | undefined> {
  const wish = { mode: 'switchover', to };
  let input: Readonly<Record<string, unknown>> = wish;
  const typed: string[] = [];
  const patientUntil = clock.now() + STARTS * podSeconds * 1000;
  for (let commands = 0; commands < COMMANDS_MAX; commands++) {
    const { name, outcome, because, next } = await run(input);
    typed.push(`${name} ${JSON.stringify(input)}: ${outcome} (${because?.[0]}) next ${next}`);
    if (input === wish && (outcome === 'Switched' || outcome === 'Unchanged')) return undefined;
    const command = inputFrom(next ?? '', to);
    if (command === undefined) {
      await clock.run(LOOK_AGAIN_SECONDS * 1000);
      if (clock.now() < patientUntil) commands = 0;
    }
    input = command ?? wish;
  }
  return typed;
}

/** `throwover repair --pair shop --to blue` as the input of an execution; undefined: it only looks. */
function inputFrom(command: string, to: string): Record<string, unknown> | undefined {
  const [, verb = '', rest = ''] = /^throwover (\S+)(.*)$/.exec(command) ?? [];
  const option = (name: string) => new RegExp(`--${name} ([^\\s"]+)`).exec(rest)?.[1];
  const override = [...rest.matchAll(/--override (\S+)/g)].map(([, gate = '']) => gate);
  const more = override.length === 0 ? {} : { override };
  if (verb === 'switch')
    return { mode: rest.includes('--failover') ? 'failover' : 'switchover', to: option('to') ?? to, ...more };
  if (verb === 'repair') return { mode: 'repair', ...(option('to') === undefined ? {} : { to: option('to') }) };
  if (verb === 'accept') return { mode: 'accept', active: option('active') };
  return ['ack', 'resume', 'pause'].includes(verb) ? { mode: verb } : undefined;
}
