/** What lies between a caller and a model: time, and in the simulation whatever else can go wrong with a call. */
import type { Clock } from '../../models/clock.ts';
import { pause } from '../../models/clock.ts';

export interface Network {
  /** Before the model is asked. May take time, and may throw: then nothing has happened. */
  out(call: string): Promise<void>;
  /** After the model has answered. May throw: then it has happened, and the caller does not know. */
  back(call: string): Promise<void>;
}

/** A network that only takes time: half of the round trip each way. */
export function calm(clock: Clock, roundTripMilliseconds: (call: string) => number): Network {
  const half = (call: string) => pause(clock, roundTripMilliseconds(call) / 2);
  return { out: half, back: half };
}

/** Asks a model over the network. */
export async function over<T>(network: Network, call: string, ask: () => T | Promise<T>): Promise<T> {
  await network.out(call);
  const answer = ask();
  const arrived = answer instanceof Promise ? await answer : answer;
  await network.back(call);
  return arrived;
}
