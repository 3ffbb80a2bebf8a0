/** Plays one case from its first minute to its end, and says whether every promise was kept. */

import { skewBreaksNothing } from '../invariants/clock-skew.ts';
import { breaches } from '../invariants/invariant.ts';
import { routingStays, theDeadAreLeft, unkept } from '../invariants/liveness.ts';
import { afterwards } from './afterwards.ts';
import type { Case } from './case.ts';
import { BEGIN_SECONDS, END_SECONDS } from './happenings.ts';
import { rareStates } from './rare.ts';
import { type Meddling, Simulated } from './simulated.ts';
import { numbersOf } from './streams.ts';
import { moves } from './weights.ts';

export interface Played {
  seed: number;
  /** What was broken, the first first; empty: every promise was kept. */
  broken: readonly string[];
  hash: string;
  trace: readonly string[];
  figures: Figures;
  /** Rare states that it reached, by their names. */
  reached: readonly string[];
}

export interface Figures {
  virtualMinutes: number;
  /** Port calls of ours. */
  calls: number;
  invocations: number;
  executions: number;
  faults: number;
}

/** What somebody says outside is no act either, in however many shapes. */
const NOBODY_ACTS = ['outage', 'outage over', 'blind', 'sighted', 'signal', 'alarm actions'];

function whileFaultsLasted({ story, setting, happenings }: Case, { promises }: Simulated): string[] {
  const { podSeconds, share, skewSeconds, active } = setting;
  // also when every alarm is lost: the watch sees for itself
  const calm = share === 1 && Object.keys(skewSeconds).length === 0;
  const { watching } = promises;
  const mustMove = story === 'active dies, one class is blind' && calm && podSeconds <= 60;
  const nobodyActs = happenings.every(([, { what }]) => NOBODY_ACTS.includes(what));
  const moved = watching.changes.filter(({ groups }) => groups.some(moves));
  return [
    ...(mustMove && watching.ledger()?.active === active ? [unkept(theDeadAreLeft, `${active} is still active`)] : []),
    ...(nobodyActs && moved.length > 0 ? [unkept(routingStays, `${moved[0]?.caller} changed ${moved[0]?.zone}`)] : []),
  ];
}

export async function play(of: Case, meddling: Meddling = {}): Promise<Played> {
  const simulated = new Simulated(of, meddling);
  const { clock, trace, plan, unreliable } = simulated;
  await simulated.ended(simulated.ask({ mode: 'accept', active: of.setting.active, reason: 'first' }), 300);
  await clock.run(BEGIN_SECONDS * 1000 - trace.seconds * 1000);
  plan.begin();
  const { alarms } = of.setting;
  for (const [nth, { passage }] of simulated.waysOfSignals.entries())
    passage.faults = {
      random: numbersOf(of.seed, nth === 0 ? 'alarms' : `alarms ${nth}`),
      ...alarms,
      lateMsMax: alarms.lateSecondsMax * 1000,
    };
  simulated.schedule();
  await clock.run((END_SECONDS - BEGIN_SECONDS) * 1000);
  const meanwhile = whileFaultsLasted(of, simulated);
  simulated.calm();
  const unmet = [...meanwhile, ...(await afterwards(simulated))];
  const all = [...simulated.promises.all, ...unmet];
  const skewed = breaches([skewBreaksNothing], { skewSeconds: of.setting.skewSeconds, broken: all });
  for (const line of [...unmet, ...skewed]) trace.add(`BROKEN: ${line}`);
  return {
    seed: of.seed,
    broken: [...all, ...skewed],
    hash: trace.hash(),
    trace: trace.lines,
    reached: rareStates.filter(({ line }) => trace.lines.some((one) => line.test(one))).map(({ state }) => state),
    figures: {
      virtualMinutes: trace.seconds / 60,
      calls: simulated.calls,
      invocations: unreliable.invocations,
      executions: simulated.executions.length,
      faults: plan.struck.length + of.happenings.length,
    },
  };
}
