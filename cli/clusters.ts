/** `throwover clusters <action>`: what is installed in the clusters, for the person who installs it. */
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { DRILL_NOTES, drillsIn, proves } from '../core/drill/drill.ts';
import { type EnrolmentEvidence, missingBeforeAll } from '../core/enrolment.ts';
import { keptIn, SIGNALS } from '../core/signals/kept.ts';
import { clusterNames, clusterOf, type NamedPair } from '../core/topology/pair.ts';
import type { Topology } from '../core/topology/schema.ts';
import { apiAt, CONFIG, servesMutatingPolicies, wanted, withKubeconfig } from './clusters/access.ts';
import { assertRole, carryOut, changesIn, ringsWanted, WHO, type Who } from './clusters/enrol.ts';
import { valuesOf } from './clusters/facets.ts';
import { asYaml, objectsFor, type Policies, type Role } from './clusters/install.ts';
import { type Checked, verified } from './clusters/verify.ts';
import type { Console } from './console.ts';
import { exitCodes } from './exit-codes.ts';
import { atConsole } from './reach.ts';
import { textOf, topologyAndPair, withPair } from './run/options.ts';
import { type Asked, Refused, type Surroundings, type Verb } from './verb.ts';

interface Setting {
  readonly asked: Asked;
  readonly surroundings: Surroundings;
  readonly topology: Topology;
  readonly pair: NamedPair;
}

const actions: Readonly<Record<string, (setting: Setting) => Promise<number>>> = { install, verify, values, enrol };

export const clusters: Verb = {
  declare: (command: Command) =>
    withKubeconfig(withPair(command))
      .argument('<action>', 'install, verify, values or enrol')
      .argument('[who]', 'for enrol: none, example (ring 0) or all')
      .option('--cluster <name>', 'one cluster of the pair (verify: both, when it is left out)')
      .option('--print', 'install: print the objects; nothing is sent')
      .option('--role <role>', 'install: active or standby, of a pair that is not activated yet')
      .option('--policies <how>', 'install: mutating, or values for an API server without (default: it is asked)')
      .option('--namespace <service=namespace...>', 'enrol: where a service is not in the namespace of its name'),
  examples: [
    ['npx throwover clusters install --print --cluster green | kubectl --context green apply -f -', 'from a pipeline'],
    ['npx throwover clusters verify', 'exit code 0: both clusters turn writes into what they must be; 3: they do not'],
    ['npx throwover clusters enrol example', 'the Example app alone takes part; all and none are the ways on and back'],
    ['npx throwover clusters values --cluster green', 'for charts, where the API server has no mutating policies'],
  ],
  run(asked, surroundings) {
    const [action = ''] = asked.args;
    const work = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (work === undefined) throw new Refused(`clusters knows ${Object.keys(actions).join(', ')}, not ${action}.`);
    return work({ asked, surroundings, ...topologyAndPair(asked, surroundings) });
  },
};

async function install({ asked, surroundings, topology, pair }: Setting): Promise<number> {
  const { print, role, policies } = asked.options;
  if (print !== true)
    throw new Refused(
      'install only prints: say --print, and give what it prints to kubectl apply -f - or to your pipeline.',
    );
  const name = named(asked, pair);
  const cluster = clusterOf(pair, name);
  const how = oneOf<Policies>('--policies', policies, ['mutating', 'values']);
  const said = oneOf<Role>('--role', role, ['active', 'standby']);
  const served = how ?? ((await servesMutatingPolicies(apiAt(name, asked, surroundings))) ? 'mutating' : 'values');
  const is = said ?? (await atConsole(topology, surroundings, (console) => roleOf(name, pair, console)));
  surroundings.output.print(asYaml(objectsFor(cluster, is, served)).trimEnd());
  if (served === 'values')
    surroundings.output.complain(
      `${name} has no mutating policies: give every chart the values that "throwover clusters values --cluster ${name}" prints.`,
    );
  return exitCodes.done;
}

async function verify({ asked, surroundings, pair }: Setting): Promise<number> {
  const names = asked.options.cluster === undefined ? clusterNames(pair) : [named(asked, pair)];
  const found: Record<string, Checked[]> = {};
  for (const name of names) found[name] = await verified(apiAt(name, asked, surroundings), clusterOf(pair, name));
  const { output } = surroundings;
  if (asked.options.json === true) output.printJson({ pair: pair.name, clusters: found });
  else
    for (const [name, checks] of Object.entries(found)) {
      output.print(output.styled('bold', name));
      for (const { what, ok, found: is } of checks)
        output.print(`  ${ok ? output.styled('green', 'ok  ') : output.styled('red', 'FAIL')}  ${what}: ${is}`);
    }
  return Object.values(found)
    .flat()
    .every(({ ok }) => ok)
    ? exitCodes.done
    : exitCodes.held;
}

