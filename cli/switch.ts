/** `throwover switch`: moves the traffic, planned or because the active cluster has failed. */
import { unknownGates } from '../core/gates/index.ts';
import { type NamedPair, otherCluster } from '../core/topology/index.ts';
import { stepSharesOf } from '../core/topology/pair.ts';
import type { Console } from './console.ts';
import { reached } from './reach.ts';
import { carryOut } from './run/carry-out.ts';
import { clusterOption, reasonOption, ringOption, topologyAndPair, withPair, withWaiting } from './run/options.ts';
import { personAt } from './run/who.ts';
import { Refused, type Surroundings, type Verb } from './verb.ts';

export const switchVerb: Verb = {
  declare: (command) =>
    withWaiting(
      withPair(command)
        .option('--to <cluster>', 'the cluster that shall have the traffic')
        .option('--reason <text>', 'why, for the ledger and the record')
        .option('--failover', 'the active cluster has failed: no steps, one swap, forward only')
        .option('--ring <number>', 'move this ring only')
        .option('--override <gate...>', 'go on although these gates are not open; you answer for it')
        .option('--yes', 'do not ask back, even at a terminal'),
    ),
  examples: [
    [
      'npx throwover switch --to green --reason "CNI upgrade"',
      'planned, in steps; every step is judged and can go back',
    ],
    ['npx throwover switch --to green --failover --reason "blue is gone"', 'unplanned, one swap'],
    ['npx throwover switch --to green --reason "canary" --ring 0', 'the example app only'],
    [
      'npx throwover switch --to green --failover --reason "metrics lag" --override Capacity',
      'past a gate that a person may answer for',
    ],
    ["npx throwover switch --to green --reason nightly --yes --json | tail -n 1 | jq '.outcome'", 'in a pipeline'],
  ],
  async run(asked, surroundings) {
    const { topology, pair } = topologyAndPair(asked, surroundings);
    const { options } = asked;
    const to = clusterOption(options.to, '--to', pair);
    const ring = ringOption(options.ring, pair);
    const failover = options.failover === true;
    const override = Array.isArray(options.override) ? options.override.map(String) : [];
    const noGate = unknownGates(override);
    if (noGate !== undefined) throw new Refused(`${noGate}.`);
    const request = {
      pair: pair.name,
      mode: failover ? ('failover' as const) : ('switchover' as const),
      to,
      reason: reasonOption(options.reason),
      by: personAt(surroundings),
      ...(ring === undefined ? {} : { ring }),
      ...(override.length === 0 ? {} : { override }),
    };
    const { ask } = surroundings;
    const asksBack = ask !== undefined && options.yes !== true && options.json !== true;
    return carryOut(
      topology,
      {
        request: async (console) => {
          if (asksBack) await confirmed(console, pair, to, failover, ask, surroundings);
          return request;
        },
        live: true,
        howToEnd: failover
          ? 'A failover only goes forward; `throwover status` shows it.'
          : `\`throwover abort --pair ${pair.name} --back\` ends it where users were, --stay where they are.`,
      },
      asked,
      surroundings,
    );
  },
};

async function confirmed(
  console: Console,
  pair: NamedPair,
  to: string,
  failover: boolean,
  ask: NonNullable<Surroundings['ask']>,
  surroundings: Surroundings,
): Promise<void> {
  const { ledger } = await console.deployed();
  const stands = await reached('DynamoDB', () => ledger.read(pair.name), surroundings);
  const now = stands?.active === undefined ? 'nobody has said who is active' : `${stands.active} is active`;
  const how = failover ? 'one swap, forward only' : `steps of ${stepSharesOf(pair).join(', ')} %`;
  const question = `${pair.name}: ${now}, epoch ${stands?.epoch ?? 0}. Move users from ${otherCluster(pair, to)} to ${to} (${how})? [y/N] `;
  if (!/^y(es)?$/i.test((await ask(question)).trim())) throw new Refused('nothing was started.');
}
