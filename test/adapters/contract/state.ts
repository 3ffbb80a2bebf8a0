/** The ports that keep, publish and announce: ledger, published copy, executions, announcer, functions inside. */
import { describe, expect, it, vi } from 'vitest';
import { emptyLedger, type Ledger } from '../../../core/ledger/ledger.ts';
import { notice } from '../../../core/notices/notice.ts';
import { functionName, RECORDS } from '../../../lab/world/names.ts';
import type { Side } from './side.ts';

const ledger = (pair: string, rev: number, more: Partial<Ledger> = {}): Ledger => ({
  ...emptyLedger(pair),
  rev,
  ...more,
});

export function stateContract(side: () => Side): void {
  describe('LedgerStore', () => {
    const store = () => side().ports.ledger;

    it('has nothing for a pair that was never activated', async () => {
      expect(await side().run(() => store().read('nobody'))).toBeUndefined();
    });

    it('gives back exactly what was written', async () => {
      const full = ledger('whole', 1, {
        epoch: 43,
        active: 'blue',
        rings: { 0: 'green' },
        since: 1_795_161_600_123,
        run: 'whole-42-1-failover',
        holder: {
          id: 'sfn:x',
          nonce: 'n',
          run: 'r',
          kind: 'automatic failover',
          startedBy: 'machine',
          from: 'green',
          to: 'blue',
          since: 1,
        },
        debts: [{ what: 'publish', epoch: 43, nextTryAt: 0, tries: 2, because: 'later' }],
        pause: { reason: 'release "42"', by: 'on call', since: 5 },
      });
      const seen = await side().run(async () => [await store().write(full, 0), await store().read('whole')]);
      expect(seen).toEqual(['written', full]);
    });

    it('stores only where the revision is the one that was read', async () => {
      const seen = await side().run(async () => [
        await store().write(ledger('cas', 1), 0),
        await store().write(ledger('cas', 1, { epoch: 99 }), 0),
        await store().write(ledger('cas', 2, { epoch: 2 }), 1),
        await store().write(ledger('cas', 2, { epoch: 99 }), 1),
        (await store().read('cas'))?.epoch,
      ]);
      expect(seen).toEqual(['written', 'lost', 'written', 'lost', 2]);
    });

    it('lets exactly one of two writers win', async () => {
      const seen = await side().run(async () => {
        await store().write(ledger('race', 1), 0);
        const answers = await Promise.all(['a', 'b'].map((run) => store().write(ledger('race', 2, { run }), 1)));
        return answers.sort();
      });
      expect(seen).toEqual(['lost', 'written']);
    });

    it('keeps events of an epoch in the order of their keys, also more than one page of them', async () => {
      const event = (epoch: number, key: string, size = 10) => ({
        epoch,
        key,
        at: 1,
        what: 'x'.repeat(size),
        facts: { seq: 1, zone: 'example.test' },
      });
      const large = Array.from({ length: 6 }, (_, index) => event(7, `00000${index}`, 300_000));
      const seen = await side().run(async () => {
        for (const one of [...large].reverse()) await store().note('told', one);
        await store().note('told', event(70, 'other epoch'));
        return store().events('told', 7);
      });
      expect(seen).toEqual(large);
    });
  });

  describe('Notes', () => {
    const notes = () => side().ports.notes;

    it('have nothing under a key that was never written', async () => {
      expect(await side().run(() => notes().read('noted', 'capacity'))).toBeUndefined();
    });

    it('give back what was added, with its revision and its end to the second', async () => {
      const item = { what: 'a "signal"', nested: { list: [1, null, true], empty: {} }, left: undefined };
      const seen = await side().run(async () => [
        await notes().add('noted', 'signal#1', item, 1_795_161_600_001),
        await notes().read('noted', 'signal#1'),
      ]);
      const { left: _, ...kept } = item;
      expect(seen).toEqual(['added', { key: 'signal#1', rev: 1, item: kept, expiresAt: 1_795_161_601_000 }]);
    });

    it('are added once: the second of two finds the first', async () => {
      const seen = await side().run(async () => {
        const answers = await Promise.all(['a', 'b'].map((by) => notes().add('noted', 'signal#2', { by })));
        return [answers.sort(), (await notes().read('noted', 'signal#2'))?.rev];
      });
      expect(seen).toEqual([['added', 'there'], 1]);
    });

    it('are replaced only as they were read, and expire as before', async () => {
      const seen = await side().run(async () => {
        await notes().add('noted', 'approval#1', { is: 'wanted' }, 60_000);
        const read = await notes().read('noted', 'approval#1');
        if (read === undefined) throw new Error('the note is not there');
        return [
          await notes().replace('noted', read, { is: 'given' }),
          await notes().replace('noted', read, { is: 'refused' }),
          await notes().replace('noted', { key: 'approval#2', rev: 1 }, { is: 'made up' }),
          await notes().read('noted', 'approval#1'),
        ];
      });
      expect(seen).toEqual([
        'written',
        'lost',
        'lost',
        { key: 'approval#1', rev: 2, item: { is: 'given' }, expiresAt: 60_000 },
      ]);
    });

    it('are listed by their prefix and pair, in either order, more than one page of them, or the first few', async () => {
      const keys = Array.from({ length: 6 }, (_, index) => `drill#${index}`);
      const seen = await side().run(async () => {
        for (const key of [...keys].reverse()) await notes().add('listed', key, { text: 'x'.repeat(300_000) });
        await notes().add('listed', 'drills', {});
        await notes().add('other', 'drill#7', {});
        const listed = [undefined, { newestFirst: true }, { newestFirst: true, limit: 2 }, { limit: 5 }];
        return Promise.all(
          listed.map(async (options) => (await notes().list('listed', 'drill#', options)).map(({ key }) => key)),
        );
      });
      const newest = [...keys].reverse();
      expect(seen).toEqual([keys, newest, newest.slice(0, 2), keys.slice(0, 5)]);
    });
  });

  describe('Published', () => {
    const published = () => side().ports.published;

    it('reads what is not there as undefined', async () => {
      expect(await side().run(() => published().read('nobody'))).toEqual({ active: undefined, state: undefined });
    });

    it('writes both parameters, and again over what was there', async () => {
      const seen = await side().run(async () => {
        await published().write('shop', 'blue', '{"v":1,"epoch":1}');
        await published().write('shop', 'green', '{"v":1,"epoch":2}');
        return published().read('shop');
      });
      expect(seen).toEqual({ active: 'green', state: '{"v":1,"epoch":2}' });
      expect(side().world.ssm.getParameter({ Name: '/throwover/shop/active-cluster' }).Parameter?.Value).toBe('green');
    });
  });

  describe('Executions', () => {
    const executions = () => side().ports.executions;

    it('start under a name once; the same name with another input exists already', async () => {
      const seen = await side().run(async () => [
        await executions().start('switch', 'shop-1-1-failover', { mode: 'preview' }),
        await executions().start('switch', 'shop-1-1-failover', { mode: 'switchover' }),
      ]);
      expect(seen).toEqual(['started', 'exists']);
    });

    it('say how one stands, and of a stranger nothing', async () => {
      const arn = executions().idOf('switch', 'shop-2-1-failover');
      const seen = await side().run(async () => {
        await executions().start('switch', 'shop-2-1-failover', {});
        await side().ports.clock.wait(300_000);
        return [await executions().status(arn), await executions().status(arn.replace('shop-2', 'shop-3'))];
      });
      expect(seen).toEqual([side().world.stepFunctions.describeExecution({ executionArn: arn }).status, undefined]);
    });
  });

  describe('Announcer', () => {
    it('puts an event on the bus, with its detail', async () => {
      const { eventBridge, lambda } = side().world;
      const invoke = vi.spyOn(lambda, 'invoke');
      const target = lambda.functionArn(functionName('judge'));
      eventBridge.putRule({ Name: 'ours', EventPattern: JSON.stringify({ source: ['throwover'] }) });
      eventBridge.putTargets({ Rule: 'ours', Targets: [{ Id: 'test', Arn: target }] });
      await side().run(async () => {
        await side().ports.announcer.announce(
          notice('Fence Missing', { pair: 'shop', zone: 'example.test', active: 'green' }),
        );
        await side().ports.clock.wait(5_000);
      });
      const told = invoke.mock.calls.filter(([{ FunctionName }]) => FunctionName === target);
      invoke.mockRestore();
      expect(told.map(([{ Payload }]) => Payload)).toMatchObject([
        { source: 'throwover', 'detail-type': 'Fence Missing', detail: { v: 1, pair: 'shop', active: 'green' } },
      ]);
    });
  });

  describe('Records', () => {
    const Key = 'shop/runs/2026-11-20/shop-42-29441104-failover.json';
    const kept = () => Buffer.from(side().world.s3.getObject({ Bucket: RECORDS, Key }).Body).toString();

    it('keeps a record as one line of JSON under its key, and the newest when it is reported again', async () => {
      const record = { outcome: 'Switched', because: ['blue is dead: „down“'], gates: [{ name: 'Paused' }] };
      await side().run(() => side().ports.records.keep(Key, record));
      expect(kept()).toBe(`${JSON.stringify(record)}\n`);
      expect(side().world.s3.headObject({ Bucket: RECORDS, Key }).ContentType).toBe('application/json');
      await side().run(() => side().ports.records.keep(Key, { outcome: 'Unchanged' }));
      expect(JSON.parse(kept())).toEqual({ outcome: 'Unchanged' });
    });

    it('throws what S3 says when it does not take one', async () => {
      const tooLong = `shop/runs/${'x'.repeat(1_100)}.json`;
      await side().run(() =>
        expect(side().ports.records.keep(tooLong, {})).rejects.toMatchObject({ name: 'KeyTooLongError' }),
      );
    });
  });

  describe('Inside', () => {
    it('gives what the function answers', async () => {
      const input = { cluster: 'blue', epoch: 43, name: 'ä' };
      expect(await side().run(() => side().ports.inside.call('tend-cluster', input))).toEqual({ seen: input });
    });

    it('throws the function’s error under its own name', async () => {
      await side().run(() =>
        expect(side().ports.inside.call('tend-cluster', { fail: 'Superseded' })).rejects.toMatchObject({
          name: 'Superseded',
          message: 'blue knows epoch 44',
        }),
      );
    });
  });
}
