/**
 * Everything that says which cluster is active says the same: ledger, fences, weights, the published parameter and the
 * ConfigMaps. A run that starts from a wrong idea of where the traffic is takes it away from where users are served.
 *
 * How much is asked depends on what is at stake. A planned move asks all of it: it can wait for the watch, which repairs
 * a copy within a minute. A move of a dead cluster's users asks only what could make it go the wrong way, never a copy
 * that nobody of us reads, and not the dead cluster. A repair asks only whose zones these are: disagreement is its work.
 */
import type { Facts } from '../facts.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { command } from '../observe/commands.ts';
import { saidBy, standsOn, waysToSayWhatIsTrue, type ZoneFace } from '../observe/faces.ts';
import type { Situation } from '../observe/situation.ts';
import { ringsOf } from '../topology/pair.ts';
import type { Gate } from './gate.ts';
import { isUnplanned, moves } from './move.ts';
import { someOf } from './wording.ts';

interface Finding {
  state: 'closed' | 'unknown';
  says: string;
  /** What would open it, with the command. */
  cure: string;
  /** Nobody can steer past it: there is no fence to write against, or it is not ours. */
  hard?: boolean;
}

export function facesAgree(facts: Facts, situation: Situation): Gate {
  const findings = findingsOf(facts, situation);
  const agreed = `ledger, ${situation.faces.length} fences and their weights${isUnplanned(facts) || facts.kind === 'repair' ? '' : ', the published parameter and both ConfigMaps'} agree`;
  return {
    name: 'FacesAgree',
    state: findings.some(({ state }) => state === 'unknown') ? 'unknown' : findings.length > 0 ? 'closed' : 'open',
    because: findings.length === 0 ? agreed : someOf(findings.map(({ says }) => says)),
    opensWhen: findings.length === 0 ? 'it is open' : someOf([...new Set(findings.map(({ cure }) => cure))]),
    applies: 'always',
    overridable: findings.some(({ hard }) => hard) ? 'never' : 'person',
  };
}

function findingsOf(facts: Facts, situation: Situation): Finding[] {
  const { ledger, pair, from } = facts;
  if (ledger === undefined)
    return [{ state: 'unknown', says: 'the ledger could not be read', cure: 'the ledger answers again', hard: true }];
  const foreign = foreignIn(situation, facts).filter(({ hard }) => hard || !isWordOfAPerson(facts));
  if (foreign.length > 0) return foreign;
  const missing = fencesMissing(situation.faces, ledger, facts);
  const unread = situation.faces
    .filter((face) => face.state === 'unread')
    .map((face): Finding => ({ state: 'unknown', says: face.because, cure: `${face.zone} can be read`, hard: true }));
  if (facts.kind === 'repair') return [...unread, ...missing];
  if (ledger.active === undefined) {
    const cure = `a person says who is active: \`${command.accept(pair.name, standsOn(situation.faces) ?? from)}\``;
    return [{ state: 'closed', says: `the ledger of ${pair.name} names no active cluster`, cure, hard: true }];
  }
  const basic = [...unread, ...missing, ...startsElsewhere(ledger, facts)];
  if (isUnplanned(facts)) return [...basic, ...nothingLeft(situation.faces, facts)];
  return [
    ...basic,
    ...atRest(situation.faces, ledger, facts),
    ...publishedCopy(ledger, facts),
    ...configMaps(ledger, facts),
  ];
}

/** Repair that a person asks for is one of the two ways out of foreign weights: it is not held by them. */
function isWordOfAPerson({ kind, startedBy }: Facts): boolean {
  return kind === 'repair' && startedBy === 'person';
}

/** What somebody else wrote. Where a fence is not ours nobody can steer; foreign weights a person may steer over. */
function foreignIn({ name, because, faces }: Situation, { pair, from }: Facts): Finding[] {
  const cure = `a person says what is true: ${waysToSayWhatIsTrue(pair.name, faces, from)}`;
  const fences = faces.filter((face) => face.state === 'foreign fence');
  if (fences.length > 0) return fences.map((face) => ({ state: 'closed', says: face.because, cure, hard: true }));
  return name === 'Disputed' ? [{ state: 'closed', says: because, cure }] : [];
}

/**
 * A fence that is gone is written anew by the run's own first batch, when ledger, weights and published parameter leave
 * no doubt what it would say. Automation does that in a repair, which pages; it does not fail over past it.
 */
function fencesMissing(faces: readonly ZoneFace[], ledger: Ledger, facts: Facts): Finding[] {
  const { active } = ledger;
  const cure =
    active === undefined
      ? waysToSayWhatIsTrue(facts.pair.name, faces, facts.from)
      : `\`${command.repair(facts.pair.name)}\``;
  return faces
    .filter((face) => face.state === 'no fence')
    .flatMap((face) => {
      const doubts = [
        ...(active === undefined ? ['the ledger names no active cluster'] : []),
        ...[...face.rings].flatMap(([ring, standing]) =>
          active === undefined || standing === 'none' || standing === saidBy({ active, rings: ledger.rings }, ring)
            ? []
            : [`ring ${ring} stands ${standing}, the ledger says ${saidBy({ active, rings: ledger.rings }, ring)}`],
        ),
        ...(facts.published?.active === active ? [] : [`the parameter says ${facts.published?.active ?? 'nothing'}`]),
        ...(facts.kind === 'automatic failover' ? ['an automatic failover does not write it anew'] : []),
      ];
      if (doubts.length === 0) return [];
      return [{ state: 'closed', says: `${face.because}; ${doubts.join(', ')}`, cure, hard: true }];
    });
}

