import { functions } from '../../functions/list.ts';
import type { FunctionKey } from '../../functions/steps.ts';
import { atMost, type Bench, type Result } from '../../scripts/bench/result.ts';
import { type Call, type Played, played } from './failover.ts';
import { batchesOf, fewestCalls, listsOf, tokensOf } from './phases.ts';
import { slopeOf } from './slope.ts';

const NAMES = [1, 10, 100, 500, 1_000, 5_000];
/** Where the floor is no longer hidden by what every run has to do. */
const MANY = 100;
const PAGE = 300;
const FENCE_PAGES = 1;
const POLL_SECONDS = 3;
const KILOBYTE = 1_024;

/**
 * With one set of records per name and cluster (A and AAAA, each with its registry TXT) a move costs what the names cost,
 * and little more. Nobody else writes the zone in these runs: see neighbours.bench.ts.
 */
const bench: Bench = async ({ print }) => {
  const runs: { names: number; run: Played }[] = [];
  for (const names of NAMES) runs.push({ names, run: await played({ names, layout: 'records', externalDns: false }) });
  return [
    ...runs.flatMap(({ names, run }) => oneSize(names, run, print)),
    ...growth(runs.filter(({ names }) => names >= MANY)),
  ];
};

function oneSize(names: number, run: Played, print: (line: string) => void): Result[] {
  const { fence, swap } = batchesOf(run);
  const [raise, ...own] = fence;
  if (raise === undefined) throw new Error('the run raised no fence');
  const floors = { own: fewestCalls(own, raise), swap: fewestCalls(swap, raise) };
  const lists = listsOf(run);
  const [owns, steers] = [callsOf(run, 'own'), callsOf(run, 'steer')];
  const pages = Math.ceil(run.recordSets / PAGE) + 2;
  const size = `records, ${names.toLocaleString('en')} names`;
  print(
    `     ${size}: ${run.recordSets} record sets; ownership at least ${floors.own.elements} calls by elements, ` +
      `${floors.own.characters} by characters; moved in ${run.seconds.moved.toFixed(1)} virtual seconds`,
  );
  return [
    atMost(
      floors.swap.elements + steers,
      `${size}: change calls of a swap (fewest, and one a call of Steer)`,
      swap.length,
      'calls',
    ),
    atMost(8 * names + 2 * swap.length, `${size}: change tokens of a swap`, tokensOf(swap), 'tokens'),
    ...(names === 1_000
      ? [
          atMost(12, `${size}: change calls of a swap, as designed`, swap.length, 'calls'),
          atMost(8_080, `${size}: change tokens of a swap, as designed`, tokensOf(swap), 'tokens'),
        ]
      : []),
    atMost(
      Math.max(floors.own.elements, floors.own.characters) + owns,
      `${size}: change calls of the fence with ownership (fewest, and one a call of Own; ADR 0020)`,
      fence.length,
      'calls',
    ),
    atMost(
      4 * names + 2 * fence.length,
      `${size}: change tokens of the fence with ownership`,
      tokensOf(fence),
      'tokens',
    ),
    atMost(pages, `${size}: pages read before the claim`, lists.beforeClaim, 'pages'),
    atMost(FENCE_PAGES, `${size}: pages read in Fence, for its own record`, lists.fence, 'pages'),
    atMost(pages * owns, `${size}: pages read in ${owns} ${owns === 1 ? 'call' : 'calls'} of Own`, lists.own, 'pages'),
    atMost(pages, `${size}: pages read to judge again`, lists.judgeAgain, 'pages'),
    atMost(pages, `${size}: pages read from Steer on`, lists.fromSteerOn, 'pages'),
    atMost(
      pages + Math.ceil(waited(run)),
      `${size}: pages read for a plan in flight (one look, and one a second; ADR 0048)`,
      lists.forPlans,
      'pages',
    ),
    atMost(pages, `${size}: pages read for what is owed after Commit`, lists.owed, 'pages'),
    atMost(1, `${size}: GetChange per 3 s waited`, questions(run) / (waited(run) / POLL_SECONDS), 'calls'),
    atMost(
      0,
      `${size}: batches that Route 53 refused`,
      Object.values(run.refused).reduce((sum, one) => sum + one, 0),
      'batches',
    ),
    ...(names <= 1_000 ? [atMost(60, `${size}: state transitions of a failover`, run.transitions, 'transitions')] : []),
    atMost(64, `${size}: largest payload of a state (256 allowed)`, run.largestPayloadBytes / KILOBYTE, 'KB'),
    atMost(50, `${size}: longest work of a task`, longestTask(run), 'virtual s'),
  ];
}

function growth(runs: readonly { names: number; run: Played }[]): Result[] {
  const of = (what: string, value: (run: Played) => number) => {
    const slope = slopeOf(runs.map(({ names, run }) => [names, value(run)]));
    return atMost(1.1, `records, 100 to 5,000 names: growth of ${what}, log-log slope`, slope, '');
  };
  const isOurs = ({ call, by }: Call) => call.startsWith('route53:') && by !== 'watch';
  return [
    of('change tokens', ({ batches }) => tokensOf(batches)),
    of('change calls', ({ batches }) => batches.length),
    of('calls of Route 53', ({ calls }) => calls.filter(isOurs).length),
    of('virtual time from claim to the last batch', ({ seconds }) => seconds.moved),
  ];
}

function callsOf({ invocations }: Played, key: FunctionKey): number {
  return invocations.filter((one) => one.key === key).length;
}

function questions({ calls }: Played): number {
  return calls.filter(({ call }) => call === 'route53:GetChange').length;
}

function waited({ invocations: all }: Played): number {
  return all.filter(({ key }) => key === 'verify').reduce((sum, { began, ended }) => sum + (ended - began) / 1_000, 0);
}

/** A task is what the state machine calls; the watch stays with a suspicion for as long as it takes. */
function longestTask({ invocations: all }: Played): number {
  const tasks = functions.filter(({ calledBy }) => calledBy === undefined).map(({ key }) => key);
  return Math.max(...all.filter(({ key }) => tasks.includes(key)).map(({ began, ended }) => (ended - began) / 1_000));
}

export default bench;
