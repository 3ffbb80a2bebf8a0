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

/**
 * `unfit` cannot be steered; `untidy` can, and a planned move waits until it is better; `told` is worth a second look and
 * holds nothing; `unheard` and `unread` could not be judged.
 */
export interface DnsFinding {
  kind: 'unfit' | 'untidy' | 'told' | 'unheard' | 'unread';
  /** As the zone is called in messages. */
  zone: string;
  says: string;
}

interface Found {
  findings: DnsFinding[];
  names: number;
}

/** Everything there is to say about the records of a pair; the gate tells the first of it, `doctor` all. */
export function dnsFindings(facts: Facts, situation: Pick<Situation, 'faces'>): Found {
  const looked = situation.faces.map((face): Found => {
    const seen = zoneFactsOf({ id: face.id, title: face.zone }, facts);
    if (seen?.reading === undefined)
      return { findings: [{ kind: 'unread', zone: face.zone, says: face.because }], names: 0 };
    return lookAtZone(seen, seen.reading, face, facts);
  });
  return {
    findings: looked.flatMap(({ findings }) => findings),
    names: looked.reduce((sum, { names }) => sum + names, 0),
  };
}

export function dnsFit(facts: Facts, situation: Situation): Gate {
  const { findings, names } = dnsFindings(facts, situation);
  const those = (...kinds: DnsFinding['kind'][]) =>
    kinds.flatMap((kind) => findings.flatMap((one) => (one.kind === kind ? [one.says] : [])));
  const planned = !isUnplanned(facts);
  const holding = planned ? those('unfit', 'untidy') : those('unfit');
  const told = planned ? those('told') : those('untidy', 'told');
  const unknown = findings.flatMap(({ kind, says }) => (kind === 'unheard' || kind === 'unread' ? [says] : []));
  const seen = [
    ...(holding.length > 0 ? [someOf(holding)] : []),
    ...(unknown.length > 0 ? [someOf(unknown)] : []),
    ...(told.length > 0 ? [`not holding: ${someOf(told, 1)}`] : []),
  ];
  return {
    name: 'DnsFit',
    state: holding.length > 0 ? 'closed' : unknown.length > 0 || names === 0 ? 'unknown' : 'open',
    because: [`${names} names in ${situation.faces.length} zones`, ...seen].join('; '),
    opensWhen: `each name has one weighted record per cluster and type, equal TTLs ≤ ${facts.pair.timing.dnsTtlSecondsMax} s, and is answered as weighted; \`${command.doctor(facts.pair.name)}\` lists all that are not`,
    applies: 'always',
    overridable: 'person',
  };
}

/** Notes what was found in one zone. */
type Note = (kind: DnsFinding['kind'], says: string) => void;

function lookAtZone(seen: ZoneFacts, reading: ZoneAsRead, face: ZoneFace, facts: Facts): Found {
  const findings: DnsFinding[] = [];
  const found: Note = (kind, says) => findings.push({ kind, zone: face.zone, says });
  const names = namesOfRun(reading, facts.ring);
  for (const name of names) {
    if (name.groups.length === 0) found('unfit', `${name.name} has no A or AAAA record`);
    for (const group of name.groups) lookAtGroup(found, name, group, facts);
  }
  if (reading.zone.layout === 'pivot') lookAtPivots(found, reading, facts);
  if (!isUnplanned(facts)) lookAtAnswers(found, seen, names, face);
  return { findings, names: names.length };
}

function lookAtGroup(found: Note, { name }: NameAsRead, group: Group, { pair, from, to }: Facts): void {
  const label = `${name} ${group.type}`;
  const sides = [from, to].map((cluster) => group.sides[cluster]);
  const lacking = [from, to].filter((cluster) => group.sides[cluster] === undefined);
  if (lacking.length > 0) found('unfit', `${label} has no weighted record of ${lacking.join(' and ')}`);
  if (group.strays.length > 0) {
    const strays = group.strays.map((stray) => stray.setIdentifier ?? `policy ${stray.policy}`);
    found('unfit', `${label} has ${strays.length} records that are no cluster’s: ${strays.join(', ')}`);
  }
  // an alias has no TTL of its own
  const ttls = new Set(sides.flatMap((side) => (side?.ttlSeconds === undefined ? [] : [side.ttlSeconds])));
  const longest = Math.max(0, ...ttls);
  if (ttls.size > 1) found('unfit', `${label} has TTLs ${[...ttls].join(' and ')} s, Route 53 refuses unequal ones`);
  else if (longest > pair.timing.dnsTtlSecondsMax)
    found('untidy', `${label} has a TTL of ${longest} s, at most ${pair.timing.dnsTtlSecondsMax}`);
  for (const cluster of [from, to]) {
    if (weightOf(group, cluster) === 0 && group.sides[cluster]?.alias?.evaluateTargetHealth)
      found('told', `${label} of ${cluster} weighs 0 and evaluates target health: Route 53 may answer with it ungated`);
  }
}

/** Moving a pivot moves only the names that are aliases of it. */
function lookAtPivots(found: Note, reading: ZoneAsRead, facts: Facts): void {
  const served = namesInZone(facts.pair, reading.zone).filter(
    ({ name, ring }) => moves(ring, facts) && (reading.only?.has(name) ?? true),
  );
  const records = Map.groupBy(reading.records, (record) => record.name);
  for (const { name, ring } of served) {
    const pivot = pivotName(ring, reading.zone);
    const addresses = (records.get(name) ?? []).filter((record) => record.type === 'A' || record.type === 'AAAA');
    const elsewhere = addresses.filter((record) => `${record.alias?.name.replace(/\.$/, '')}.` !== pivot);
    if (addresses.length === 0) found('unfit', `${name} has no A or AAAA record`);
    if (elsewhere.length > 0)
      found('unfit', `${elsewhere.length} of ${addresses.length} records of ${name} are no alias of ${pivot}`);
  }
}

/** Weights are what we wrote, answers are what users get: weights times health. */
function lookAtAnswers(found: Note, seen: ZoneFacts, names: readonly NameAsRead[], face: ZoneFace): void {
  const { fence } = face;
  if (face.state !== 'at rest' || fence === undefined) return;
  const ringOf = new Map(names.map(({ name, ring }) => [name, ring]));
  const answered = new Set<string>();
  for (const { name, server, cluster } of seen.answers) {
    const ring = ringOf.get(name);
    if (ring === undefined || cluster === 'no answer') continue;
    answered.add(name);
    const said = saidBy(fence, ring);
    if (cluster !== said) found('untidy', `${server} answers ${name} with ${cluster}, the weights say ${said}`);
  }
  if (answered.size === 0 && names.length > 0) found('unheard', `no server of ${face.zone} was heard`);
}
