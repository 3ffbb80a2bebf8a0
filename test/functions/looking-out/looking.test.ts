import { beforeEach, describe, expect, it } from 'vitest';
import type { Health, Observation } from '../../../core/observe/observation.ts';
import type { Seen } from '../../../functions/gather.ts';
import type { LookInput } from '../../../functions/look.ts';
import { look } from '../../../functions/looking-out/looking.ts';
import { observeInside } from '../../../functions/observe-inside.ts';
import { observeOutside } from '../../../functions/observe-outside.ts';
import { inMemoryStage } from '../../../lab/in-memory/stage.ts';
import { PAIR } from '../../core/given.ts';
import { labTopology } from '../../lab-topology.ts';
import { AtHand } from './at-hand.ts';

const GREEN = { cluster: 'green' };

const canaryOf = (observer: Observation['observer'], canary: Health): Seen => ({
  observations: [{ observer, cluster: 'blue', at: 1, answers: canary === 'healthy', canary, evidence: '' }],
  clusters: {},
  nodesMax: {},
});

describe('one look of the watch', () => {
  let hand: AtHand;
  let asked: { observer: string; input: LookInput }[];
  let troubles: Set<string>;
  beforeEach(() => {
    hand = new AtHand();
    asked = [];
    troubles = new Set();
  });
  /** Late is later than everything else that is under way. */
  const clock = () => ({ ...hand.clock, wait: () => new Promise<void>((done) => setImmediate(done)) });
  const world = (answer: (observer: Observation['observer'], input: LookInput) => unknown) => ({
    clock: clock(),
    observers: {
      look: async (observer: 'outside' | 'inside' | 'aws', input: LookInput) => {
        asked.push({ observer, input });
        return answer(observer, input);
      },
    },
  });

  it('asks every class once', async () => {
    const seen = await look(
      PAIR,
      'blue',
      undefined,
      world((observer) => canaryOf(observer, 'healthy')),
      troubles,
    );
    expect(seen.observations.map(({ observer }) => observer)).toEqual(['outside', 'inside', 'aws']);
    expect(asked.map(({ input }) => input)).toEqual([
      { pair: 'shop' },
      { pair: 'shop', count: true },
      { pair: 'shop' },
    ]);
  });

  it('goes without a class that fails, talks nonsense or is late: it abstains', async () => {
    const seen = await look(
      PAIR,
      'blue',
      undefined,
      world((observer) => {
        if (observer === 'outside') throw new Error('throttled');
        if (observer === 'inside') return { observations: 'none' };
        return new Promise(() => {});
      }),
      troubles,
    );
    expect(seen).toEqual({ observations: [], clusters: {}, nodesMax: {} });
    expect([...troubles]).toEqual([
      'outside could not be asked: Error: throttled',
      'inside answered what nobody knows',
      'aws did not answer in time',
    ]);
  });

  it('sends nothing to a cluster whose users are being counted', async () => {
    await look(
      PAIR,
      'blue',
      GREEN,
      world((observer) => canaryOf(observer, 'healthy')),
      troubles,
    );
    expect(asked.map(({ input }) => input.spare)).toEqual([GREEN, GREEN, GREEN]);
  });

  it('asks again with that cluster as a witness when the active one looks dead', async () => {
    const seen = await look(
      PAIR,
      'blue',
      GREEN,
      world((observer) => canaryOf(observer, 'unreachable')),
      troubles,
    );
    expect(asked.map(({ input }) => input.spare)).toEqual([GREEN, GREEN, GREEN, undefined, undefined, undefined]);
    expect(seen.observations).toHaveLength(6);
  });
});

describe('a cluster that is spared', () => {
  it.each([
    ['outside', observeOutside],
    ['inside', observeInside],
  ] as const)('gets no request through its balancer from the observer %s, the other one does', async (_, observe) => {
    const stage = inMemoryStage({ topology: labTopology(), seed: 1, active: 'blue' });
    await stage.close();
    const { ports } = stage.inMemory;
    const hosts: string[] = [];
    const probe: typeof ports.probe = {
      ...ports.probe,
      get: (target) => {
        hosts.push(target.balancer);
        return ports.probe.get(target);
      },
      certificateDaysLeft: (target) => {
        hosts.push(target.balancer);
        return ports.probe.certificateDaysLeft(target);
      },
    };
    let over = false;
    const looked = observe({ pair: 'shop', spare: GREEN }, { ...ports, probe }).finally(() => {
      over = true;
    });
    await stage.clock.runUntil(() => over);
    const { observations } = await looked;
    expect([...new Set(hosts)]).toEqual(['blue-lb.elb.test']);
    expect([...new Set(observations.map(({ cluster }) => cluster))]).toEqual(['blue']);
  });
});
