/**
 * Admit a drill: is this understood, may it begin now, which way would it go? The note of the drill is its claim of the slot
 * in the schedule, because a schedule fires at least once.
 */
import * as z from 'zod/mini';
import {
  DRILL_KINDS,
  type Drill,
  type DrillKind,
  drillsIn,
  KEPT_MILLISECONDS,
  noteKey,
  REHEARSED_RING,
  recordOf,
} from '../core/drill/drill.ts';
import { alarmsAsked, reasonsToSkip } from '../core/drill/guards.ts';
import { instant } from '../core/gates/wording.ts';
import type { Ledger } from '../core/ledger/ledger.ts';
import { clusterNames, type NamedPair, otherCluster, pairOf } from '../core/topology/pair.ts';
import type { World } from './world.ts';

/** What people and the schedule give the machine of drills. Strict: a typo is an error. */
export const DrillInput = z.strictObject({
  pair: z.exactOptional(z.string()),
  /** Left out: as the topology says for scheduled ones. */
  kind: z.exactOptional(z.enum(DRILL_KINDS)),
  /** Of a full drill: come back, or stay there. Left out: as the topology says. */
  returns: z.exactOptional(z.boolean()),
  reason: z.exactOptional(z.string().check(z.maxLength(500))),
  /** Set by the schedule: the slot that this is for. */
  slot: z.exactOptional(z.iso.datetime({ offset: true })),
});
export type DrillInput = z.output<typeof DrillInput>;

export const AdmitDrillInput = z.object({
  input: z.unknown(),
  execution: z.object({ id: z.string(), startedAt: z.iso.datetime({ offset: true }) }),
});

export type DrillAdmitted =
  /** `skip`: it is due and does not begin. */
  | { kind: 'rehearse' | 'skip'; drill: Drill; because: string[] }
  /** Nothing was read, or another execution has this slot. */
  | { kind: 'end'; record: { outcome: 'Skipped' | 'Refused'; pair: string; because: string[]; next: string } };

type Needs = Pick<World, 'topology' | 'ledger' | 'notes' | 'alarms' | 'clock' | 'ids'>;

export async function admitDrill(
  { input, execution }: z.output<typeof AdmitDrillInput>,
  world: Needs,
): Promise<DrillAdmitted> {
  const parsed = z.safeParse(DrillInput, input);
  if (!parsed.success) return ended('Refused', '', z.prettifyError(parsed.error));
  const known = pairAsked(parsed.data, world);
  if (typeof known === 'string') return ended('Refused', '', known);
  const ledger = await world.ledger.read(known.name);
  const asked = drillOf(known, parsed.data, ledger, execution, world.ids.fresh());
  const drill = await claimSlot(asked, world);
  if (drill === undefined)
    return ended('Skipped', known.name, `the drill of ${instant(asked.at)} was begun by another execution`);
  const because = reasonsToSkip({
    now: world.clock.now(),
    pair: known,
    kind: drill.kind,
    ledger,
    // an alarm that nobody can read blocks by itself
    alarms: drill.kind === 'preview' ? {} : await world.alarms.states(alarmsAsked(known)).catch(() => ({})),
  });
  return because.length > 0
    ? { kind: 'skip', drill, because }
    : { kind: 'rehearse', drill, because: [`${drill.kind} drill of ${known.name}, ${drill.from} -> ${drill.to}`] };
}

function pairAsked({ pair }: DrillInput, { topology }: Needs): NamedPair | string {
  try {
    return pairOf(topology, pair);
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'UnknownPair') return cause.message;
    throw cause;
  }
}

function drillOf(
  pair: NamedPair,
  { kind, returns, reason = '', slot }: DrillInput,
  ledger: Ledger | undefined,
  { id, startedAt }: z.output<typeof AdmitDrillInput>['execution'],
  fresh: string,
): Drill {
  const { drills } = pair;
  const chosen = slot !== undefined && pair.mode !== 'auto' ? JUDGES_ONLY : (kind ?? drills.kind);
  const [first = ''] = clusterNames(pair);
  const from = ledger?.active ?? first;
  return {
    pair: pair.name,
    kind: chosen,
    at: Date.parse(slot ?? startedAt),
    name: `drill-${fresh}`,
    execution: id,
    startedBy: slot === undefined ? 'person' : 'machine',
    from,
    to: otherCluster(pair, from),
    ...(chosen === 'ring' ? { ring: REHEARSED_RING } : {}),
    returns: chosen === 'ring' || (chosen === 'full' && (returns ?? drills.returns)),
    bakeSeconds: drills.bakeSeconds,
    reason: reason || (slot === undefined ? 'no reason given' : 'by the schedule'),
  };
}

/** Automation that may not act does not rehearse acting by itself either. */
const JUDGES_ONLY: DrillKind = 'preview';

/** @returns the drill that this execution has begun, also when it begins it for the second time; undefined: another did. */
async function claimSlot(drill: Drill, { notes }: Needs): Promise<Drill | undefined> {
  const key = noteKey(drill.at);
  if ((await notes.add(drill.pair, key, recordOf(drill), drill.at + KEPT_MILLISECONDS)) === 'added') return drill;
  const there = await notes.read(drill.pair, key);
  const [begun] = drillsIn(there === undefined ? [] : [there]);
  return begun?.execution === drill.execution ? { ...drill, name: begun.name } : undefined;
}

function ended(outcome: 'Skipped' | 'Refused', pair: string, because: string): DrillAdmitted {
  const next = outcome === 'Refused' ? 'throwover help drill' : `throwover drills --pair ${pair}`;
  return { kind: 'end', record: { outcome, pair, because: [because], next } };
}
