/** The one clock of a lab: stepped, or running by itself. */
import { runningClock } from '../adapters/clock/running.ts';
import type { Clock } from '../models/clock.ts';
import { SteppedClock } from '../models/stepped-clock.ts';
import { Askers } from './askers.ts';
import { HeldClock } from './clock/held-clock.ts';
import { freeTime, type Hold } from './hold.ts';

export interface LabTime {
  clock: Clock;
  /** Undefined: time runs by itself. */
  stepped: SteppedClock | undefined;
  /** Lab seconds per second; 0 when stepped. */
  speed: number;
  held: HeldClock;
  /** Keeps time while a request is under way. */
  hold: Hold;
  /** Who works, and keeps time meanwhile. */
  askers: Askers;
  stop(): void;
}

/** Turns of the event loop in which nothing came over a socket: then nothing is under way. */
const QUIET_TURNS = 6;

export function labTime(speed: number | 'stepped', startsAt: number): LabTime {
  if (speed === 'stepped') {
    const stepped = new SteppedClock(startsAt, QUIET_TURNS);
    const hold = () => stepped.hold();
    return { clock: stepped, stepped, speed: 0, hold, stop: () => {}, ...kept(stepped, hold, 0) };
  }
  const running = runningClock(startsAt, speed);
  const { hold, stop } = running;
  // of requests nobody knows who asks: a foreign client that comes and says nothing must not keep time
  return { clock: running, stepped: undefined, speed, hold: freeTime, stop, ...kept(running, hold, speed) };
}

function kept(clock: Clock, hold: Hold, speed: number): Pick<LabTime, 'held' | 'askers'> {
  const held = new HeldClock(clock, hold, speed);
  return { held, askers: new Askers(hold, held) };
}
