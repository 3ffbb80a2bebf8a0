/** `throwover active`: the name of the active cluster and nothing else, for `$(npx throwover active)`. */
import { parseFence } from '../core/plan/fence.ts';
import { clusterNames, fenceName, type NamedPair } from '../core/topology/pair.ts';
import type { Console } from './console.ts';
import { exitCodes } from './exit-codes.ts';
import { atConsole, reached, Unreachable } from './reach.ts';
import { textOf, topologyAndPair } from './run/options.ts';
import { Refused, type Verb } from './verb.ts';

const SOURCES = {
  ssm: { who: 'SSM', read: published },
  dns: { who: 'DNS', read: fenced },
  ledger: { who: 'DynamoDB', read: written },
} as const;

export const active: Verb = {
  declare: (command) =>
    command
      .option('--pair <name>', 'the pair; may be left out when there is one')
      .option('--file <file>', 'the topology (default: THROWOVER_FILE, else throwover.yaml in the working folder)')
      .option('--from <source>', 'who is asked: ssm, dns or ledger', 'ssm')
      .option('--json', 'print one line of JSON'),
  examples: [
    [
      'kubectl --context "$(npx throwover active)" get pods',
      'in a script; exit code 1 and nothing on stdout when nobody knows',
    ],
    ['npx throwover active --from dns', 'what the fence in the first zone says: needs no AWS access'],
  ],
  async run(asked, surroundings) {
    const { topology, pair } = topologyAndPair(asked, surroundings);
    const from = textOf(asked.options.from) ?? 'ssm';
    if (!Object.hasOwn(SOURCES, from)) throw new Refused(`--from takes ssm, dns or ledger; found ${from}.`);
    const { who, read } = SOURCES[from as keyof typeof SOURCES];
    return atConsole(topology, surroundings, async (console) => {
      const { where, said } = await reached(who, () => read(pair, console), surroundings);
      const others = Object.keys(SOURCES).filter((source) => source !== from);
      const else_ = `Ask elsewhere with --from ${others.join(' or --from ')}, or \`throwover status\`.`;
      if (said === undefined) throw new Unreachable(`${where} says nothing about ${pair.name}. ${else_}`);
      if (!clusterNames(pair).includes(said))
        throw new Unreachable(`${where} says ${JSON.stringify(said)}, which is no cluster of ${pair.name}. ${else_}`);
      if (asked.options.json === true) surroundings.output.printJson({ pair: pair.name, active: said, from });
      else surroundings.output.print(said);
      return exitCodes.done;
    });
  },
};

interface Said {
  where: string;
  said: string | undefined;
}

async function published(pair: NamedPair, { published: copy }: Console): Promise<Said> {
  return { where: `the parameter /throwover/${pair.name}/active-cluster`, said: (await copy.read(pair.name)).active };
}

async function written(pair: NamedPair, console: Console): Promise<Said> {
  const { ledger } = await console.deployed();
  return { where: 'the ledger', said: (await ledger.read(pair.name))?.active };
}

/** The fence of the anchor. */
async function fenced(pair: NamedPair, { dns }: Console): Promise<Said> {
  const [anchor] = pair.zones;
  if (anchor === undefined) throw new RangeError(`${pair.name} has no zone`);
  const name = fenceName(pair.name, anchor);
  const { rcode, texts } = await dns.ask(name, 'TXT');
  if (rcode === 'unreachable' || rcode === 'SERVFAIL' || rcode === 'REFUSED')
    throw new Error(`TXT ${name} is answered with ${rcode}`);
  const fence = parseFence(texts[0] ?? '');
  return { where: `TXT ${name}`, said: typeof fence === 'string' ? texts[0] : fence.active };
}
