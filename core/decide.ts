/**
 * Facts in, verdict out. Every gate that applies is asked, also after the first closed one: whoever reads this at night
 * wants the whole list, not the next surprise.
 */
import type { Facts } from './facts.ts';
import type { Gate } from './gates/gate.ts';
import { APPROVAL_GATES, allGates, BLOCKS, EVIDENCE_GATES } from './gates/index.ts';
import { byMachine } from './gates/move.ts';
import { instant, withArticle } from './gates/wording.ts';
import { isPlanned } from './ledger/ledger.ts';
import { command, commandIn } from './observe/commands.ts';
import { saidBy, type ZoneFace } from './observe/faces.ts';
import { SITUATIONS, type Situation, situationOf } from './observe/situation.ts';

export interface Verdict {
  /**
   * `Move`: every gate is open. `LookAgain`: only evidence is wanting and time may bring it, before the claim to confirm
   * a suspicion, after the fence because an observer brought nothing. `Approve`: only a person's
   * word is wanting. `Hold`: something else is shut. `Nothing`: the traffic is where it was asked to go.
   */
  kind: 'Move' | 'LookAgain' | 'Approve' | 'Hold' | 'Nothing';
  situation: Situation;
  /** Every gate that was asked, in the order in which people read them. */
  gates: readonly Gate[];
  /** Those not open and not overridden. */
  shut: readonly Gate[];
  /** Those not open that a person answered for. */
  overridden: readonly Gate[];
  /** With `Hold`: it is right to move, and only these blocks keep it back (policy, pause, cooldown, calendar). */
  wouldAct?: readonly Gate[];
  /** With `LookAgain`: when it could be confirmed at the earliest, or is given up; in milliseconds since the epoch. */
  lookAgainUntil?: number;
  because: readonly string[];
  /** The one next command. */
  next: string;
}

/** @param overrides names of gates that the person who asked for this move answers for */
export function decide(facts: Facts, overrides: readonly string[] = []): Verdict {
  const situation = situationOf(facts);
  const gates = allGates.flatMap((ask) => ask(facts, situation) ?? []).filter((gate) => appliesAt(gate, facts));
  const refusals = overrides.flatMap((name) => refusalOf(name, gates, facts) ?? []);
  const answeredFor = (gate: Gate) => mayOverride(gate, facts) && overrides.includes(gate.name);
  const notOpen = gates.filter((gate) => gate.state !== 'open');
  const overridden = notOpen.filter(answeredFor);
  const shut = notOpen.filter((gate) => !answeredFor(gate));
  const seen = [`${situation.name}: ${situation.because}`];
  const found = { situation, gates, shut, overridden };

  if (isThere(situation.faces, facts)) {
    const because = [`every name already stands on ${facts.to}: there is nothing to move`, ...seen, ...refusals];
    return { ...found, kind: 'Nothing', because, next: command.status(facts.pair.name) };
  }
  const { confirmedAt } = situation;
  const wanting = shut.filter((gate) => !APPROVAL_GATES.includes(gate.name));
  if (wanting.length > 0 && confirmedAt !== undefined && wanting.every((gate) => EVIDENCE_GATES.includes(gate.name))) {
    const because = [`looking again until ${instant(confirmedAt)}`, ...seen, ...shut.map(told), ...refusals];
    return { ...found, kind: 'LookAgain', lookAgainUntil: confirmedAt, because, next: nextOf(found, facts) };
  }
  const patience = patienceOf(shut, facts);
  if (patience !== undefined && patience > facts.now) {
    const because = [`looking again until ${instant(patience)}`, ...seen, ...shut.map(told), ...refusals];
    return { ...found, kind: 'LookAgain', lookAgainUntil: patience, because, next: nextOf(found, facts) };
  }
  // a run asks once: a word that does not release what would move now is no reason to wait for another
  const mayAsk = facts.stage === 'before claim' && facts.approval?.answer === undefined;
  const mayAct = facts.kind !== 'automatic failover' || SITUATIONS[situation.name].actsAlone;
  if (wanting.length === 0 && shut.length > 0 && mayAct && mayAsk) {
    const because = [...seen, ...shut.map(told), ...refusals];
    return { ...found, kind: 'Approve', because, next: command.approve(facts.pair.name, facts.self?.run) };
  }
  if (shut.length > 0) {
    const wouldAct = mayAct && byMachine(facts) && shut.every((gate) => BLOCKS.includes(gate.name)) ? shut : undefined;
    const loud = wouldAct === undefined ? [] : [blockedText(wouldAct, facts)];
    const inVain = patience === undefined ? [] : [inVainText(facts)];
    // the situation is that of the cluster which is left: what holds a repair is how its target is
    const why = facts.kind === 'repair' ? [...shut.map(told), ...seen] : [...seen, ...shut.map(told)];
    const because = [...loud, ...inVain, ...why, ...refusals];
    const held = { ...found, kind: 'Hold', because, next: nextOf(found, facts) } as const;
    return wouldAct === undefined ? held : { ...held, wouldAct };
  }
  // every gate says yes, and still: the table alone says in which situations automation starts a failover
  if (!mayAct) {
    const because = [...seen, `${situation.name}: automation does not start a failover in this situation`];
    return { ...found, kind: 'Hold', because, next: SITUATIONS[situation.name].next(facts, situation.faces) };
  }
  const answered = overridden.map((gate) => `overridden: ${told(gate)}`);
  // open to a move that does not wait for it, and yet whoever reads the verdict must know
  const besides = isPlanned(facts.kind) ? [] : gates.filter(({ name }) => name === 'NoChangeUnderWay').map(told);
  const because = [
    ...seen,
    `${gates.length - overridden.length} of ${gates.length} gates open`,
    ...answered,
    ...besides,
    ...refusals,
  ];
  return { ...found, kind: 'Move', because, next: command.status(facts.pair.name) };
}

