/**
 * The lab's clock as a function or the CLI sees it. Lab time stands still while anybody works, so the lab has to know who
 * works and who only waits. The protocol below THROWOVER_CLOCK_URL is JSON over HTTP; every answer has this form:
 *
 *     {"now": 1795161600000, "speed": 0}     milliseconds since the epoch; lab seconds per second, 0 while they stand still
 *
 *     GET  <url>/now                                             at once
 *     POST <url>/hold    {"holder"}                              at once
 *     POST <url>/release {"holder"}                              at once
 *     POST <url>/wait    {"holder", "milliseconds", "connections", "number"}    when the wait is over
 *
 * A *holder* keeps lab time where it is, except while one of its waits is held. A running invocation is a holder by itself,
 * its id is the request id of its context; anybody else says hold and release.
 *
 * `connections` are those over which the holder has asked and has no whole answer yet, as `<port of the holder>><address>:<port
 * of the lab>`. Lab time passes only while the lab itself is holding all of these answers back: a question or an answer that is
 * in the wires holds time as its holder would. A wait is over
 *   - when `milliseconds` of lab time have passed,
 *   - when an answer has left over one of its connections; time is held again before that,
 *   - when the same holder sends another wait. A wait of 0 is answered at once: so a holder says that it works again. Waits are
 *     numbered, because they may overtake each other: one that comes after a later one is over when it comes.
 *
 * So while a holder works time cannot pass, and every answer to a wait says what time it is: `now()` is exact without any
 * other message. Who holds nothing follows a clock that runs by itself between the answers.
 */
import { Agent, request } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { openQuestions } from './connections.ts';
import { type HowAnswered, type TimedClock, TimedOut } from './timed.ts';

interface Told {
  now: number;
  speed?: number;
}

interface Timer {
  due: number;
  ring: () => void;
  fail: (cause: unknown) => void;
}

/** What one holder waits for. What an invocation leaves behind must not count for the next one. */
class Work {
  readonly timers = new Set<Timer>();
  readonly holder: string;
  /** Calls that nobody holds back: lab time stands still until they have ended. */
  prompt = 0;
  over = false;

  constructor(holder: string) {
    this.holder = holder;
  }
}

/**
 * Turns of the event loop without news until this side counts as quiet. An answer that has been delivered is read, parsed
 * and acted upon within a few.
 */
const QUIET_TURNS = 10;

/**
 * Work that Node has given away and that no turn shows: files being read (the SDK looks for its settings on a first call),
 * names being looked up, connections on their way to the lab, bytes that the kernel has not taken yet.
 */
const GIVEN_AWAY = /Req(Callback|Promise|Wrap)?$|^(Connect|Write)Wrap$/;

export class LabClock implements TimedClock {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #questions = openQuestions();
  #work = new Work('');
  #told: Told = { now: 0 };
  #toldAt = 0;
  /** Grows with everything that happens on this side. */
  #news = 0;
  #waiting: Promise<void> | undefined;
  #parking = false;
  #waits = 0;
  /** Calls that have their answer and have not been told yet what time it is. */
  #resuming = 0;

  constructor(url: string) {
    this.#url = url.replace(/\/$/, '');
  }

