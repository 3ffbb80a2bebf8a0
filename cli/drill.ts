/** `throwover drill`: rehearses a move, follows it, and says what it showed. */
import { DRILL_KINDS } from '../core/drill/drill.ts';
import type { DrillInput } from '../functions/admit-drill.ts';
import { drillEnded } from './drills/showing.ts';
import { carryOut } from './run/carry-out.ts';
import { reasonOption, textOf, topologyAndPair, withPair, withWaiting } from './run/options.ts';
import { Refused, type Verb } from './verb.ts';

export const drill: Verb = {
  declare: (command) =>
    withWaiting(
      withPair(command)
        .option('--kind <kind>', `${DRILL_KINDS.join(', ')} (default: as throwover.yaml says for scheduled ones)`)
        .option('--return', 'full only: bring everything back after the bake')
        .option('--stay', 'full only: leave everything there; the next drill goes the other way')
        .option('--reason <text>', 'why, for the record'),
    ),
  examples: [
    ['npx throwover drill --kind preview --reason "before the freeze"', 'would a move be held now? Changes nothing'],
    ['npx throwover drill --kind ring --reason "new ingress"', 'ring 0, the example app, moves and comes back'],
    [
      'npx throwover drill --kind full --return --reason "quarterly"',
      'everything moves, bakes and comes back; yields to a real failover at any time',
    ],
    [
      'npx throwover drill --kind ring --reason nightly --json | tail -n 1 | jq .secondsToWithdraw',
      'the number, in a pipeline; exit codes 0 succeeded, 3 skipped, 4 failed, 5 interrupted',
    ],
  ],
  async run(asked, surroundings) {
    const { topology, pair } = topologyAndPair(asked, surroundings);
    const { options } = asked;
    const kind = kindOption(options.kind);
    if (options.return === true && options.stay === true) throw new Refused('--return or --stay, not both.');
    if ((options.return === true || options.stay === true) && (kind ?? pair.drills.kind) !== 'full')
      throw new Refused('--return and --stay are for --kind full: the other kinds leave nothing behind.');
    const request: DrillInput = {
      pair: pair.name,
      ...(kind === undefined ? {} : { kind }),
      ...(options.return === true ? { returns: true } : options.stay === true ? { returns: false } : {}),
      reason: reasonOption(options.reason),
    };
    return carryOut(
      topology,
      {
        machine: 'drill',
        request,
        live: true,
        ended: drillEnded,
        howToEnd: `\`throwover abort --pair ${pair.name} --back\` ends a leg where users were; \`throwover drills --pair ${pair.name}\` shows what became of it.`,
      },
      asked,
      surroundings,
    );
  },
};

function kindOption(option: unknown): DrillInput['kind'] {
  const text = textOf(option);
  if (text === undefined) return undefined;
  const kind = DRILL_KINDS.find((known) => known === text);
  if (kind === undefined) throw new Refused(`there is no drill ${text}; known: ${DRILL_KINDS.join(', ')}.`);
  return kind;
}
