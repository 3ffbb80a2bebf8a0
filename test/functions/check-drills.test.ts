import { describe, expect, it } from 'vitest';
import { LOOKED_SINCE } from '../../core/drill/missed.ts';
import { measuresOf } from '../../functions/measures.ts';
import { given, type Scenario } from '../scenarios/scenario.ts';

interface Checked {
  pair: string;
  missed: boolean;
  because: string[];
}

const check = async (scenario: Scenario) => (await scenario.call('check-drills')) as Checked[];

/** As if somebody had looked for months. */
async function lookedForMonths(scenario: Scenario): Promise<void> {
  const [since] = await scenario.notes(LOOKED_SINCE);
  if (since === undefined) throw new Error('nobody looks');
  let done = false;
  void scenario.stage.inMemory.ports.notes.replace('shop', since, { since: 0 }).then(() => {
    done = true;
  });
  await scenario.until(() => done);
}

describe('the hourly check of drills', () => {
  it('misses nothing in its first hours', async () => {
    const scenario = await given();
    expect(await check(scenario)).toEqual([{ pair: 'shop', missed: false, because: [], troubles: [] }]);
  });

  it('says which slot passed without a word, until a drill begins', async () => {
    const scenario = await given();
    await lookedForMonths(scenario);
    const [checked] = await check(scenario);
    expect(checked).toMatchObject({ missed: true });
    expect(checked?.because[0]).toContain('no drill began at 2025-12-02T09:00:00.000Z');
    await scenario.end(scenario.rehearse({ kind: 'preview', reason: 'x' }));
    expect(await check(scenario)).toMatchObject([{ missed: false }]);
  });

  it('is a number every hour, also when none was missed: silence is an alarm too', () => {
    const answer = [
      { pair: 'shop', missed: true, because: [] },
      { pair: 'depot', missed: false, because: [] },
    ];
    expect(measuresOf('check-drills', answer)).toEqual([
      { name: 'DrillMissed', pair: 'shop', value: 1 },
      { name: 'DrillMissed', pair: 'depot', value: 0 },
    ]);
  });

  it('ends the record of a drill whose execution is gone, and says how to bring its ring back', async () => {
    const scenario = await given();
    const drill = scenario.rehearse({ kind: 'ring', reason: 'x' });
    await scenario.until(() => scenario.executions().some(({ name }) => name.endsWith('-out')));
    const leg = scenario.executions().find(({ name }) => name.endsWith('-out'))?.arn ?? '';
    scenario.world.stepFunctions.stopExecution({ executionArn: drill });
    expect((await scenario.end(leg)).outcome).toBe('Switched');
    // seen gone once is not gone
    expect((await check(scenario))[0]?.because).toEqual([]);
    expect((await check(scenario))[0]?.because[0]).toContain('its execution is ABORTED and left no report');
    const [note] = await scenario.notes('drill#');
    expect(note?.item).toMatchObject({
      outcome: 'Interrupted',
      next: 'throwover switch --pair shop --to blue --ring 0 --reason "end the drill"',
    });
    // and only once
    expect((await check(scenario))[0]?.because).toEqual([]);
  });
});
