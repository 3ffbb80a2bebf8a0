/** docs/safety-case.md: the same figures give the same page, and nothing of the machine is in it. */
import { readFileSync } from 'node:fs';
import { ofEveryClaim } from '../../test/invariants/claim.ts';
import { skewBreaksNothing } from '../../test/invariants/clock-skew.ts';
import { clusterEpochNeverDecreases } from '../../test/invariants/cluster-fence.ts';
import { usersFindPods, usersKeepNodes } from '../../test/invariants/cluster-sleep.ts';
import { foreignChangesAreSeen } from '../../test/invariants/foreign-change.ts';
import { ofEveryLedgerWrite } from '../../test/invariants/ledger-write.ts';
import { lasting } from '../../test/invariants/liveness.ts';
import { copyFollows } from '../../test/invariants/published-copy.ts';
import { repairConverges } from '../../test/invariants/repair-end.ts';
import { ofAPairAtRest } from '../../test/invariants/rest.ts';
import { signalsChooseNothing, stormsStartOneRun } from '../../test/invariants/suggested-run.ts';
import { ofEveryTrafficBatch } from '../../test/invariants/traffic-batch.ts';
import { zombiesAreKeptAway } from '../../test/invariants/zombie-write.ts';
import { ofEveryZoneChange } from '../../test/invariants/zone-change.ts';
import type { Killed } from '../../test/simulation/kill.ts';
import { rareStates } from '../../test/simulation/rare.ts';
import { known, promisesToCome, protectionsToCome } from '../../test/simulation/unfinished.ts';
import { type Totals, told } from '../../test/simulation/worlds.ts';
import type { ModelExplored } from './models.ts';

export interface Case {
  totals: Totals;
  killed: readonly Killed[];
  models: readonly ModelExplored[];
}

export function page({ totals, killed, models }: Case): string {
  return `${[
    '# The safety case',
    '',
    '<!-- Written by `npm run safety-case`. -->',
    '',
    'The same core, functions and state machine that run on AWS run here in one thread, under one clock and one seed, beside',
    'models of everything around them. Calls are lost, late, doubled and cut off; clusters, zones, services of AWS and people do',
    'what they do at night. After every effect the world is held to its promises; then the faults stop, and a person who types',
    'what they are told must be able to bring the pair to rest and move it.',
    '',
    `${told(totals)}.`,
    '',
    '## What is promised',
    '',
    'The letters are those of the design.',
    '',
    ...table(['', 'Promise'], promises()),
    '',
    '## What is missed when it is taken away',
    '',
    'Each protection has a switch outside our code. Without it worlds are played until a promise is broken.',
    '',
    ...table(['Protection', 'Instead', 'Missed after'], killed.map(rowOf)),
    '',
    '## Every order of events',
    '',
    'Two small models, written from the design alone, are explored whole. The variants that must not be built are found bad.',
    '',
    ...table(
      ['Model', 'States', 'Found'],
      models.map(({ model, states, wrong = 'nothing' }) => [model, String(states), wrong]),
    ),
    '',
    '## Rare states',
    '',
    ...table(
      ['State', 'Worlds'],
      rareStates.map(({ state }) => [state, String(totals.reached[state] ?? 0)]),
    ),
    '',
    '## What it found in our own code',
    '',
    'Each stays in `test/simulation/corpus.json` as the smallest world that shows it.',
    '',
    ...found(true),
    '',
    'And in the world itself, or in who judges it:',
    '',
    ...found(false),
    '',
    '## Known and open',
    '',
    ...known.map((one) => `- ${one}`),
    '',
    ...toCome(),
  ].join('\n')}`;
}

function toCome(): string[] {
  if (protectionsToCome.length + promisesToCome.length === 0) return [];
  return [
    '## Still to come',
    '',
    ...table(
      ['Protection', 'Why not yet'],
      protectionsToCome.map(({ protection, why }) => [protection, why]),
    ),
    '',
    ...table(
      ['Promise', 'Why not yet, or how far'],
      promisesToCome.map(({ id, why }) => [id, why]),
    ),
    '',
  ];
}

function promises(): string[][] {
  const all = [
    ...ofEveryZoneChange,
    ...ofEveryTrafficBatch,
    ...ofEveryLedgerWrite,
    ...ofEveryClaim,
    clusterEpochNeverDecreases,
    usersFindPods,
    usersKeepNodes,
    foreignChangesAreSeen,
    skewBreaksNothing,
    stormsStartOneRun,
    signalsChooseNothing,
    copyFollows,
    repairConverges,
    zombiesAreKeptAway,
    ...ofAPairAtRest,
    ...lasting,
  ];
  const number = (id: string) => Number(id.slice(1)) + (id.startsWith('L') ? 100 : 0);
  return [...all].sort((a, b) => number(a.id) - number(b.id)).map(({ id, says }) => [id, says]);
}

function rowOf({ mutant: { protection, instead, expectedAlive }, worlds, by }: Killed): string[] {
  if (by !== undefined) return [protection, instead, `${worlds} ${worlds === 1 ? 'world' : 'worlds'}, ${by.promise}`];
  return [
    protection,
    instead,
    expectedAlive === undefined ? `**not in ${worlds} worlds**` : `not missed: ${expectedAlive}`,
  ];
}

function found(ofOurs: boolean): string[] {
  const corpus = JSON.parse(readFileSync(new URL('../../test/simulation/corpus.json', import.meta.url), 'utf8')) as {
    promise: string;
    ours?: false;
    found: string;
  }[];
  return corpus.filter(({ ours = true }) => ours === ofOurs).map(({ promise, found: why }) => `- ${promise}: ${why}.`);
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)];
}