async function values({ asked, surroundings, pair }: Setting): Promise<number> {
  const api = apiAt(named(asked, pair), asked, surroundings);
  const { data } = wanted(api, await api.get(CONFIG), 200);
  const rings = [...new Set(Object.values(pair.services).map(({ ring }) => ring))].sort((a, b) => a - b);
  const all = Object.fromEntries(rings.map((ring) => [`ring-${ring}`, valuesOf(data, String(ring))]));
  if (asked.options.json === true) surroundings.output.printJson(all);
  else surroundings.output.print(stringify(all).trimEnd());
  return exitCodes.done;
}

async function enrol({ asked, surroundings, topology, pair }: Setting): Promise<number> {
  const { output } = surroundings;
  const who = oneOf<Who>('enrol', asked.args[1], WHO);
  if (who === undefined) throw new Refused(`say who takes part: ${WHO.join(', ')}.`);
  const rings = ringsWanted(pair, who, (asked.options.namespace as string[] | undefined) ?? []);
  const apis = clusterNames(pair).map((name) => apiAt(name, asked, surroundings));
  if (who !== 'none') {
    const missing = await atConsole(topology, surroundings, async (console) => {
      const active = await activeOf(pair, console);
      for (const api of apis) await assertRole(api, active);
      return who === 'all' ? missingBeforeAll(await evidenceOf(pair, console), console.clock.now()) : [];
    });
    for (const one of missing) output.complain(`missing: ${one}`);
    if (missing.length > 0) return exitCodes.held;
  }
  // everything is read in both before anything is written in one
  const changes = await Promise.all(apis.map((api) => changesIn(api, rings)));
  for (const [index, api] of apis.entries()) {
    for (const change of changes[index] ?? []) {
      await carryOut(api, change);
      output.print(
        `${api.cluster}  ${change.namespace}  ${change.ring === undefined ? 'takes no part' : `ring ${change.ring}`}`,
      );
    }
  }
  if (changes.flat().length === 0) output.print('as it was');
  return exitCodes.done;
}

function named({ options }: Asked, pair: NamedPair): string {
  const name = textOf(options.cluster);
  if (name === undefined)
    throw new Refused(`which cluster? Say --cluster ${clusterNames(pair).join(' or --cluster ')}.`);
  clusterOf(pair, name);
  return name;
}

function oneOf<T extends string>(what: string, said: unknown, known: readonly T[]): T | undefined {
  const found = known.find((one) => one === said);
  if (said !== undefined && found === undefined) throw new Refused(`${what} is ${known.join(' or ')}, not ${said}.`);
  return found;
}

async function activeOf(pair: NamedPair, console: Console): Promise<string> {
  const { ledger } = await console.deployed();
  const active = (await ledger.read(pair.name))?.active;
  if (active === undefined)
    throw new Refused(
      'the pair was never activated, so nobody knows which cluster serves: throwover accept --active <name> first.',
    );
  return active;
}

async function roleOf(name: string, pair: NamedPair, console: Console): Promise<Role> {
  const { ledger } = await console.deployed();
  const active = (await ledger.read(pair.name))?.active;
  if (active === undefined) throw new Refused('the pair was never activated: say --role active or --role standby.');
  return active === name ? 'active' : 'standby';
}

const LOOKS_BACK = 200;

/** The notes that drills and signals leave beside the ledger, and what CloudWatch says now. */
async function evidenceOf(pair: NamedPair, console: Console): Promise<EnrolmentEvidence> {
  const { notes } = await console.deployed();
  const newest = (prefix: string) => notes.list(pair.name, prefix, { newestFirst: true, limit: LOOKS_BACK });
  const [drills, signals] = await Promise.all([newest(DRILL_NOTES), newest(SIGNALS)]);
  const metrics = await Promise.all(
    Object.entries(pair.clusters).map(async ([name, { loadBalancer }]) => {
      const seen = await console.metrics.healthyHosts(loadBalancer.host);
      return [name, seen?.at] as const;
    }),
  );
  return {
    drillAt: drillsIn(drills).find(proves)?.at,
    alarmAt: signals.flatMap((note) => keptIn(note) ?? []).find(({ state }) => state === 'alarm')?.cameAt,
    metricAt: Object.fromEntries(metrics),
  };
}
