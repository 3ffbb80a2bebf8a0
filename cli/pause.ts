/** `throwover pause`: no further traffic batch of automation leaves until somebody resumes. */
import type { Clock } from '../core/ports.ts';
import type { Console } from './console.ts';
import { carryOut } from './run/carry-out.ts';
import { durationIn, reasonOption, textOf, topologyAndPair, withPair, withWaiting } from './run/options.ts';
import { personAt } from './run/who.ts';
import { Refused, type Verb } from './verb.ts';

export const pause: Verb = {
  declare: (command) =>
    withWaiting(
      withPair(command)
        .option('--reason <text>', 'why, for whoever finds it paused')
        .option('--until <when>', 'when it ends by itself: 90m, 2h, 3d, or a time such as 2026-03-01T06:00:00Z'),
    ),
  examples: [
    ['npx throwover pause --reason "Route 53 incident"', 'until somebody resumes'],
    ['npx throwover pause --reason "network maintenance" --until 2h', 'ends by itself'],
  ],
  async run(asked, surroundings) {
    const { topology, pair } = topologyAndPair(asked, surroundings);
    const reason = reasonOption(asked.options.reason);
    const until = textOf(asked.options.until);
    const request = { pair: pair.name, mode: 'pause' as const, reason, by: personAt(surroundings) };
    // by the world's clock, which in the lab is not this machine's
    const ending = async ({ clock }: Console) => ({
      ...request,
      ...(until === undefined ? {} : { until: endOf(until, clock) }),
    });
    return carryOut(topology, { request: ending, live: false }, asked, surroundings);
  },
};

function endOf(said: string, clock: Pick<Clock, 'now'>): string {
  const lasting = durationIn(said);
  const at =
    lasting !== undefined ? clock.now() + lasting : /(Z|[+-]\d\d:\d\d)$/.test(said) ? Date.parse(said) : Number.NaN;
  if (Number.isNaN(at))
    throw new Refused(
      `--until takes 90m, 2h, 3d, or a time with its offset such as 2026-03-01T06:00:00Z; found ${said}.`,
    );
  if (at <= clock.now()) throw new Refused(`--until ${said} is over already.`);
  return new Date(at).toISOString();
}