/**
 * Until when a run that has fenced goes on looking; undefined: looking would not help. An observer that brings nothing once
 * must not end a failover while users suffer. But one gate that says closed is an answer, and so is a newer claim: then
 * NoHolder is closed.
 */
function patienceOf(shut: readonly Gate[], { stage, now, lookingSince = now, pair }: Facts): number | undefined {
  if (stage !== 'after fence' || shut.length === 0 || shut.some(({ state }) => state !== 'unknown')) return undefined;
  return lookingSince + pair.timing.evidenceWaitSecondsMax * 1_000;
}

function inVainText({ now, lookingSince = now }: Facts): string {
  return `no gate is closed, and after ${Math.round((now - lookingSince) / 1_000)} s of looking again some are still unknown`;
}

function appliesAt(gate: Gate, { stage }: Facts): boolean {
  return gate.applies === 'always' || gate.applies === stage;
}

/** Only people answer for a gate, and not for every gate. */
function mayOverride(gate: Gate, facts: Facts): boolean {
  return gate.overridable === 'person' && !byMachine(facts);
}

function refusalOf(name: string, gates: readonly Gate[], facts: Facts): string | undefined {
  const gate = gates.find((one) => one.name === name);
  if (gate === undefined) return `override ${name} refused: no gate of that name is asked here`;
  if (mayOverride(gate, facts)) return undefined;
  const reason = byMachine(facts)
    ? `${withArticle(facts.kind)} has nobody who answers for it`
    : 'nobody may override it';
  return `override ${name} refused: ${reason}`;
}

/** Is every name that would move on the target already, by the weights, the fences and the ledger? */
function isThere(faces: readonly ZoneFace[], { ledger, ring, to }: Facts): boolean {
  if (ledger?.active === undefined || ledger.interrupted !== undefined) return false;
  const says = (stands: Parameters<typeof saidBy>[0]) =>
    ring === undefined
      ? stands.active === to && Object.values(stands.rings).every((cluster) => cluster === to)
      : saidBy(stands, ring) === to;
  if (!says({ active: ledger.active, rings: ledger.rings })) return false;
  return faces.every(
    ({ state, fence, rings }) =>
      state === 'at rest' &&
      fence !== undefined &&
      says(fence) &&
      [...rings].every(([one, where]) => (ring !== undefined && one !== ring) || where === to || where === 'none'),
  );
}

/** What a block hides is said first, and loudly: who reads it knows what waits for them. */
function blockedText(blocks: readonly Gate[], { now, kind, from, to }: Facts): string {
  const by = blocks.map(({ name, opensWhen }) => `${name} until ${opensWhen}`).join('; ');
  return `would act now (${instant(now)}: ${withArticle(kind)} from ${from} to ${to}), blocked by ${by}`;
}

function told(gate: Gate): string {
  return `${gate.name} ${gate.state}: ${gate.because}`;
}

/**
 * One command, not a list. Whose zones these are comes first; then what nobody can move past; then, when automation was
 * held while a cluster is dead, the same move by a person who answers for what is shut; else the first cure there is.
 */
function nextOf({ situation, shut }: Pick<Verdict, 'situation' | 'shut'>, facts: Facts): string {
  const { name } = situation;
  const row = SITUATIONS[name];
  if (name === 'NeverActivated' || name === 'Disputed' || name === 'FenceMissing')
    return row.next(facts, situation.faces);
  const [must] = shut.filter((gate) => gate.overridable === 'never').flatMap(cureOf);
  if (must !== undefined) return must;
  if (facts.kind === 'automatic failover' && (SITUATIONS[name].actsAlone || name === 'StandbyUnfit')) {
    const answered = shut.filter((gate) => gate.overridable === 'person').map((gate) => command.override(gate.name));
    return [command.failover(facts.pair.name, facts.to), ...answered].join(' ');
  }
  // a look at everything is what is left when no gate knows better
  const cures = shut.flatMap(cureOf).filter((cure) => !/^throwover (status|doctor)\b/.test(cure));
  return cures[0] ?? row.next(facts, situation.faces);
}

function cureOf(gate: Gate): string | [] {
  return commandIn([gate.opensWhen]) ?? [];
}
