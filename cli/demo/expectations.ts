/** What must be true when the active cluster has died and nobody did anything. */
import { fenceName, type NamedPair } from '../../core/topology/pair.ts';
import type { AppliedChange, Stage } from '../../lab/stage.ts';
import type { Figures } from './figures.ts';
import { type Expectation, expectation } from './scenario.ts';
import type { Seen } from './watching.ts';

export async function expectationsOf(
  stage: Stage,
  pair: NamedPair,
  figures: Figures,
  seen: Seen,
  faultAt: number,
): Promise<Expectation[]> {
  const { objectives } = pair;
  const log = (await stage.changeLog()).filter(({ at, caller }) => at >= faultAt && caller === 'throwover');
  const commit = (await stage.ledgerEvents(pair.name, figures.epoch)).find(({ key }) => key === 'commit');
  const moves = log.filter(({ changes }) => changes.some(({ weight, type }) => weight !== undefined && type !== 'TXT'));
  const podsAtMove = seen.targetPods.findLast(({ at }) => at <= (moves[0]?.at ?? 0));
  const faces = Object.values(figures.activeFaces);
  return [
    expectation('the run ends Switched', figures.outcome === 'Switched', figures.outcome),
    expectation(
      'all four faces name the new cluster',
      faces.every((face) => face === figures.to),
      JSON.stringify(figures.activeFaces),
    ),
    expectation('no name was ever without an answer', seen.dark.size === 0, [...seen.dark].join(', ') || 'none was'),
    expectation(
      'every change of ours carries the fence',
      log.every((change) => isFenced(pair, change)),
      `${log.filter((change) => isFenced(pair, change)).length} of ${log.length} do`,
    ),
    expectation(
      'both sides of a name move in one batch',
      moves.every(hasBothSides),
      `${moves.filter(hasBothSides).length} of ${moves.length} batches do`,
    ),
    expectation(
      `the target was ready when the first user moved (≥ ${pair.timing.readyFractionFloor})`,
      podsAtMove !== undefined &&
        podsAtMove.wanted > 0 &&
        podsAtMove.ready / podsAtMove.wanted >= pair.timing.readyFractionFloor,
      podsAtMove === undefined ? 'nobody saw' : `${podsAtMove.ready} of ${podsAtMove.wanted} pods`,
    ),
    expectation(
      'committed only after every server had the change',
      commit !== undefined && commit.at >= (seen.lastOldAnswerAt ?? Number.POSITIVE_INFINITY),
      `commit ${secondsBetween(faultAt, commit?.at)}, last old answer ${secondsBetween(faultAt, seen.lastOldAnswerAt)}`,
    ),
    expectation(
      'no honest customer fails later than INSYNC and one TTL',
      figures.requests.failedAfterRestore === 0,
      `${figures.requests.failedAfterRestore} did`,
    ),
    expectation(
      `withdrawn within ${objectives.withdrawSecondsMax} s`,
      atMost(figures.secondsToWithdraw, objectives.withdrawSecondsMax),
      `${figures.secondsToWithdraw} s`,
    ),
    expectation(
      `restored within ${objectives.restoreSecondsMax} s`,
      atMost(figures.secondsToRestore, objectives.restoreSecondsMax),
      `${figures.secondsToRestore} s`,
    ),
  ];
}

function atMost(value: number | null, limit: number): boolean {
  return value !== null && value <= limit;
}

function secondsBetween(from: number, to: number | undefined): string {
  return to === undefined ? 'never' : `at ${((to - from) / 1000).toFixed(1)} s`;
}

/** The old fence deleted, the next one created, in the same batch. */
export function isFenced(pair: NamedPair, { zone, changes }: AppliedChange): boolean {
  const name = fenceName(pair.name, { name: zone.replace(/\.$/, '') });
  return ['DELETE', 'CREATE'].every((action) =>
    changes.some((change) => change.action === action && change.name === name && change.type === 'TXT'),
  );
}

export function hasBothSides({ changes }: AppliedChange): boolean {
  const sides = new Map<string, Set<string>>();
  for (const { name, type, setIdentifier, weight } of changes) {
    if (weight === undefined || type === 'TXT') continue;
    const there = sides.get(`${name} ${type}`) ?? new Set();
    sides.set(`${name} ${type}`, there.add(setIdentifier ?? ''));
  }
  return [...sides.values()].every((identifiers) => identifiers.size === 2);
}
