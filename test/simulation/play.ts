/** Plays one case from its first minute to its end, and says whether every promise was kept. */

import { afterwards } from './afterwards.ts';
import type { Case } from './case.ts';
import { BEGIN_SECONDS, END_SECONDS } from './happenings.ts';
import { type Meddling, Simulated } from './simulated.ts';
import { numbersOf } from './streams.ts';

export interface Played {
  seed: number;
  /** What was broken, the first first; empty: every promise was kept. */
  broken: readonly string[];
  hash: string;
  trace: readonly string[];
  figures: Figures;
}

export interface Figures {
  virtualMinutes: number;
  /** Port calls of ours. */
  calls: number;
  invocations: number;
  executions: number;
  faults: number;
}

/** A death that nothing hides from us, in a world that lets us act: users must have been moved by the time it is over. */
function movesInTime({ story, setting }: Case): boolean {
  const { alarms, podSeconds, share, skewSeconds } = setting;
  const calm = alarms.lost === 0 && alarms.late === 0 && share === 1 && Object.keys(skewSeconds).length === 0;
  return story === 'active dies, one class is blind' && calm && podSeconds <= 60;
}

export async function play(of: Case, meddling: Meddling = {}): Promise<Played> {
  const simulated = new Simulated(of, meddling);
  const { clock, trace, world, plan, unreliable } = simulated;
  await simulated.ended(simulated.ask({ mode: 'accept', active: of.setting.active, reason: 'first' }), 300);
  await clock.run(BEGIN_SECONDS * 1000 - trace.seconds * 1000);
  plan.begin();
  const { alarms } = of.setting;
  world.eventBridge.passage.faults = {
    random: numbersOf(of.seed, 'alarms'),
    ...alarms,
    lateMsMax: alarms.lateSecondsMax * 1000,
  };
  simulated.schedule();
  await clock.run((END_SECONDS - BEGIN_SECONDS) * 1000);
  const stayed = movesInTime(of) && simulated.promises.watching.ledger()?.active === of.setting.active;
  const late = stayed ? ['L2, active dead, standby healthy, policy auto: moved: it was not'] : [];
  simulated.calm();
  const unmet = [...late, ...(await afterwards(simulated))];
  for (const line of unmet) trace.add(`BROKEN: ${line}`);
  return {
    seed: of.seed,
    broken: [...simulated.promises.all, ...unmet],
    hash: trace.hash(),
    trace: trace.lines,
    figures: {
      virtualMinutes: trace.seconds / 60,
      calls: simulated.calls,
      invocations: unreliable.invocations,
      executions: simulated.executions.length,
      faults: plan.struck.length + of.happenings.length,
    },
  };
}
