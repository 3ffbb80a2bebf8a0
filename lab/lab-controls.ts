/** What the lab can be told and asked beside its AWS services: faults, lab time, customers, the change log of the zones. */
import type { Clock } from '../models/clock.ts';
import type { Customers } from '../models/customers/customers.ts';
import type { SteppedClock } from '../models/stepped-clock.ts';
import { ChangeLog } from './change-log.ts';
import { type Control, ControlRefused, number, text } from './controls.ts';
import { customerFigures } from './customer-figures.ts';
import { press, type Ways } from './faults.ts';
import { tellTopic } from './world/signals.ts';
import type { PairWorld } from './world.ts';

/** Who the functions are for Route 53: their access key. */
export const FUNCTIONS_CALLER = 'throwover';

export interface Controlled {
  world: PairWorld;
  ways: Ways;
  customers: Customers;
  /** Brings the clusters' sockets in line with what was done to them. */
  refresh(): Promise<unknown>;
  clock: Clock;
  /** Undefined: time runs by itself. */
  stepped: SteppedClock | undefined;
}

export function labControls({ world, ways, customers, refresh, clock, stepped }: Controlled): Record<string, Control> {
  const log = new ChangeLog(world.route53);
  return {
    'POST /fault': async ({ fault, name }) => {
      try {
        const done = press(world, ways, text('fault', fault), name === undefined ? undefined : text('name', name));
        await refresh();
        return { done };
      } catch (cause) {
        if (cause instanceof RangeError) throw new ControlRefused(cause.message);
        throw cause;
      }
    },
    'POST /signals': ({ messages }) => {
      if (!Array.isArray(messages)) throw new ControlRefused('messages is a list of text');
      tellTopic(
        world.sns,
        messages.map((one) => text('a message', one)),
      );
    },
    'POST /clock/pass': async ({ milliseconds }) => {
      if (stepped === undefined) throw new ControlRefused('time of this lab runs by itself');
      await stepped.run(number('milliseconds', milliseconds));
      return { now: clock.now() };
    },
    'POST /customers': ({ faultAt }) =>
      customerFigures(customers, clock, number('faultAt', faultAt), Object.keys(world.clusters)),
    'GET /changes': () => log.changes,
    'GET /route53': () => {
      const { allCalls, changeCalls, changeTokens } = world.route53.counters.of(FUNCTIONS_CALLER);
      return { calls: allCalls, changeCalls, changeTokens };
    },
  };
}
