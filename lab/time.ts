/** The one clock of a lab: stepped, or running by itself. */
import { runningClock } from '../adapters/clock/running.ts';
import type { Clock } from '../models/clock.ts';
import { SteppedClock } from '../models/stepped-clock.ts';
import { Askers } from './askers.ts';
import { HeldClock } from './clock/held-clock.ts';
import type { Hold } from './hold.ts';

export interface LabTime {
  clock: Clock;
  /** Undefined: time runs by itself. */
  stepped: SteppedClock | undefined;
  /** Lab seconds per second; 0 when stepped. */
  speed: number;
  held: HeldClock;
  /** Keeps time where it is. */
  hold: Hold;
  askers: Askers;
  stop(): void;
}

/** Turns of the event loop in which nothing came over a socket: then nothing is under way. */
const QUIET_TURNS = 6;

export function labTime(speed: number | 'stepped', startsAt: number): LabTime {
  if (speed === 'stepped') {
    const stepped = new SteppedClock(startsAt, QUIET_TURNS);
    return timeOn(
      stepped,
      stepped,
      () => stepped.hold(),
      0,
      () => {},
    );
  }
  const running = runningClock(startsAt, speed);
  return timeOn(
    running,
    undefined,
    () => () => {},
    speed,
    () => running.stop(),
  );
}

function timeOn(clock: Clock, stepped: SteppedClock | undefined, hold: Hold, speed: number, stop: () => void): LabTime {
  const held = new HeldClock(clock, hold, speed);
  return { clock, stepped, speed, held, hold, askers: new Askers(hold, held), stop };
}
