/**
 * Another team's pair with a name in each of the zones, moved by Throwover as well: clusters, ledger and machine of its own, the
 * same code. What both share is Route 53: its zones, what is PENDING in them, and the account's limits.
 */
import { parseTopology } from '../../core/topology/index.ts';
import { type NamedPair, pairOf } from '../../core/topology/pair.ts';
import type { Topology } from '../../core/topology/schema.ts';
import { type InMemory, runInMemory } from '../../lab/in-memory/run.ts';
import type { PairWorld } from '../../lab/world.ts';
import type { SteppedClock } from '../../models/stepped-clock.ts';
import { NEIGHBOUR } from '../invariants/watching.ts';
import { movedByHand } from './person.ts';
import { nameOf, recordOf } from './record.ts';
import { clusterCalled } from './setting.ts';

const ADDRESSES = { red: { v4: '192.0.2.31', v6: '2001:db8::31' }, white: { v4: '192.0.2.32', v6: '2001:db8::32' } };
const POD_SECONDS = 5;

type Input = Readonly<Record<string, unknown>>;

export interface Beside {
  clock: SteppedClock;
  seed: number;
  /** The world in whose zones its names are. */
  first: PairWorld;
  /** Line of a trace. */
  tell: (line: string) => void;
}

export class SecondPair {
  readonly #clock: SteppedClock;
  readonly #tell: Beside['tell'];
  readonly #inMemory: InMemory;

  constructor({ clock, seed, first, tell }: Beside) {
    const { topology, pair } = parsed(first.pair);
    this.#clock = clock;
    this.#tell = tell;
    const life = { podStartMs: [POD_SECONDS * 300, POD_SECONDS * 1000] as const };
    const shape = { topology, pair, seed, active: 'red', addresses: ADDRESSES, nameServers: first.nameServers, life };
    this.#inMemory = runInMemory({ ...shape, clock, beside: first, caller: NEIGHBOUR });
    this.#start({ mode: 'accept', active: 'red' });
  }

  /** A person over there brings it to its other cluster. */
  move(secondsMax: number): Promise<readonly string[] | undefined> {
    const run = async (input: Input) => {
      const arn = this.#start(input);
      const { stepFunctions } = this.#inMemory.world;
      const latest = this.#clock.now() + secondsMax * 1000;
      await this.#clock.runUntil(
        () => stepFunctions.executionOf(arn).status !== 'RUNNING' || this.#clock.now() > latest,
      );
      return { name: nameOf(arn), ...recordOf(this.#inMemory.world, arn) };
    };
    return movedByHand({ clock: this.#clock, podSeconds: POD_SECONDS, run }, this.#standby);
  }

  /** Somebody over there asks for it; nobody waits. */
  begin(): void {
    this.#start({ mode: 'switchover' });
  }

  /** Names of it that are not on one of its clusters alone. */
  get divided(): string[] {
    const { pair, route53 } = this.#inMemory.world;
    return pair.zones.flatMap(({ id, name }) => {
      const sets = route53.recordSets(id).filter((set) => set.Name === `${NEIGHBOUR}-0.${name}.` && set.Type === 'A');
      const weights = sets.map(({ SetIdentifier, Weight = 0 }) => `${SetIdentifier} ${Weight}`).sort();
      return ['red 0/white 100', 'red 100/white 0'].includes(weights.join('/'))
        ? []
        : [`${name}: ${weights.join('/')}`];
    });
  }

  get #standby(): string {
    const { world } = this.#inMemory;
    const name = `/throwover/${NEIGHBOUR}/active-cluster`;
    return world.ssm.getParameter({ Name: name }).Parameter?.Value === 'red' ? 'white' : 'red';
  }

  #start(input: Input): string {
    const { world, switchArn: stateMachineArn } = this.#inMemory;
    const text = JSON.stringify({ ...input, reason: 'theirs' });
    const { executionArn } = world.stepFunctions.startExecution({ stateMachineArn, input: text });
    void world.stepFunctions.executionOf(executionArn).done.then(() => {
      const { outcome, because = [] } = recordOf(world, executionArn);
      this.#tell(`${NEIGHBOUR}: ${input.mode} ${outcome} ${because.join('; ')}`);
    });
    return executionArn;
  }
}

/** It has weighted records in every zone, whatever the others have there. */
function parsed({ zones }: NamedPair): { topology: Topology; pair: NamedPair } {
  const { topology, problems } = parseTopology({
    version: 1,
    pairs: {
      [NEIGHBOUR]: {
        mode: 'approve',
        clusters: { red: clusterCalled('red'), white: clusterCalled('white') },
        zones: zones.map(({ name, id }) => ({ name, id, layout: 'records' })),
        services: {
          [`${NEIGHBOUR}-0`]: {
            hosts: zones.map(({ name }) => `${NEIGHBOUR}-0.${name}`),
            healthPath: '/healthz',
            ring: 0,
            tier: 1,
            concurrency: 'safe',
          },
        },
        timing: { stepShares: [50, 100] },
        drills: { cadence: 'off' },
      },
    },
  });
  if (topology === undefined) throw new Error(`the topology of ${NEIGHBOUR} is wrong: ${JSON.stringify(problems)}`);
  return { topology, pair: pairOf(topology) };
}
