/** `throwover preview`: observes and judges like a run, and changes nothing. */

import { carryOut } from './run/carry-out.ts';
import { clusterOption, ringOption, textOf, topologyAndPair, withPair, withWaiting } from './run/options.ts';
import { readTopology } from './topology-file.ts';
import { Refused, type Verb } from './verb.ts';

export const preview: Verb = {
  declare: (command) =>
    withWaiting(
      withPair(command)
        .option('--to <cluster>', 'the cluster that would receive the traffic (default: the standby)')
        .option('--failover', 'a failover, which asks other gates than a planned move')
        .option('--ring <number>', 'of this ring only'),
    ),
  examples: [
    ['npx throwover preview', 'would a planned move be safe now? Of every pair when there are several'],
    ['npx throwover preview --to green', 'in this direction'],
    ['npx throwover preview --failover', 'what would hold a failover by a person now?'],
    [
      `npx throwover preview --json | tail -n 1 | jq '.gates[] | select(.state != "open")'`,
      'what is shut; exit code 3 when something is',
    ],
  ],
  async run(asked, surroundings) {
    const { options } = asked;
    const topology = readTopology(textOf(options.file), surroundings);
    const every = options.pair === undefined && Object.keys(topology.pairs).length > 1;
    if (every && (options.to !== undefined || options.ring !== undefined || options.failover === true))
      throw new Refused(
        'say of which pair: --pair. Without it every pair is previewed, each away from its active cluster.',
      );
    if (every) return carryOut(topology, { request: { mode: 'preview' }, live: true }, asked, surroundings);
    const { pair } = topologyAndPair(asked, surroundings);
    const ring = ringOption(options.ring, pair);
    const request = {
      pair: pair.name,
      mode: options.failover === true ? ('preview-failover' as const) : ('preview' as const),
      ...(options.to === undefined ? {} : { to: clusterOption(options.to, '--to', pair) }),
      ...(ring === undefined ? {} : { ring }),
    };
    return carryOut(topology, { request, live: true }, asked, surroundings);
  },
};
