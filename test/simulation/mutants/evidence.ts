/** What starts a move by machine: who has seen it, for how long, and how old it is. */
import type { Observation } from '../../../core/observe/observation.ts';
import { type Step, steps } from '../../../functions/steps.ts';
import type { World } from '../../../functions/world.ts';
import { activeDies, DIES_AT } from './happens.ts';
import type { Mutant } from './mutant.ts';
import { observations, step, world } from './taken-away.ts';

const LOOK_MILLISECONDS = 9_000;

export const evidence: readonly Mutant[] = [
  {
    protection: 'A quorum of observers',
    instead: 'what one class saw counts for all of them',
    meddling: observations(echoed),
    stories: ['false alarm'],
  },
  {
    protection: 'Blind observers abstain',
    instead: 'whoever sees nothing calls the active cluster dead',
    meddling: observations((seen) => seen.map((one) => ({ ...one, answers: true }))),
    stories: ['active dies, one class is blind'],
  },
  {
    protection: 'The canary beside the services',
    instead: 'services that fail count as a cluster that fails',
    meddling: {
      steps: {
        'observe-outside': servicesAreTheCluster(steps['observe-outside']),
        'observe-inside': servicesAreTheCluster(steps['observe-inside']),
      },
    },
    happens: (drawn) => {
      const cluster = drawn.setting.active;
      return {
        happenings: [
          [DIES_AT, { what: 'inflict', cluster, fault: 'apps-broken' }],
          [DIES_AT + 100, { what: 'alarm', cluster }],
          [DIES_AT + 500, { what: 'heal', cluster, fault: 'apps-broken' }],
        ],
        faults: [],
        setting: { ...drawn.setting, skewSeconds: {}, share: 1, podSeconds: 5 },
      };
    },
  },
  {
    protection: 'The confirmation lasts a minute',
    instead: 'the first look is enough',
    meddling: world('all', (inner) => ({ topology: withTiming(inner, { confirmSeconds: 0 }) })),
    stories: ['flapping', 'false alarm'],
  },
  {
    protection: 'The watch starts a failover by what it sees',
    instead: 'it looks, and leaves the start to alarms',
    meddling: world(['look-out'], ({ executions }) => ({
      executions: { ...executions, start: async () => 'started' as const },
    })),
    happens: (drawn) => {
      const { setting = drawn.setting, ...died } = activeDies(undefined)(drawn);
      const alarms = { ...setting.alarms, lost: 1 };
      return { ...died, story: 'active dies, one class is blind', setting: { ...setting, alarms } };
    },
  },
  {
    protection: 'Events that come at once start one run',
    instead: 'every event has a run of its own, and none is known to run already',
    meddling: world(['on-alarm'], ({ executions, ids }) => ({
      executions: {
        ...executions,
        status: async () => undefined,
        start: (machine, name, input) => executions.start(machine, `${name}-${ids.fresh()}`, input),
      },
    })),
    stories: ['an alarm storm'],
  },
  {
    protection: 'Old alarms start nothing',
    instead: 'an alarm is as old as it arrives',
    meddling: step('on-alarm', (inner) => (input, world) => {
      const event = input as { detail: { state: object } };
      const state = { ...event.detail.state, timestamp: new Date(world.clock.now()).toISOString() };
      return inner({ ...event, detail: { ...event.detail, state } }, world);
    }),
    expectedAlive: 'a run looks for itself and finds a cluster that is well; the age saves cost',
  },
];

function withTiming({ topology }: World, timing: Readonly<Record<string, number>>): World['topology'] {
  const pairs = Object.entries(topology.pairs).map(([name, pair]) => [
    name,
    { ...pair, timing: { ...pair.timing, ...timing } },
  ]);
  return { ...topology, pairs: Object.fromEntries(pairs) };
}

/** The class that sees the worst is believed by all of them. */
function echoed(seen: readonly Observation[]): readonly Observation[] {
  const worst = seen.find(({ canary, services }) => canary !== 'healthy' && services !== undefined);
  if (worst === undefined) return seen;
  const classes = ['outside', 'inside', 'aws'] as const;
  return seen
    .filter(({ observer }) => observer === worst.observer)
    .flatMap((one) => classes.map((observer) => ({ ...one, observer })));
}

/** Where every service of a cluster fails, its observer says that nothing of it answers, and looks again in a while. */
function servicesAreTheCluster(inner: Step): Step {
  return async (input, world) => {
    const { suspect } = input as { suspect?: string };
    const seen = (await inner(input, world)) as { observations: readonly Observation[] };
    const fails = ({ cluster, services: { asked: many, failed } = { asked: 0, failed: 0 } }: Observation) =>
      cluster === suspect && many > 0 && failed === many;
    if (!seen.observations.some(fails)) return seen;
    await world.clock.wait(LOOK_MILLISECONDS);
    const changed = seen.observations.map((one) =>
      fails(one) ? { ...one, at: world.clock.now(), answers: false, canary: 'unreachable', api: 'unreachable' } : one,
    );
    return { ...seen, observations: changed };
  };
}