  now(): number {
    const { now, speed = 0 } = this.#told;
    return speed === 0 ? now : Math.floor(now + (performance.now() - this.#toldAt) * speed);
  }

  /** A new invocation begins. */
  async begin(holder: string): Promise<void> {
    this.#work = new Work(holder);
    this.#questions.forget();
    await this.#wait(0);
  }

  /** The invocation is over. Whatever it left waiting is forgotten, and no wait of it is on its way any more. */
  async end(): Promise<void> {
    this.#work.over = true;
    this.#work.timers.clear();
    await this.#waitNoMore();
  }

  /** For who is no invocation: from here on lab time passes only while this clock waits, until `release`. */
  async hold(holder: string): Promise<void> {
    this.#hear(await this.#ask('POST', '/hold', { holder }));
    await this.begin(holder);
  }

  async release(): Promise<void> {
    await this.end();
    this.#hear(await this.#ask('POST', '/release', { holder: this.#work.holder }));
  }

  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#arm(milliseconds, resolve, reject);
    });
  }

  async within<T>(
    milliseconds: number,
    call: (signal: AbortSignal) => Promise<T>,
    answered: HowAnswered = 'in time',
  ): Promise<T> {
    const work = this.#work;
    const prompt = answered === 'at once' ? 1 : 0;
    const late = new AbortController();
    let timer: Timer | undefined;
    const timeout = new Promise<never>((_, reject) => {
      const fail = (cause: unknown) => {
        late.abort(cause);
        reject(cause);
      };
      timer = this.#arm(milliseconds, () => fail(new TimedOut(milliseconds)), fail);
    });
    timeout.catch(() => {}); // the call was faster
    work.prompt += prompt;
    try {
      return await Promise.race([call(late.signal), timeout]);
    } finally {
      work.prompt -= prompt;
      this.#news++;
      if (timer !== undefined) work.timers.delete(timer);
      await this.#atWork(work);
    }
  }

  #arm(milliseconds: number, ring: Timer['ring'], fail: Timer['fail']): Timer {
    const timer = { due: this.now() + Math.max(0, milliseconds), ring, fail };
    if (this.#work.over) return timer;
    this.#work.timers.add(timer);
    this.#news++;
    if (!this.#parking) void this.#park();
    return timer;
  }

  /** As long as something is waited for: when this side is quiet, lab time may go on. */
  async #park(): Promise<void> {
    this.#parking = true;
    try {
      for (;;) {
        await this.#quiet();
        const { timers } = this.#work;
        if (timers.size === 0) return;
        const next = Math.min(...[...timers].map(({ due }) => due));
        this.#waiting = this.#wait(next - this.now());
        await this.#waiting;
        this.#waiting = undefined;
        this.#ring();
      }
    } catch (cause) {
      const timers = [...this.#work.timers];
      this.#work.timers.clear();
      for (const timer of timers) timer.fail(cause);
    } finally {
      this.#waiting = undefined;
      this.#parking = false;
    }
  }

  #ring(): void {
    const { timers } = this.#work;
    const due = [...timers].filter((timer) => timer.due <= this.now()).sort((a, b) => a.due - b.due);
    for (const timer of due) timers.delete(timer);
    for (const timer of due) timer.ring();
  }

  async #quiet(): Promise<void> {
    const happened = () => this.#news + this.#questions.changes;
    let [before, turns] = [happened(), 0];
    while (turns < QUIET_TURNS) {
      await turn();
      turns = before !== happened() || this.#isBusy() ? 0 : turns + 1;
      before = happened();
    }
  }

  #isBusy(): boolean {
    return (
      this.#work.prompt > 0 ||
      this.#resuming > 0 ||
      process.getActiveResourcesInfo().some((name) => GIVEN_AWAY.test(name))
    );
  }

  /** A call has ended while a wait was held: who goes on must know what time it is, and time must not pass meanwhile. */
  async #atWork(work: Work): Promise<void> {
    if (work !== this.#work || work.over) return;
    this.#resuming++;
    try {
      await this.#waitNoMore();
    } finally {
      this.#resuming--;
      this.#news++;
    }
  }

  async #waitNoMore(): Promise<void> {
    for (let turns = 0; turns < 2 && this.#waiting !== undefined; turns++) await turn();
    if (this.#waiting === undefined) return;
    await Promise.all([this.#waiting, this.#wait(0)]);
  }

  async #wait(milliseconds: number): Promise<void> {
    const { holder } = this.#work;
    const connections = this.#questions.connections();
    const number = ++this.#waits;
    this.#hear(await this.#ask('POST', '/wait', { holder, milliseconds, connections, number }));
  }

  #hear(told: Told): void {
    // answers may overtake each other; lab time never goes back
    if (told.now < this.#told.now) return;
    this.#told = told;
    this.#toldAt = performance.now();
  }

  /** The lab may have ended the idle connection over which it is asked: then it has heard nothing, and is asked over a new one. */
  async #ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Told> {
    for (;;) {
      const told = await this.#askedOnce(method, path, body);
      if (told !== 'not heard') return told;
    }
  }

  #askedOnce(method: 'GET' | 'POST', path: string, body: unknown): Promise<Told | 'not heard'> {
    return new Promise((resolve, reject) => {
      const asked = request(`${this.#url}${path}`, { method, agent: this.#agent }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.once('error', reject);
        response.once('end', () => {
          if (response.statusCode === 200) resolve(JSON.parse(text) as Told);
          else reject(new Error(`the lab's clock at ${this.#url} says ${response.statusCode}: ${text.slice(0, 200)}`));
        });
      });
      asked.once('error', (cause) => {
        if (asked.reusedSocket && 'code' in cause && cause.code === 'ECONNRESET') resolve('not heard');
        else reject(new Error(`the lab's clock at ${this.#url} does not answer`, { cause }));
      });
      this.#questions.leaveOut(asked);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
