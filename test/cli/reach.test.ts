import { expect, it } from 'vitest';
import type { Console } from '../../cli/console.ts';
import { atConsole } from '../../cli/reach.ts';
import { labTopology } from '../lab-topology.ts';

it('an endpoint is not blamed for what this machine needs to load the console', async () => {
  const order: string[] = [];
  const said = (what: string) => async () => void order.push(what);
  await atConsole(
    labTopology(),
    {
      env: {},
      load: said('loaded'),
      clock: {
        now: () => 0,
        wait: async () => {},
        within: (milliseconds, call) => {
          order.push(`patience of ${milliseconds / 1_000} s`);
          return call(new AbortController().signal);
        },
      },
      connect: async () => {
        order.push('connected');
        return { close: () => order.push('closed') } as unknown as Console;
      },
    },
    said('asked'),
  );
  expect(order).toEqual(['loaded', 'patience of 2 s', 'connected', 'asked', 'closed']);
});
