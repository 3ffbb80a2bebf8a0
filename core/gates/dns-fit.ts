/**
 * The records can be steered, and steering them moves users. A name that is not built as the topology says would stay
 * behind, answer at random, or have the whole batch refused; so that closes every kind of move, and a person who knows
 * the name may override it. What only makes a move slower or harder to observe closes planned moves.
 *
 * An alias that evaluates target health sends users to a cluster of weight 0 when the other looks sick. That is what
 * ExternalDNS writes unless told otherwise, it is no worse during a move than before, and holding for it would hold
 * almost everybody's first switchover: it is told here and by `doctor`, and what Route 53 does with it is seen in the
 * answers.
 */
import type { Facts, ZoneFacts } from '../facts.ts';
import { command } from '../observe/commands.ts';
import { saidBy, type ZoneFace, zoneFactsOf } from '../observe/faces.ts';
import type { Situation } from '../observe/situation.ts';
import { type Group, type NameAsRead, namesOfRun, weightOf, type ZoneAsRead } from '../plan/reading.ts';
import { namesInZone, pivotName } from '../topology/pair.ts';
import type { Gate } from './gate.ts';
import { isUnplanned, moves } from './move.ts';
import { someOf } from './wording.ts';

interface Found {
  /** Cannot be steered. */
  unfit: string[];
  /** Can, and a planned move waits until it is better. */
  untidy: string[];
  /** Worth a second look; holds nothing. */
  told: string[];
  unknown: string[];
  names: number;
}

export function dnsFit(facts: Facts, situation: Situation): Gate {
  const found: Found = { unfit: [], untidy: [], told: [], unknown: [], names: 0 };
  for (const face of situation.faces) {
    const seen = zoneFactsOf({ id: face.id, title: face.zone }, facts);
    if (seen?.reading === undefined) found.unknown.push(face.because);
    else lookAtZone(found, seen, seen.reading, face, facts);
  }
  const planned = !isUnplanned(facts);
  const holding = [...found.unfit, ...(planned ? found.untidy : [])];
  const told = [...(planned ? [] : found.untidy), ...found.told];
  const seen = [
    ...(holding.length > 0 ? [someOf(holding)] : []),
    ...(found.unknown.length > 0 ? [someOf(found.unknown)] : []),
    ...(told.length > 0 ? [`not holding: ${someOf(told, 1)}`] : []),
  ];
  return {
    name: 'DnsFit',
    state: holding.length > 0 ? 'closed' : found.unknown.length > 0 || found.names === 0 ? 'unknown' : 'open',
    because: [`${found.names} names in ${situation.faces.length} zones`, ...seen].join('; '),
    opensWhen: `each name has one weighted record per cluster and type, equal TTLs ≤ ${facts.pair.timing.dnsTtlSecondsMax} s, and is answered as weighted; \`${command.doctor(facts.pair.name)}\` lists all that are not`,
    applies: 'always',
    overridable: 'person',
  };
}

function lookAtZone(found: Found, seen: ZoneFacts, reading: ZoneAsRead, face: ZoneFace, facts: Facts): void {
  const names = namesOfRun(reading, facts.ring);
  found.names += names.length;
  for (const name of names) {
    if (name.groups.length === 0) found.unfit.push(`${name.name} has no A or AAAA record`);
    for (const group of name.groups) lookAtGroup(found, name, group, facts);
  }
  if (reading.zone.layout === 'pivot') lookAtPivots(found, reading, facts);
  if (!isUnplanned(facts)) lookAtAnswers(found, seen, names, face);
}

function lookAtGroup(found: Found, { name }: NameAsRead, group: Group, { pair, from, to }: Facts): void {
  const label = `${name} ${group.type}`;
  const sides = [from, to].map((cluster) => group.sides[cluster]);
  const lacking = [from, to].filter((cluster) => group.sides[cluster] === undefined);
  if (lacking.length > 0) found.unfit.push(`${label} has no weighted record of ${lacking.join(' and ')}`);
  if (group.strays.length > 0) {
    const strays = group.strays.map((stray) => stray.setIdentifier ?? `policy ${stray.policy}`);
    found.unfit.push(`${label} has ${strays.length} records that are no cluster’s: ${strays.join(', ')}`);
  }
  // an alias has no TTL of its own
  const ttls = new Set(sides.flatMap((side) => (side?.ttlSeconds === undefined ? [] : [side.ttlSeconds])));
  const longest = Math.max(0, ...ttls);
  if (ttls.size > 1) found.unfit.push(`${label} has TTLs ${[...ttls].join(' and ')} s, Route 53 refuses unequal ones`);
  else if (longest > pair.timing.dnsTtlSecondsMax)
    found.untidy.push(`${label} has a TTL of ${longest} s, at most ${pair.timing.dnsTtlSecondsMax}`);
  for (const cluster of [from, to]) {
    if (weightOf(group, cluster) === 0 && group.sides[cluster]?.alias?.evaluateTargetHealth)
      found.told.push(
        `${label} of ${cluster} weighs 0 and evaluates target health: Route 53 may answer with it ungated`,
      );
  }
}

/** Moving a pivot moves only the names that are aliases of it. */
function lookAtPivots(found: Found, reading: ZoneAsRead, facts: Facts): void {
  const served = namesInZone(facts.pair, reading.zone).filter((one) => moves(one.ring, facts));
  const records = Map.groupBy(reading.records, (record) => record.name);
  for (const { name, ring } of served) {
    const pivot = pivotName(ring, reading.zone);
    const addresses = (records.get(name) ?? []).filter((record) => record.type === 'A' || record.type === 'AAAA');
    const elsewhere = addresses.filter((record) => `${record.alias?.name.replace(/\.$/, '')}.` !== pivot);
    if (addresses.length === 0) found.unfit.push(`${name} has no A or AAAA record`);
    if (elsewhere.length > 0)
      found.unfit.push(`${elsewhere.length} of ${addresses.length} records of ${name} are no alias of ${pivot}`);
  }
}

/** Weights are what we wrote, answers are what users get: weights times health. */
function lookAtAnswers(found: Found, seen: ZoneFacts, names: readonly NameAsRead[], face: ZoneFace): void {
  const { fence } = face;
  if (face.state !== 'at rest' || fence === undefined) return;
  const ringOf = new Map(names.map(({ name, ring }) => [name, ring]));
  const answered = new Set<string>();
  for (const { name, server, cluster } of seen.answers) {
    const ring = ringOf.get(name);
    if (ring === undefined || cluster === 'no answer') continue;
    answered.add(name);
    const said = saidBy(fence, ring);
    if (cluster !== said) found.untidy.push(`${server} answers ${name} with ${cluster}, the weights say ${said}`);
  }
  if (answered.size === 0 && names.length > 0) found.unknown.push(`no server of ${face.zone} was heard`);
}
