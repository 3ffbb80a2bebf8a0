import { describe, expect, it } from 'vitest';
import { parseFence } from '../../core/plan/fence.ts';
import type { RunRecord } from '../../core/record.ts';
import { activated, type Terminal } from './in-memory.ts';

const MOVE = ['break-glass', 'move', '--to', 'green', '--reason', 'blue is gone'];
const ADA = { env: { USER: 'ada' } };

interface Record extends RunRecord {
  notChecked: string[];
}

/** Blue is dead, and so is what stands in these faults. */
async function outage(...faults: readonly string[]): Promise<Terminal> {
  const at = await activated();
  await at.stage.inflict('kill', 'blue');
  for (const fault of faults) await at.stage.inflict(fault);
  await at.clock.run(5_000);
  return at;
}

/** Nobody can find out what is deployed. */
function withoutStepFunctions(at: Terminal): Terminal {
  const { console } = at;
  const deployed = async () => {
    throw new Error('the lab has taken states down');
  };
  return {
    ...at,
    type: (argv, around) => at.type(argv, { ...around, connect: async () => ({ ...console, deployed }) }),
  };
}

async function moved(
  at: Terminal,
  ...more: readonly string[]
): Promise<{ record: Record; exitCode: number; stderr: string }> {
  const { exitCode, stdout, stderr } = await at.type([...MOVE, '--yes', '--json', ...more], ADA);
  const line = stdout.trim().split('\n').at(-1) ?? '';
  expect(line, stderr).toMatch(/^\{/);
  return { record: JSON.parse(line) as Record, exitCode, stderr };
}

/** The fence of each zone, in the zones' order. */
function fencesOf({ stage }: Terminal) {
  const { pair, route53 } = stage.inMemory.world;
  return pair.zones.map((zone) => {
    const { answers } = route53.answer({ name: `shop._throwover.${zone.name}`, type: 'TXT', server: 0 });
    return parseFence(answers[0]?.data.replace(/"/g, '') ?? '');
  });
}

describe('throwover break-glass move', () => {
  it('while everything answers is the same run, at this terminal: a leap ahead, automation paused, nobody holds the pair', async () => {
    const at = await outage();
    const { record, exitCode, stderr } = await moved(at);
    expect(record, stderr).toMatchObject({ outcome: 'Switched', from: 'blue', to: 'green', active: 'green' });
    expect(exitCode).toBe(0);
    expect(record.epoch).toBeGreaterThan(1_000);
    expect(record.zones.map(({ weights }) => weights)).toEqual(record.zones.map(() => ({ blue: 0, green: 100 })));
    expect(record.notChecked).toEqual([expect.stringContaining('cluster blue does not answer')]);
    const ledger = await at.stage.ledger('shop');
    expect(ledger).toMatchObject({ active: 'green', epoch: record.epoch });
    expect(ledger).not.toHaveProperty('holder');
    expect(ledger?.pause).toMatchObject({ reason: 'break-glass: blue is gone' });
    const [claim] = (await at.stage.ledgerEvents('shop', record.epoch ?? 0)).filter(({ key }) => key === 'claim');
    expect(String(claim?.facts.by)).toMatch(/^person:ada@/);
  });

  it('tells what it does while it does it, and what does not answer, by name', async () => {
    const { stderr } = await moved(withoutStepFunctions(await outage('lambda-down')));
    expect(stderr).toMatch(/Step Functions +does not answer: .*Without it the state machine is carried out here/);
    for (const said of ['Claim', 'Fence', 'Steer', 'Verify', 'Commit']) expect(stderr).toContain(said);
    expect(stderr).toMatch(/Lambda +does not answer: .*Without it its steps are done here/);
  });

  it('needs neither Lambda nor Step Functions', async () => {
    const { record, stderr } = await moved(withoutStepFunctions(await outage('lambda-down', 'step-functions-down')));
    expect(record, stderr).toMatchObject({ outcome: 'Switched', active: 'green' });
    expect(record.notChecked.map((line) => line.split(' does not')[0])).toEqual([
      'Step Functions',
      'Lambda',
      'cluster blue',
    ]);
  });

  it('without DynamoDB takes the fences for the ledger and the anchor’s for the lock, 1,000 ahead of all of them', async () => {
    const at = await outage('dynamodb-down', 'lambda-down');
    const before = fencesOf(at);
    const { record, exitCode, stderr } = await moved(at);
    expect(record, stderr).toMatchObject({ outcome: 'Switched', active: 'green' });
    expect(exitCode).toBe(0);
    expect(before).toEqual([expect.objectContaining({ epoch: 1 }), expect.objectContaining({ epoch: 1 })]);
    const after = fencesOf(at);
    expect(after).toEqual(after.map(() => expect.objectContaining({ epoch: 1_002, active: 'green' })));
    expect(record.notChecked[0]).toMatch(/^DynamoDB does not answer .*the fence of the anchor alone does/);
    expect(stderr).toContain('No pause can be written');
    expect(await at.stage.ledger('shop')).toMatchObject({ active: 'blue', epoch: 1 });
  });

  it('makes a lost ledger again from the fences, paused and unacknowledged', async () => {
    const at = await outage('lambda-down');
    const Key = { pk: { S: 'pair#shop' }, sk: { S: 'ledger' } };
    at.stage.inMemory.world.dynamoDb.deleteItem({ TableName: 'throwover-lab', Key });
    const { record, stderr } = await moved(at);
    expect(record, stderr).toMatchObject({ outcome: 'Switched', epoch: 1_002 });
    expect(await at.stage.ledger('shop')).toMatchObject({ active: 'green', acknowledged: false, pause: {} });
  });

  it('moves away from a cluster whose API alone is down', async () => {
    const at = await activated();
    await at.stage.inflict('api-down', 'blue');
    await at.clock.run(5_000);
    const { record, stderr } = await moved(at);
    expect(record, stderr).toMatchObject({ outcome: 'Switched', active: 'green' });
    expect(record.because.concat(record.notChecked).join()).toContain('cluster blue');
  });

  it('to a cluster whose API is down moves nobody: its own ExternalDNS could not be told', async () => {
    const at = await outage();
    await at.stage.inflict('api-down', 'green');
    const { record, exitCode } = await moved(at);
    expect({ outcome: record.outcome, exitCode }).toEqual({ outcome: 'Held', exitCode: 3 });
    expect(record.zones.map(({ weights }) => weights)).toEqual(record.zones.map(() => ({ blue: 100, green: 0 })));
    expect(await at.stage.ledger('shop')).not.toHaveProperty('holder');
  });

  it('shows the gates that are not open, and asks; who says no has changed nothing', async () => {
    const at = await activated();
    const before = fencesOf(at);
    const questions: string[] = [];
    const { exitCode, stdout } = await at.type(MOVE, {
      ...ADA,
      ask: async (question) => {
        questions.push(question);
        return 'n';
      },
    });
    expect(exitCode).toBe(2);
    expect(stdout).toContain('EnoughObservers closed');
    expect(questions).toEqual([
      expect.stringMatching(
        /^shop: blue is active; you answer for \d gates? that (is|are) not open\. Move users from blue to green/,
      ),
    ]);
    expect(fencesOf(at)).toEqual(before);
    expect(await at.stage.ledger('shop')).not.toHaveProperty('pause');
  });

  it('is refused where there is nobody to ask and nobody answers for the gates', async () => {
    const at = await activated();
    expect(await at.type(MOVE)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--yes') });
    expect(await at.type(['break-glass', 'look', '--yes'])).toMatchObject({ exitCode: 2 });
  });

  it('that a person stops leaves a holder that `throwover release` frees', async () => {
    const at = await outage();
    let stop = () => {};
    const typing = at.type([...MOVE, '--yes'], {
      ...ADA,
      interrupted: (happens) => {
        stop = happens;
        return () => {};
      },
    });
    await at.clock.run(1);
    at.clock.after(65_000, () => stop());
    const { exitCode, stderr } = await typing;
    expect(exitCode, stderr).toBe(130);
    expect(stderr).toContain('throwover release --pair shop');
    const ledger = (await at.stage.ledger('shop')) as { holder?: { id: string; kind: string } };
    expect(ledger.holder).toMatchObject({ kind: 'break-glass', id: expect.stringMatching(/^person:ada@/) });
    expect((await at.type(['release'])).exitCode).toBe(0);
    expect(await at.stage.ledger('shop')).not.toHaveProperty('holder');
  });
});
