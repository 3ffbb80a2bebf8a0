/** `throwover kit`: writes what break-glass needs to know, and says when it is no longer true. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readFence } from '../core/plan/fence.ts';
import type { NamedPair } from '../core/topology/pair.ts';
import { KIT_FILE, type Kit, kitOf, kitText, readKit } from './break-glass/kit.ts';
import type { Console } from './console.ts';
import { exitCodes } from './exit-codes.ts';
import { counted } from './output.ts';
import { atConsole, reached } from './reach.ts';
import { textOf, topologyAndPair, withPair } from './run/options.ts';
import { Refused, type Surroundings, type Verb } from './verb.ts';

export const kit: Verb = {
  declare: (command) =>
    withPair(command)
      .argument('[action]', 'write, or verify: is what it says still true?', 'write')
      .option('--kit <file>', 'the file', KIT_FILE),
  examples: [
    ['npx throwover kit', 'writes throwover-kit.md; print it, or keep it where no AWS account is needed to read it'],
    ['npx throwover kit verify', 'exit code 0: every id and name is right; 3: says each difference'],
    ['npx throwover kit --pair shop --kit kits/shop.md', 'one file for each pair'],
  ],
  async run(asked, surroundings) {
    const [action] = asked.args;
    if (action !== 'write' && action !== 'verify') throw new Refused(`kit knows write and verify, not ${action}.`);
    const { topology, pair } = topologyAndPair(asked, surroundings);
    const file = textOf(asked.options.kit) ?? KIT_FILE;
    const { output, folder } = surroundings;
    const json = asked.options.json === true;
    const before = action === 'verify' ? readKit(file, surroundings) : undefined;
    return atConsole(topology, surroundings, async (console) => {
      const { machine, ledger } = await reached('AWS', () => console.deployed(), surroundings);
      const now = kitOf(topology, pair, { machine, by: ledger.by });
      if (before === undefined) {
        writeFileSync(resolve(folder, file), kitText(now, pair));
        if (json) output.printJson(now);
        else output.print(`${file} is written: ${now.machine}`);
        return exitCodes.done;
      }
      const differences = [...differencesOf(before, now), ...(await notThere(before, pair, console, surroundings))];
      if (json) output.printJson({ pair: pair.name, differences });
      else {
        for (const difference of differences) output.print(difference);
        output.print(
          differences.length === 0 ? `${file} is right` : `${file}: ${counted(differences.length, 'difference')}`,
        );
      }
      return differences.length === 0 ? exitCodes.done : exitCodes.held;
    });
  },
};

/** What the kit says, and what throwover.yaml and the deployment say. */
function differencesOf(kit: Kit, now: Kit): string[] {
  const [said, is] = [leaves(kit), leaves(now)];
  return [...new Set([...said.keys(), ...is.keys()])]
    .filter((path) => said.get(path) !== is.get(path))
    .map((path) => `${path}: the kit says ${said.get(path) ?? 'nothing'}, it is ${is.get(path) ?? 'not there'}`);
}

function leaves(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null) return new Map([[path, String(value)]]);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [...leaves(inner, path === '' ? key : `${path}.${key}`)]),
  );
}

/** What the kit names and nobody finds there. */
async function notThere(kit: Kit, pair: NamedPair, console: Console, surroundings: Surroundings): Promise<string[]> {
  const { zones, published, clusters, dns } = console;
  const look = async (what: string, question: () => Promise<string | undefined>) => {
    try {
      const wrong = await reached(what, question, surroundings);
      return wrong === undefined ? [] : [`${what}: ${wrong}`];
    } catch (cause) {
      return [`${what}: ${cause instanceof Error ? cause.message : String(cause)}`];
    }
  };
  const found = await Promise.all([
    ...kit.zones.map(({ zone, id, fence }) =>
      look(`zone ${zone}`, async () => {
        const read = readFence(await zones.readName(id, fence));
        if (read.kind === 'missing') return `there is no fence ${fence}`;
        if (read.kind === 'unreadable') return `its fence cannot be read: ${read.because}`;
        return read.fence.by === kit.ledger
          ? undefined
          : `its fence was written by ledger ${read.fence.by}, not ${kit.ledger}`;
      }),
    ),
    look(`table ${kit.table}`, async () => {
      const { ledger } = await console.deployed();
      return (await ledger.read(pair.name)) === undefined ? `it has no ledger of ${pair.name}` : undefined;
    }),
    look(kit.parameter, async () =>
      (await published.read(pair.name)).active === undefined ? 'there is no such parameter' : undefined,
    ),
    ...Object.entries(kit.clusters).flatMap(([name, { balancer }]) => [
      look(`cluster ${name}`, async () => {
        const read = await clusters.readFence(name);
        return read.kind === 'fence' ? undefined : read.because;
      }),
      look(`balancer of ${name}`, async () => {
        const { addresses, rcode } = await dns.ask(`${balancer}.`, 'A');
        return addresses.length > 0 ? undefined : `${balancer} has no address (${rcode})`;
      }),
    ]),
  ]);
  return found.flat();
}
