/** The whole lab behind its sockets, on a stepped clock: the packaged functions, and a client that knows the clock's protocol only. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../core/record.ts';
import { labTopology } from '../lab-topology.ts';
import { type SteppedLab, startSteppedLab } from './stepped-lab.ts';

let stepped: SteppedLab;
beforeAll(async () => {
  stepped = await startSteppedLab(labTopology());
}, 120_000);
afterAll(() => stepped?.close());

const asked: SteppedLab['asked'] = (method, path, body) => stepped.asked(method, path, body);
const pass = (milliseconds: number) => stepped.pass(milliseconds);
const run = (input: object): Promise<RunRecord> => stepped.run(input);
const now = async () => Number((await asked('GET', '/clock/now')).now);
const turns = async (count = 300) => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('a foreign client at the lab’s clock', () => {
  it('sees time stand still while it holds, and go on when it releases', async () => {
    const before = await now();
    expect(await asked('POST', '/clock/hold', { holder: 'somebody' })).toEqual({ now: before, speed: 0 });
    let hasPassed = false;
    const passing = pass(3_000).then(() => {
      hasPassed = true;
    });
    await turns();
    expect([await now(), hasPassed]).toEqual([before, false]);
    await asked('POST', '/clock/release', { holder: 'somebody' });
    await passing;
    expect(await now()).toBe(before + 3_000);
  });

  it('lets time go on exactly as long as it waits', async () => {
    const before = await now();
    await asked('POST', '/clock/hold', { holder: 'somebody' });
    const passing = pass(10_000);
    const waited = await asked('POST', '/clock/wait', { holder: 'somebody', milliseconds: 2_500, connections: [] });
    expect(waited).toEqual({ now: before + 2_500, speed: 0 });
    await turns();
    expect(await now()).toBe(before + 2_500);
    await asked('POST', '/clock/release', { holder: 'somebody' });
    await passing;
    expect(await now()).toBe(before + 10_000);
  });

  it('keeps time while its question is in the wires: nobody holds back what has not come', async () => {
    const before = await now();
    await asked('POST', '/clock/hold', { holder: 'somebody' });
    const passing = pass(1_000);
    const connections = ['1>127.0.0.1:1'];
    const waiting = asked('POST', '/clock/wait', { holder: 'somebody', milliseconds: 500, connections });
    await turns();
    expect(await now()).toBe(before);
    expect(await asked('POST', '/clock/wait', { holder: 'somebody', milliseconds: 0 })).toMatchObject({ now: before });
    expect(await waiting).toMatchObject({ now: before });
    await asked('POST', '/clock/release', { holder: 'somebody' });
    await passing;
  });

  it('is told what it got wrong', async () => {
    expect(await asked('POST', '/clock/hold', {})).toEqual({ error: 'holder is text, found undefined' });
    expect(await asked('POST', '/clock/wait', { holder: 'a', milliseconds: 1, connections: 'none' })).toEqual({
      error: 'connections is a list of text',
    });
  });
});

describe('the packaged functions', () => {
  it('see nothing while their observer is blind, and everything when it is healed', async () => {
    await asked('POST', '/fault', { fault: 'observer-blind', name: 'inside' });
    expect(await run({})).toMatchObject({ outcome: 'Previewed', situation: 'ProbePathBroken' });
    await asked('POST', '/fault', { fault: 'observer-blind', name: 'outside' });
    expect(await run({})).toMatchObject({ outcome: 'Previewed', situation: 'ObserverBlind' });
    await asked('POST', '/fault', { fault: 'heal' });
    expect(await run({})).toMatchObject({ outcome: 'Previewed', situation: 'Healthy' });
    await asked('POST', '/fault', { fault: 'observer-blind', name: 'aws' });
    expect((await run({})).because?.join('\n')).toContain('2 of 3 classes see blue well');
    await asked('POST', '/fault', { fault: 'heal' });
  }, 60_000);

  it('are held by a locked zone before a user was moved', async () => {
    await asked('POST', '/fault', { fault: 'zone-locked', name: 'pivot.test' });
    const held = await run({ mode: 'switchover', to: 'green', reason: 'a try' });
    await asked('POST', '/fault', { fault: 'heal' });
    expect(held.outcome).toBe('Held');
    expect(held.because?.join('\n')).toContain('HostedZoneLocked');
  }, 60_000);

  it('find out what happened when an answer was lost', async () => {
    await asked('POST', '/fault', { fault: 'answer-lost' });
    expect(await run({ mode: 'switchover', to: 'green', reason: 'a try' })).toMatchObject({
      outcome: 'Switched',
      active: 'green',
    });
  }, 60_000);
});
