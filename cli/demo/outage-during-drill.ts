/** The play: while ring 0 is away on a rehearsal, the active cluster dies. */
import { otherCluster } from '../../core/topology/pair.ts';
import { endOf, isOver, rowsOf } from './active-dies.ts';
import { activated, ownersOf, tellStage } from './beginning.ts';
import { expectationsOf } from './expectations.ts';
import { figuresOf } from './figures.ts';
import { begunDrill, endOfDrill, lookAtRehearsal } from './rehearsing.ts';
import { expectation, type Played, type Scenario, type Setting } from './scenario.ts';
import { look, type Seen, type Watching } from './watching.ts';

const LONGEST_WAY_SECONDS = 1_800;
/** Into the bake. */
const AWAY_SECONDS = 30;
const LONGEST_SECONDS = 900;

export const outageDuringDrill: Scenario = {
  about: 'the active cluster dies in the middle of a rehearsal, which gives way',
  play,
};

async function play({ stage, pair, active: from, tellingOf }: Setting): Promise<Played> {
  await activated(stage, pair, from);
  let faultAt = await stage.now();
  const telling = tellingOf(() => faultAt);
  const to = otherCluster(pair, from);
  await tellStage(stage, pair, telling);
  const owner = await ownersOf(stage, pair);
  const drill = await begunDrill(stage, { pair: pair.name, kind: 'ring', reason: 'the demo' });
  const rehearsing = { stage, pair, telling, owner, seen: drill };
  for (let second = 0; second < LONGEST_WAY_SECONDS; second++) {
    await stage.pass(1_000);
    await lookAtRehearsal(rehearsing);
    const leg = drill.legs.get('out');
    if (leg !== undefined && (await stage.describe(leg)).status !== 'RUNNING') break;
  }
  await stage.pass(AWAY_SECONDS * 1000);

  faultAt = await stage.now();
  await stage.inflict('kill', from);
  await telling.tell(faultAt, 'fault', `${from} is dead, and ring 0 is away on a rehearsal`, { tone: 'bad' });
  const seen: Seen = { answers: [], looks: 0, dark: new Set(), targetPods: [] };
  const watching: Watching = { stage, pair, telling, from, to, owner, seen };
  for (let second = 0; second < LONGEST_SECONDS; second++) {
    await stage.pass(1_000);
    await look(watching);
    await lookAtRehearsal(rehearsing);
    if (await isOver(stage, pair, seen)) break;
  }
  const end = await endOfDrill(stage, drill);
  const figures = await figuresOf(stage, pair, seen, faultAt, from, owner);
  const ledger = await stage.ledger(pair.name);
  return {
    figures: { ...figures, drill: end.outcome },
    rows: [['the drill', `${end.outcome}: ${end.because.join('; ')}`], ...rowsOf(figures)],
    expectations: [
      expectation('the drill gives way: Interrupted', end.outcome === 'Interrupted', end.outcome),
      expectation('it does not come back to the dead cluster', !drill.legs.has('back'), 'a leg back was started'),
      expectation(
        'the failover counts as the one automatic move, the drill does not',
        (ledger?.lastAutomaticMove as { epoch?: number } | undefined)?.epoch === figures.epoch,
        JSON.stringify(ledger?.lastAutomaticMove),
      ),
      ...(await expectationsOf(stage, pair, figures, seen, faultAt)),
    ],
    end: `${endOf(figures)} The drill: ${end.outcome}.`,
  };
}
