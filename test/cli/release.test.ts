import { describe, expect, it } from 'vitest';
import type { Holder } from '../../core/ledger/ledger.ts';
import { activated, type Terminal } from './in-memory.ts';

async function heldBy(id: string, at: Terminal): Promise<void> {
  const { ledger } = await at.console.deployed();
  const before = await at.done(ledger.read('shop'));
  if (before === undefined) throw new Error('no ledger');
  const holder: Holder = {
    id,
    nonce: 'n1',
    run: 'run-1',
    kind: 'failover by a person',
    startedBy: 'person',
    from: 'blue',
    to: 'green',
    since: at.clock.now(),
  };
  const held = { ...before, rev: before.rev + 1, epoch: before.epoch + 1, holder };
  expect(await at.done(ledger.write(held, before.rev))).toBe('written');
}

/** An execution that has ended, whatever it was. */
async function endedExecution(at: Terminal): Promise<string> {
  const arn = await at.stage.start({ pair: 'shop', mode: 'ack' });
  await at.clock.run(5_000);
  expect((await at.stage.describe(arn)).status).not.toBe('RUNNING');
  return `sfn:${arn}`;
}

describe('throwover release', () => {
  it('has nothing to release when nobody holds the pair', async () => {
    const { exitCode, stdout } = await (await activated()).type(['release']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Unchanged {2}shop, epoch 1, release, active: blue\n {2}nobody holds shop\n/);
  });

  it('takes the pair from a person at a new epoch, remembers the move for repair, and notes it', async () => {
    const at = await activated();
    await heldBy('person:ada@laptop', at);
    const { exitCode, stdout } = await at.type(['release', '--json'], { env: { USER: 'grace' } });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'Recorded',
      pair: 'shop',
      mode: 'release',
      epoch: 3,
      because: ['person:ada@laptop (failover by a person, to green) no longer holds shop'],
      next: 'throwover repair --pair shop',
    });
    const ledger = await at.stage.ledger('shop');
    expect(ledger).not.toHaveProperty('holder');
    expect(ledger).toMatchObject({
      epoch: 3,
      interrupted: { kind: 'failover by a person', from: 'blue', to: 'green' },
    });
    const [event] = await at.stage.ledgerEvents('shop', 3);
    expect(event).toMatchObject({ what: 'released', facts: { holder: { id: 'person:ada@laptop' } } });
    expect(String(event?.facts.by)).toMatch(/^person:grace@/);
  });

  it.each([[[]], [['--force']]])('%j leaves the pair to an execution that is running', async (options) => {
    const at = await activated();
    await at.type(['switch', '--to', 'green', '--reason', 'x', '--no-wait']);
    await at.clock.run(30_000);
    const before = await at.stage.ledger('shop');
    const { exitCode, stdout } = await at.type(['release', ...options]);
    expect(exitCode).toBe(2);
    expect(stdout).toContain('is RUNNING');
    expect(stdout).toContain('next  throwover abort --pair shop --back');
    expect(await at.stage.ledger('shop')).toEqual(before);
  });

  it('leaves an execution that has ended to the watch, unless forced', async () => {
    const at = await activated();
    await heldBy(await endedExecution(at), at);
    const first = await at.type(['release']);
    expect(first.exitCode).toBe(2);
    expect(first.stdout).toContain('the watch takes the pair from it within two minutes');
    expect(first.stdout).toContain('next  throwover release --pair shop --force');
    const forced = await at.type(['release', '--force']);
    expect(forced.exitCode).toBe(0);
    expect(await at.stage.ledger('shop')).not.toHaveProperty('holder');
  });

  it('forces an execution that Step Functions does not know', async () => {
    const at = await activated();
    await heldBy('sfn:arn:aws:states:eu-west-1:123456789012:execution:throwover-lab-switch:gone', at);
    const { exitCode, stdout } = await at.type(['release']);
    expect(exitCode).toBe(2);
    expect(stdout).toContain('unknown to Step Functions');
    expect((await at.type(['release', '--force'])).exitCode).toBe(0);
  });

  it('does not take the pair from somebody who came meanwhile', async () => {
    const at = await activated();
    await heldBy('person:ada@laptop', at);
    const deployed = await at.console.deployed();
    const { ledger } = deployed;
    let reads = 0;
    const swapped = {
      ...ledger,
      async read(pair: string) {
        const there = await ledger.read(pair);
        if (++reads === 1 || there?.holder === undefined) return there;
        return { ...there, holder: { ...there.holder, nonce: 'n2', id: 'person:bob@desk' } };
      },
    };
    const { exitCode, stdout } = await at.type(['release'], {
      connect: async (topology) => ({
        ...at.console,
        topology,
        deployed: async () => ({ ...deployed, ledger: swapped }),
      }),
    });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('person:ada@laptop has let go of shop by itself meanwhile');
    expect(await at.stage.ledger('shop')).toMatchObject({ holder: { id: 'person:ada@laptop' } });
  });

  it('says it when the pair is free and that could not be noted', async () => {
    const at = await activated();
    await heldBy('person:ada@laptop', at);
    const deployed = await at.console.deployed();
    const { ledger } = deployed;
    const note = async () => {
      throw new Error('throttled');
    };
    const { exitCode, stderr } = await at.type(['release'], {
      connect: async (topology) => ({
        ...at.console,
        topology,
        deployed: async () => ({ ...deployed, ledger: { ...ledger, note } }),
      }),
    });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: 'the pair is free, but that could not be noted: throttled\n',
    });
  });
});
