/** What a move stands on, asked one by one before anything is changed: who does not answer, and what is done without it. */
import type { Ledger } from '../../core/ledger/ledger.ts';
import { type Fence, readFence } from '../../core/plan/fence.ts';
import { clusterNames, fenceName, type NamedPair, titleOf } from '../../core/topology/pair.ts';
import type { Own } from '../console.ts';
import type { Output } from '../output.ts';
import { sentenceOf } from '../reach.ts';
import type { Surroundings } from '../verb.ts';

export interface Dependency {
  readonly name: string;
  /** What it said; undefined: it did not answer. */
  readonly answered: boolean;
  readonly says: string;
  /** What is done, or not known, while it does not answer. */
  readonly without: string;
}

export interface Found {
  readonly dependencies: readonly Dependency[];
  /** `down`: DynamoDB does not answer. Undefined: it answers, and has no ledger of the pair. */
  readonly ledger: Ledger | 'down' | undefined;
  /** Of the zones that have one of this ledger, in the zones' order. */
  readonly fences: readonly Fence[];
}

type Around = Pick<Surroundings, 'clock'>;

/** A person waits, but not for one slow answer to be taken for none. */
const PATIENCE_MILLISECONDS = 3_000;
const TRIES = 2;

/** @param listed what Step Functions said when it was asked which machines there are */
export async function lookedAt(
  pair: NamedPair,
  { ports, functions }: Own,
  listed: () => Promise<unknown>,
  around: Around,
): Promise<Found> {
  const stands: { ledger: Found['ledger']; fences: Map<string, Fence> } = { ledger: 'down', fences: new Map() };
  const ask = (name: string, without: string, question: () => Promise<string>) =>
    asked(name, without, question, around);
  const dependencies = await Promise.all([
    ask('DynamoDB', 'no ledger locks anybody out: the fence of the anchor alone does', async () => {
      stands.ledger = await ports.ledger.read(pair.name);
      return stands.ledger === undefined ? 'there is no ledger of this pair' : `ledger at epoch ${stands.ledger.epoch}`;
    }),
    ask('Step Functions', 'the state machine is carried out here', async () => {
      await listed();
      return 'answers; the state machine is carried out here all the same';
    }),
    ask('Lambda', 'its steps are done here; no watch looks on', async () => {
      await functions.call('ask-inside', { questions: [] });
      return 'answers; its steps are done here all the same';
    }),
    ask('SSM', 'the published copy is not written', async () => {
      const { active } = await ports.published.read(pair.name);
      return `published: ${active ?? 'nothing'}`;
    }),
    ...pair.zones.map((zone) =>
      ask(`zone ${titleOf(zone)}`, 'nothing is moved: a zone that cannot be fenced ends the run', async () => {
        const read = readFence(await ports.zones.readName(zone.id, fenceName(pair.name, zone)));
        if (read.kind === 'missing') return 'has no fence';
        if (read.kind === 'unreadable') return `its fence cannot be read: ${read.because}`;
        const { fence } = read;
        if (fence.by !== ports.ledger.by) return `its fence was written by ledger ${fence.by}, not ${ports.ledger.by}`;
        stands.fences.set(zone.id, fence);
        return `fence at epoch ${fence.epoch}: ${fence.active} is active, written by ${fence.run}`;
      }),
    ),
    ...clusterNames(pair).map((cluster) =>
      ask(`cluster ${cluster}`, 'its API cannot be asked, nor told what it shall be', async () => {
        const read = await ports.clusters.readFence(cluster);
        if (read.kind === 'fence') return `answers, epoch ${read.data.epoch}`;
        if (read.kind === 'missing') return 'answers, without a ConfigMap of ours';
        throw new Error(read.because);
      }),
    ),
  ]);
  const fences = pair.zones.flatMap(({ id }) => stands.fences.get(id) ?? []);
  return { dependencies, ledger: stands.ledger, fences };
}

async function asked(
  name: string,
  without: string,
  question: () => Promise<string>,
  { clock }: Around,
): Promise<Dependency> {
  let says = '';
  for (let attempt = 0; attempt < TRIES; attempt++) {
    try {
      return { name, answered: true, says: await clock.within(PATIENCE_MILLISECONDS, question), without };
    } catch (cause) {
      says = sentenceOf(cause);
    }
  }
  return { name, answered: false, says, without };
}

export function printDependencies(dependencies: readonly Dependency[], output: Output, print: (line: string) => void) {
  const width = Math.max(...dependencies.map(({ name }) => name.length));
  for (const { name, answered, says, without } of dependencies) {
    print(
      answered
        ? `  ${name.padEnd(width)}  ${says}`
        : `  ${name.padEnd(width)}  ${output.styled('red', 'does not answer')}: ${says}. Without it ${without}`,
    );
  }
}

/** For the end: by name, what nobody could ask. */
export function notChecked(dependencies: readonly Dependency[]): string[] {
  return dependencies
    .filter(({ answered }) => !answered)
    .map(({ name, says, without }) => `${name} does not answer (${says}): ${without}`);
}