/** Where the run would take traffic away from, the ledger must say that it is; an unplanned one may leave where only rings stand. */
function startsElsewhere(ledger: Ledger, facts: Facts): Finding[] {
  const { from, pair, ring } = facts;
  const stands = { active: ledger.active ?? '', rings: ledger.rings };
  const there = ring === undefined ? stands.active : saidBy(stands, ring);
  const apart = ring === undefined && isUnplanned(facts) ? Object.values(stands.rings) : [];
  if (there === from || apart.includes(from)) return [];
  const says = `this run would move away from ${from}, the ledger says ${there} is active`;
  return [{ state: 'closed', says, cure: `\`${command.repair(pair.name)}\` makes the ledger say what the zones say` }];
}

/** An unplanned move may find another one half done, but some of the traffic must still be where it starts. */
function nothingLeft(faces: readonly ZoneFace[], facts: Facts): Finding[] {
  const { from, pair } = facts;
  const standings = faces.flatMap((face) =>
    [...face.rings].filter(([ring]) => moves(ring, facts)).map(([, where]) => where),
  );
  if (standings.length === 0 || standings.some((where) => where === from || where === 'mixed')) return [];
  const says = `no name stands on ${from} any more, which the ledger says is active`;
  return [{ state: 'closed', says, cure: `\`${command.repair(pair.name)}\` makes the ledger say what the zones say` }];
}

/** Every zone at rest where the ledger says, or moving by this very run. */
function atRest(faces: readonly ZoneFace[], ledger: Ledger, facts: Facts): Finding[] {
  const cure = `\`${command.repair(facts.pair.name)}\``;
  return faces.flatMap((face): Finding[] => {
    const { fence } = face;
    if (fence === undefined) return [];
    const mine = facts.run !== undefined && fence.epoch === facts.run.epoch && fence.move?.to === facts.to;
    if (face.state === 'moving' && !mine) return [{ state: 'closed', says: face.because, cure }];
    const rings = ringsOf(facts.pair).filter((ring) => face.rings.has(ring));
    const different = rings.filter(
      (ring) => saidBy(fence, ring) !== saidBy({ active: ledger.active ?? '', rings: ledger.rings }, ring),
    );
    if (fence.active === ledger.active && different.length === 0) return [];
    const says = `${face.because}, the ledger says ${ledger.active}`;
    return [{ state: 'closed', says, cure }];
  });
}

function publishedCopy({ active, epoch }: Ledger, { published, pair }: Facts): Finding[] {
  const cure = `the watch writes it again within a minute, or \`${command.repair(pair.name)}\` does`;
  if (published === undefined) return [{ state: 'unknown', says: 'the published parameter could not be read', cure }];
  const state = stateOf(published.state);
  const said = [
    ...(published.active === active ? [] : [`active-cluster says ${published.active ?? 'nothing'}`]),
    ...(state === undefined ? ['state is missing or no JSON object'] : []),
    ...(state !== undefined && state.active !== active ? [`state says ${String(state.active)}`] : []),
    ...(typeof state?.epoch === 'number' && state.epoch > epoch ? [`state is at epoch ${state.epoch}`] : []),
  ];
  if (said.length === 0) return [];
  return [
    { state: 'closed', says: `published: ${said.join(', ')}; the ledger says ${active} at epoch ${epoch}`, cure },
  ];
}

function stateOf(text: string | undefined): { active?: unknown; epoch?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Each cluster calls itself active for the rings that stand on it by the ledger, and standby for the others: roles change with Commit. */
function configMaps({ active = '', rings }: Ledger, facts: Facts): Finding[] {
  const { from, to, pair } = facts;
  const cure = `\`${command.repair(pair.name)}\` writes the ConfigMaps again`;
  const looks = [
    [from, facts.source],
    [to, facts.target],
  ] as const;
  return looks.flatMap(([cluster, looked]): Finding[] => {
    const fence = looked?.cluster === cluster ? looked.fence : undefined;
    if (fence === undefined) return [{ state: 'unknown', says: `the ConfigMap of ${cluster} was not read`, cure }];
    for (const ring of ringsOf(pair).filter((one) => moves(one, facts))) {
      const wanted = saidBy({ active, rings }, ring) === cluster ? 'active' : 'standby';
      const said = fence.rings[ring] ?? fence.role;
      if (said === wanted) continue;
      return [{ state: 'closed', says: `the ConfigMap of ${cluster} says ${said}, ${wanted} expected`, cure }];
    }
    return [];
  });
}
