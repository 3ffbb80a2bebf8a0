/** Every function given any JSON: it refuses by a name that we know, and nothing in the world has changed. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOOKED_SINCE } from '../../core/drill/missed.ts';
import { retryable, terminal } from '../../core/errors.ts';
import { NO_PAIR, SIGNALS } from '../../core/signals/kept.ts';
import { pairOf } from '../../core/topology/index.ts';
import { functions } from '../../functions/list.ts';
import { type FunctionKey, steps } from '../../functions/steps.ts';
import { runInMemory } from '../../lab/in-memory/run.ts';
import { TABLE } from '../../lab/world.ts';
import type { AttributeValue } from '../../models/dynamodb/attribute-value.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';
import { labTopology } from '../lab-topology.ts';

const KNOWN: readonly string[] = [...retryable, ...terminal, 'UnknownPair', 'UnknownCluster'];
const RUNS = 60;

const textOf = (value: AttributeValue | undefined) => (value !== undefined && 'S' in value ? value.S : undefined);

/**
 * What cannot be read is kept for people; that drills are waited for from now on is noted by the first hour that strikes; what
 * the watch remembers is its own.
 */
const isNotedAnyway = (pk: string | undefined, sk: string | undefined) =>
  pk === `pair#${NO_PAIR}` || sk === LOOKED_SINCE || sk === 'watch' || sk?.startsWith('capacity') === true;

/** Long enough for everything that an accepted pair owes to be paid. */
const AT_REST_MILLISECONDS = 900_000;

function opened() {
  const clock = new SteppedClock(Date.parse('2026-11-20T07:00:00Z'));
  const topology = labTopology();
  const { world, ports, switchArn } = runInMemory({
    clock,
    topology,
    pair: pairOf(topology),
    seed: 1,
    active: 'blue',
    addresses: {
      blue: { v4: '127.0.0.11', v6: '2001:db8::11' },
      green: { v4: '127.0.0.12', v6: '2001:db8::12' },
    },
    nameServers: ['127.0.0.1', '127.0.0.2'],
  });
  /** All that a function of ours could have changed. */
  const standing = () => ({
    zones: world.pair.zones.map(({ id }) => world.route53.recordSets(id)),
    table: world.dynamoDb
      .scan({ TableName: TABLE })
      .Items?.filter(({ pk, sk }) => !isNotedAnyway(textOf(pk), textOf(sk))),
    executions: world.stepFunctions.listExecutions({ stateMachineArn: switchArn }).executions.length,
    clusters: Object.values(world.clusters).map((cluster) => cluster.config()),
    parameters: world.ssm.getParametersByPath({ Path: '/', Recursive: true }).Parameters,
  });
  const ended = async (work: Promise<unknown>) => {
    let outcome: { name: string } | 'answered' | undefined;
    work.then(
      () => {
        outcome = 'answered';
      },
      (cause: unknown) => {
        outcome = { name: cause instanceof Error ? cause.name : typeof cause };
      },
    );
    await clock.runUntil(() => outcome !== undefined);
    return outcome;
  };
  const asked = async (key: FunctionKey, input: unknown) => steps[key](input, ports);
  const accept = async () => {
    const input = JSON.stringify({ mode: 'accept', active: 'blue', reason: 'first' });
    world.stepFunctions.startExecution({ stateMachineArn: switchArn, input });
    await clock.run(AT_REST_MILLISECONDS);
  };
  return { ports, standing, ended, asked, accept };
}

/** JSON, and objects with the members that our inputs have, each of them anything. */
const anything = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(
    fc.constantFrom('pair', 'run', 'input', 'execution', 'alerts', 'Records', 'detail', 'epoch', 'zone', 'mode', 'to'),
    fc.jsonValue(),
  ),
);

/** Schema and step of each function, as the text of a file pairs them. */
function pairedIn(text: string, paired: RegExp): string[] {
  return [...text.matchAll(paired)].map(([, key, schema, step]) => `${key}: ${schema}, ${step}`);
}

describe('any JSON', () => {
  it('is tried on every function that is deployed, by the schema and the step of its handler', () => {
    const root = new URL('../../', import.meta.url);
    const textOf = (path: string) => readFileSync(new URL(path, root), 'utf8');
    const handlers = functions.flatMap(({ entry }) =>
      pairedIn(textOf(entry), /entry\('([\w-]+)', (\w+), connect, (\w+)\)/g),
    );
    expect(handlers).toHaveLength(functions.length);
    const tried = pairedIn(textOf('functions/steps.ts'), /^ {2}'?([\w-]+)'?: step\((\w+), (\w+)\),$/gm);
    expect(tried.sort()).toEqual(handlers.sort());
  });

  it.each(
    functions.flatMap(({ key }) => [
      [key, 'before anybody has said who is active'] as const,
      [key, 'of a pair that is active and at rest'] as const,
    ]),
  )('given to %s changes nothing %s', async (key, when) => {
    const { standing, ended, asked, accept } = opened();
    if (when !== 'before anybody has said who is active') await accept();
    const before = standing();
    await fc.assert(
      fc.asyncProperty(anything, async (input) => {
        const outcome = await ended(asked(key, input));
        if (outcome !== 'answered') expect(KNOWN).toContain(outcome?.name);
      }),
      { numRuns: RUNS },
    );
    expect(standing()).toEqual(before);
  });

  it('that nobody can read is kept for people under no pair, and nowhere else', async () => {
    const { ports, ended, asked } = opened();
    expect(await ended(asked('on-alarm', { a: 1 }))).toEqual({ name: 'Refused' });
    const found: string[] = [];
    await ended(ports.notes.list(NO_PAIR, SIGNALS).then((notes) => found.push(...notes.map(({ key }) => key))));
    expect(found).toEqual([expect.stringMatching(/^signal#2026-11-20T07:00#[0-9a-f]{16}$/)]);
  });
});
