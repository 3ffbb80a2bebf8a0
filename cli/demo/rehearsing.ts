/**
 * Looks at a drill once a lab second and tells what changed: what the machine of drills says, what its legs do, and where
 * each ring stands by the answers of the name servers.
 */
import { activeName } from '../../adapters/aws/published.ts';
import { clusterNames, type NamedPair, namesInZone } from '../../core/topology/pair.ts';
import type { Stage } from '../../lab/stage.ts';
import { answersIn } from './reading.ts';
import type { Telling, Tone } from './telling.ts';

/** What was seen of a drill over the whole play. */
export interface DrillSeen {
  /** The execution of the machine of drills. */
  readonly execution: string;
  /** By leg, its run of the switch. */
  readonly legs: Map<string, string>;
  /** By ring, every cluster that some server ever answered for one of its names. */
  readonly answered: Map<number, Set<string>>;
  /** Names that some server once had no answer for. */
  readonly dark: Set<string>;
  /** By ring, what was answered in each of the last looks: between two steps answers come from either side. */
  readonly lately: Map<number, Set<string>[]>;
  /** How many answers of each execution were told. */
  readonly told: Map<string, number>;
}

export interface Rehearsing {
  stage: Stage;
  pair: NamedPair;
  telling: Telling;
  owner: ReadonlyMap<string, string>;
  seen: DrillSeen;
}

export async function begunDrill(stage: Stage, input: object): Promise<DrillSeen> {
  const execution = await stage.rehearse(input);
  return { execution, legs: new Map(), answered: new Map(), dark: new Set(), lately: new Map(), told: new Map() };
}

export async function lookAtRehearsal(rehearsing: Rehearsing): Promise<void> {
  await lookAtMachine(rehearsing);
  await lookAtLegs(rehearsing);
  await lookAtRings(rehearsing);
}

async function lookAtMachine({ stage, telling, seen }: Rehearsing): Promise<void> {
  for (const { at, state, payload } of await freshAnswers(stage, seen, seen.execution)) {
    const because = (Array.isArray(payload.because) ? payload.because : [payload.because]).map(String).join('; ');
    if (state === 'ReportDrill')
      await telling.tell(at, 'drill', `${payload.outcome}: ${because}`, {
        tone: payload.outcome === 'Succeeded' ? 'good' : 'bad',
      });
    else if (state === 'GoThere' || state === 'GoBack') await telling.tell(at, 'leg', because, { tone: 'loud' });
    else await telling.tell(at, 'drill', because, { tone: payload.failing ? 'bad' : 'plain' });
  }
}

async function lookAtLegs({ stage, telling, seen }: Rehearsing): Promise<void> {
  for (const { name, arn } of await stage.executions()) {
    const leg = /^drill-.+-(out|back)$/.exec(name)?.[1];
    if (leg !== undefined) seen.legs.set(leg, arn);
  }
  for (const [leg, arn] of seen.legs)
    for (const { at, state, payload } of await freshAnswers(stage, seen, arn)) {
      const line = lineOf(state, payload);
      if (line !== undefined)
        await telling.tell(at, line.subject, line.text, { tone: line.tone, about: `${leg} ${line.subject}` });
    }
}

async function freshAnswers(stage: Stage, { told }: DrillSeen, arn: string) {
  const all = answersIn(await stage.history(arn), 0);
  const fresh = all.slice(told.get(arn) ?? 0);
  told.set(arn, all.length);
  return fresh;
}

/** What is worth a line of what a leg does: it is a planned switchover, step by step. */
function lineOf(
  state: string,
  { because, gates, verdict, situation, active, kind, epoch }: Readonly<Record<string, unknown>>,
): { subject: string; text: string; tone: Tone } | undefined {
  if (state === 'Judge') {
    const asked = (gates ?? []) as { state: string }[];
    const open = asked.filter((gate) => gate.state === 'open').length;
    return {
      subject: 'verdict',
      text: `${situation}: ${verdict}, ${open} of ${asked.length} gates open`,
      tone: 'plain',
    };
  }
  if (state === 'Claim')
    return { subject: 'claim', text: `the pair is the drill's until somebody needs it: epoch ${epoch}`, tone: 'plain' };
  if (state === 'Steer') return { subject: 'steer', text: String(because), tone: 'loud' };
  if (state === 'JudgeStep') return { subject: 'step', text: `${kind}: ${because}`, tone: 'plain' };
  if (state === 'Commit') return { subject: 'commit', text: `${active} is active, ${because}`, tone: 'good' };
  return undefined;
}

/** At 10 % it takes a while until somebody is answered so. */
const LOOKS_TOGETHER = 15;

/** Every name at every server, ring by ring. */
async function lookAtRings({ stage, pair, telling, owner, seen }: Rehearsing): Promise<void> {
  const at = await stage.now();
  const standing = new Map<number, Set<string>>();
  for (const zone of pair.zones)
    for (const server of stage.nameServers)
      for (const { name, ring } of namesInZone(pair, zone)) {
        const answers = await stage.dns(server, name, 'A');
        if (answers.length === 0) seen.dark.add(`${name} at ${server}`);
        for (const address of answers) {
          added(standing, ring, owner.get(address) ?? address);
          added(seen.answered, ring, owner.get(address) ?? address);
        }
      }
  for (const [ring, clusters] of [...standing].sort(([a], [b]) => a - b)) {
    const lately = [...(seen.lately.get(ring) ?? []), clusters].slice(-LOOKS_TOGETHER);
    seen.lately.set(ring, lately);
    const answering = [...new Set(lately.flatMap((one) => [...one]))].sort();
    await telling.tell(at, `dig ring ${ring}`, `its names answer ${answering.join(' and ')}`);
  }
  const active = await stage.parameter(activeName(pair.name));
  if (active !== undefined)
    await telling.tell(at, 'parameter', `${activeName(pair.name)} = ${active}`, {
      tone: clusterNames(pair).includes(active) ? 'good' : 'bad',
    });
}

function added(sets: Map<number, Set<string>>, ring: number, cluster: string): void {
  sets.set(ring, (sets.get(ring) ?? new Set()).add(cluster));
}

export interface DrillEnd {
  status: string;
  outcome: string;
  because: readonly string[];
  runs: readonly { leg: string; outcome: string }[];
  secondsToWithdraw?: number;
  secondsToReturn?: number;
}

/** The record that the machine of drills gave at its end; without an outcome while there is no end. */
export async function endOfDrill(stage: Stage, { execution }: DrillSeen): Promise<DrillEnd> {
  const { status, output, cause } = await stage.describe(execution);
  const record = JSON.parse(output ?? cause ?? '{}') as Partial<DrillEnd>;
  return { outcome: 'none', because: [], runs: [], ...record, status };
}
