/** Start a leg of a drill: a run of the switch, under a name that a second try finds again. */
import * as z from 'zod/mini';
import { wayOf } from '../core/drill/course.ts';
import { Drill, LEGS, runOfLeg } from '../core/drill/drill.ts';
import type { Request } from './request.ts';
import type { World } from './world.ts';

export const StartLegInput = z.object({ drill: Drill, leg: z.enum(LEGS) });

export async function startLeg(
  { drill, leg }: z.output<typeof StartLegInput>,
  { executions, clock }: Pick<World, 'executions' | 'clock'>,
): Promise<{ run: string; because: string }> {
  const run = runOfLeg(drill, leg);
  const { from, to } = wayOf(drill, leg);
  const request: Request = {
    pair: drill.pair,
    mode: drill.kind === 'preview' ? 'preview' : 'switchover',
    to,
    reason: `drill: ${drill.reason}`.slice(0, REASON_LONGEST),
    ...(drill.ring === undefined ? {} : { ring: drill.ring }),
    drill: drill.name,
    // what nobody started by hand is stopped by a pause, and needs the policy's leave
    ...(drill.startedBy === 'person' ? {} : { signal: { source: 'drill', name: drill.name, at: clock.now() } }),
  };
  await executions.start('switch', run, request);
  return { run, because: `${run}: ${from} -> ${to}` };
}

const REASON_LONGEST = 500;
