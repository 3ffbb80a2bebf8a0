import { describe, expect, it } from 'vitest';
import { LedgerUnreachable } from '../../core/ledger/store.ts';
import { notice } from '../../core/notices/notice.ts';
import { keepForGood } from '../../functions/keep-for-good.ts';
import { observeAws } from '../../functions/observe-aws.ts';
import { tellOrOwe } from '../../functions/tell-or-owe.ts';
import { failed, troublesIn } from '../../functions/troubles.ts';
import { inMemoryStage } from '../../lab/in-memory/stage.ts';
import { labTopology } from '../lab-topology.ts';

const down = async () => {
  throw new LedgerUnreachable('no answer');
};
const clock = { now: () => 1_000, wait: async () => {} };
const WRONG = notice('Published Copy Was Wrong', { pair: 'shop', active: 'blue' });

describe('troubles', () => {
  it('have the name of the error', () => {
    expect(failed(new LedgerUnreachable('no answer'))).toBe('failed: LedgerUnreachable: no answer');
    expect(failed(new RangeError('7'), 'no nodes were ordered')).toBe('failed: no nodes were ordered: RangeError: 7');
  });

  it('are found in one answer and in several, and nowhere else', () => {
    expect(troublesIn({ pair: 'shop', troubles: ['x'] })).toEqual([{ pair: 'shop', because: ['x'] }]);
    expect(
      troublesIn([
        { pair: 'shop', did: ['paid: publish', failed('x')] },
        { pair: 'pay', did: [] },
      ]),
    ).toEqual([{ pair: 'shop', because: ['failed: x'] }]);
    for (const nothing of [undefined, null, 7, 'failed: x', [], {}, { did: 'failed: x' }, { because: ['failed: x'] }])
      expect(troublesIn(nothing)).toEqual([]);
  });
});

describe('a record that is kept nowhere', () => {
  it('is told with both reasons, and throws nothing', async () => {
    const record = { pair: 'shop', of: 'runs', name: 'r', at: 0, epoch: 1, record: {} } as const;
    const stage = inMemoryStage({ topology: labTopology(), seed: 1, active: 'blue' });
    await stage.close();
    const ledger = { ...stage.inMemory.ports.ledger, note: down };
    expect(await keepForGood(record, { records: { keep: down }, ledger, clock })).toEqual([
      'not kept in S3: LedgerUnreachable: no answer',
      'and that was not noted: LedgerUnreachable: no answer',
    ]);
  });
});

describe('a notice that can neither be told nor owed', () => {
  it('fails the function: whoever called it tries again', async () => {
    const stage = inMemoryStage({ topology: labTopology(), seed: 1, active: 'blue' });
    await stage.close();
    const { ledger } = stage.inMemory.ports;
    const read = async () => undefined;
    const world = { announcer: { announce: down }, clock, ledger: { ...ledger, read, note: async () => {} } };
    await expect(tellOrOwe('shop', 'published-copy', WRONG, world)).rejects.toThrow(
      'Published Copy Was Wrong of published-copy was not taken by the bus: LedgerUnreachable: no answer; and shop has no ledger',
    );
  });
});

describe('a datapoint that cannot be read', () => {
  it('is unknown, with the name of what went wrong as its evidence', async () => {
    const topology = labTopology();
    const [pair] = Object.values(topology.pairs);
    if (pair === undefined) throw new Error('the lab has a pair');
    const metric = { namespace: 'AWS/RDS', name: 'ReplicaLag', dimensions: {}, statistic: 'Maximum', max: 30 } as const;
    const datastores = { orders: { check: { metric } } } as unknown as typeof pair.datastores;
    const stage = inMemoryStage({ topology, seed: 1, active: 'blue' });
    await stage.close();
    const { ports } = stage.inMemory;
    const metrics = { ...ports.metrics, datapoint: down };
    const shop = { ...topology, pairs: { shop: { ...pair, datastores } } };
    let seen: Awaited<ReturnType<typeof observeAws>> | undefined;
    observeAws({ pair: 'shop' }, { ...ports, topology: shop, metrics }).then((answer) => {
      seen = answer;
    });
    await stage.clock.runUntil(() => seen !== undefined);
    const paths = seen?.observations.flatMap(({ dataPaths = [] }) => dataPaths);
    expect(paths?.[0]).toMatchObject({
      datastore: 'orders',
      health: 'unknown',
      evidence: 'ReplicaLag could not be read: LedgerUnreachable: no answer',
    });
  });
});
