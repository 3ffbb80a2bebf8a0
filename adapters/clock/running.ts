/**
 * A clock that runs by itself, faster or slower than the machine's: lab time for people and foreign clients, who are outside
 * of what a stepped clock can see. Those it can see hold it: while a function works lab time stands still, so that ten lab
 * seconds in one do not make a slow machine ten times slower.
 */
export interface RunningClock {
  now(): number;
  after(milliseconds: number, happens: () => void): () => void;
  /** Time stands still until the result is called. */
  hold(): () => void;
  /** Nothing that is still due will happen any more. */
  stop(): void;
}

interface Due {
  at: number;
  happens: (() => void) | undefined;
}

/** The longest time a timer of Node takes. */
const LONGEST_MILLISECONDS = 2 ** 31 - 1;

/** So much of the machine's time is made up for when it was busy or asleep. */
const MADE_UP_MILLISECONDS = 1_000;

/** @param speed lab seconds per second; fewer when the machine cannot keep up, because time passes nothing that is due */
export function runningClock(startsAt: number, speed: number): RunningClock {
  /** Lab time up to when it was held last, and the machine's when it went on; undefined: it is held. */
  let passed = startsAt;
  let since: number | undefined = performance.now();
  let holds = 0;
  let disarm = () => {};
  /** By time; things due at the same time happen in the order in which they were asked for. */
  let queue: Due[] = [];

  const wanted = () => (since === undefined ? passed : passed + (performance.now() - since) * speed);
  const now = () => Math.floor(Math.min(wanted(), queue[0]?.at ?? Number.POSITIVE_INFINITY));

  function arm(): void {
    disarm();
    const [next] = queue;
    if (since === undefined || next === undefined) return;
    const milliseconds = (next.at - wanted()) / speed;
    if (milliseconds <= 0) {
      const immediate = setImmediate(ring);
      disarm = () => clearImmediate(immediate);
    } else {
      const timer = setTimeout(ring, Math.min(milliseconds, LONGEST_MILLISECONDS));
      disarm = () => clearTimeout(timer);
    }
  }

  /** One at a time: whatever happens may hold time for what it begins. */
  function ring(): void {
    const [next] = queue;
    if (next !== undefined && since !== undefined && next.at <= wanted()) {
      const most = next.at + MADE_UP_MILLISECONDS * speed;
      if (wanted() > most) [passed, since] = [most, performance.now()];
      next.happens?.(); // it stays first meanwhile: this is the time that it happens at
      queue.shift();
    }
    arm();
  }

  return {
    now,
    after(milliseconds, happens) {
      const entry: Due = { at: now() + Math.max(0, milliseconds), happens };
      const place = queue.findLastIndex(({ at }) => at <= entry.at) + 1;
      queue.splice(place, 0, entry);
      if (place === 0) arm();
      return () => {
        entry.happens = undefined;
      };
    },
    hold() {
      if (holds++ === 0) {
        passed = now();
        since = undefined;
        disarm();
      }
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        if (--holds > 0) return;
        since = performance.now();
        arm();
      };
    },
    stop() {
      queue = [];
      disarm();
    },
  };
}
