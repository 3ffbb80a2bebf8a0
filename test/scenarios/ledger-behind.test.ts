/** What the zones know and the ledger does not: it was lost, restored from a backup, or DynamoDB was down in the move. */
import { describe, expect, it } from 'vitest';
import { activated, type Terminal } from '../cli/in-memory.ts';

const MOVE = ['break-glass', 'move', '--to', 'green', '--reason', 'blue is gone', '--yes', '--json'];
const KEY = { pk: { S: 'pair#shop' }, sk: { S: 'ledger' } };
const TABLE = 'throwover-lab';

/** Users are on green, and the ledger says blue at epoch 1. */
async function movedWithoutLedger(): Promise<Terminal> {
  const at = await activated();
  await at.stage.inflict('kill', 'blue');
  for (const fault of ['dynamodb-down', 'lambda-down']) await at.stage.inflict(fault);
  await at.clock.run(5_000);
  const { exitCode, stderr } = await at.type(MOVE);
  expect(exitCode, stderr).toBe(0);
  return at;
}

const changesOfUsers = async ({ stage }: Terminal) => (await stage.changeLog()).length;

describe('when DynamoDB is back after a break-glass', () => {
  it('the watch has the ledger made again from the fences, paused and unacknowledged, and no user moves', async () => {
    const at = await movedWithoutLedger();
    await at.stage.inflict('heal');
    await at.clock.run(180_000);
    expect(await at.stage.ledger('shop')).toMatchObject({
      active: 'green',
      epoch: 1_003,
      acknowledged: false,
      pause: { by: 'throwover' },
    });
    const { stdout } = await at.type(['active']);
    expect(stdout.trim()).toBe('green');
    const changes = await changesOfUsers(at);
    await at.clock.run(60_000);
    expect(await changesOfUsers(at)).toBe(changes);
  });

  it('the published copy never says again what the old ledger says', async () => {
    const at = await movedWithoutLedger();
    expect(await at.stage.parameter('/throwover/shop/active-cluster')).toBe('green');
    await at.stage.inflict('heal');
    for (let seconds = 0; seconds < 240; seconds += 5) {
      await at.clock.run(5_000);
      expect(await at.stage.parameter('/throwover/shop/active-cluster'), `after ${seconds} s`).toBe('green');
    }
  });

  it('automation moves nobody before a person has looked, though the new active cluster dies', async () => {
    const at = await movedWithoutLedger();
    await at.stage.inflict('heal');
    await at.clock.run(180_000);
    await at.stage.inflict('kill', 'green');
    await at.clock.run(400_000);
    expect(await at.stage.ledger('shop')).toMatchObject({ active: 'green', epoch: 1_003 });
  });
});

describe('a ledger that is gone', () => {
  it('is made again by the watch from the fences', async () => {
    const at = await activated();
    at.stage.inMemory.world.dynamoDb.deleteItem({ TableName: TABLE, Key: KEY });
    await at.clock.run(180_000);
    expect(await at.stage.ledger('shop')).toMatchObject({ active: 'blue', epoch: 2, acknowledged: false, pause: {} });
  });

  it('and cannot be made again, while a zone takes no change: whoever asks is told the cluster that has all names', async () => {
    const at = await activated();
    const { dynamoDb, route53, pair } = at.stage.inMemory.world;
    for (const { id } of pair.zones) route53.setLocked(id, true);
    dynamoDb.deleteItem({ TableName: TABLE, Key: KEY });
    await at.clock.run(180_000);
    expect(await at.stage.ledger('shop')).not.toHaveProperty('active');
    for (const { id } of pair.zones) route53.setLocked(id, false);
    const said = await at.type(['switch', '--to', 'blue', '--reason', 'we want to know', '--json']);
    expect(JSON.parse(said.stdout)).toMatchObject({
      outcome: 'Held',
      next: 'throwover accept --pair shop --active blue',
    });
    const accepted = await at.type(['accept', '--pair', 'shop', '--active', 'blue']);
    expect(accepted.exitCode, accepted.stdout + accepted.stderr).toBe(0);
  });

  it('and all fences with it stays gone: only a person knows who is active', async () => {
    const at = await activated();
    const { dynamoDb, route53, pair } = at.stage.inMemory.world;
    dynamoDb.deleteItem({ TableName: TABLE, Key: KEY });
    for (const zone of pair.zones) {
      const { ResourceRecordSets } = route53.listResourceRecordSets({ HostedZoneId: zone.id }, 'test');
      const fence = ResourceRecordSets.find(({ Name }) => Name?.includes('_throwover'));
      if (fence === undefined) throw new Error('no fence');
      const ChangeBatch = { Changes: [{ Action: 'DELETE' as const, ResourceRecordSet: fence }] };
      await at.done(route53.changeResourceRecordSetsInTime({ HostedZoneId: zone.id, ChangeBatch }, 'test'));
    }
    await at.clock.run(180_000);
    expect(await at.stage.ledger('shop')).toBeUndefined();
  });
});

describe('two people with break-glass at two terminals', () => {
  it('at once, without a ledger: exactly one moves, the fence of the anchor refuses the other', async () => {
    const at = await activated();
    await at.stage.inflict('kill', 'blue');
    for (const fault of ['dynamodb-down', 'lambda-down']) await at.stage.inflict(fault);
    await at.clock.run(5_000);
    const ended = await Promise.all([
      at.type(MOVE, { env: { USER: 'ada' } }),
      at.type(MOVE, { env: { USER: 'grace' } }),
    ]);
    const outcomes = ended.map(({ stdout }) => (JSON.parse(stdout) as { outcome: string }).outcome);
    expect(outcomes.sort()).toEqual(['Superseded', 'Switched']);
    expect(ended.map(({ exitCode }) => exitCode).sort()).toEqual([0, 5]);
    const runs = (await at.stage.changeLog()).map((change) => JSON.stringify(change)).join();
    expect(new Set(runs.match(/break-glass-[0-9a-z-]+/g))).toHaveProperty('size', 1);
  });

  it('at once, with a ledger: the second does not take the pair from the first', async () => {
    const at = await activated();
    await at.stage.inflict('kill', 'blue');
    await at.clock.run(5_000);
    const ended = await Promise.all([
      at.type(MOVE, { env: { USER: 'ada' } }),
      at.type(MOVE, { env: { USER: 'grace' } }),
    ]);
    const outcomes = ended.map(({ stdout }) => (JSON.parse(stdout) as { outcome: string }).outcome);
    expect(outcomes.sort()).toEqual(['Held', 'Switched']);
  });
});
