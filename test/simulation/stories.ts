/** What is drawn from a seed to happen: one story, and now and then something else beside it. */
import type { ObserverClass } from '../../core/observe/observation.ts';
import type { Fault as ClusterFault } from '../../models/kubernetes/faults.ts';
import {
  ALL_SERVICES,
  BEGIN_SECONDS,
  type Doing,
  END_SECONDS,
  type Happening,
  SERVICES,
  THINGS,
} from './happenings.ts';
import { drawSignals } from './signals.ts';
import { type Draw, streamOf } from './streams.ts';

export const STORIES = [
  'active dies',
  'active dies, one class is blind',
  'switchover',
  'switchover, then somebody dies',
  'switchover, then a person fails over',
  'flapping',
  'both die',
  'our dependencies',
  'a run and a word',
  'all at once',
  'a stalled run',
  'false alarm',
  'something is spoiled',
  'people',
  'anything',
  'a drill',
  'a person is asked',
  'a deploy in between',
  'a deploy breaks every service',
  'an alarm storm',
  'break-glass',
  'a sickness follows the users',
  'active dies, a zone is locked',
] as const;
export type Story = (typeof STORIES)[number];

export interface Play {
  story: Story;
  happenings: Happening[];
}

export function drawPlay(seed: number, active: string, zones: number): Play {
  const draw = streamOf(seed, 'play');
  const story = draw.pick(STORIES);
  const drawn = new Drawn(draw, active, zones);
  drawn.tell(story);
  const dies = drawn.all.flatMap(([seconds, { what }]) => (what === 'inflict' ? [seconds] : []));
  const signals = drawSignals(seed, { begin: BEGIN_SECONDS, end: END_SECONDS - 120, dies });
  const happenings = [...drawn.all, ...signals].filter(([at]) => at < END_SECONDS).sort(([a], [b]) => a - b);
  return { story, happenings };
}

class Drawn {
  readonly all: Happening[] = [];
  readonly #draw: Draw;
  readonly #active: string;
  readonly #standby: string;
  readonly #zones: number;

  constructor(draw: Draw, active: string, zones: number) {
    this.#draw = draw;
    this.#active = active;
    this.#standby = active === 'blue' ? 'green' : 'blue';
    this.#zones = zones;
  }

  tell(story: Story): void {
    const draw = this.#draw;
    const begin = this.#at(0, 200);
    if (story === 'active dies') this.#dies(this.#active, begin);
    if (story === 'active dies, a zone is locked') this.#locksOne(begin);
    if (story === 'active dies, one class is blind') {
      this.#add(begin - 30, { what: 'blind', observer: draw.pick(['outside', 'aws']), to: ['blue', 'green'] });
      this.#add(begin, {
        what: 'inflict',
        cluster: this.#active,
        fault: 'kill',
        how: draw.pick(['refused', 'silent']),
      });
      return;
    }
    if (story.startsWith('switchover')) this.#ask(begin, { mode: 'switchover' });
    if (story === 'switchover, then somebody dies')
      this.#dies(draw.pick([this.#active, this.#standby]), begin + draw.whole(1, 400));
    if (story === 'switchover, then a person fails over')
      this.#ask(begin + draw.whole(1, 400), { mode: 'failover', to: this.#any(), override: this.#overrides() });
    if (story === 'flapping') this.#flaps(begin);
    if (story === 'both die') {
      this.#dies(this.#active, begin);
      this.#dies(this.#standby, begin + draw.whole(-60, 500));
    }
    if (story === 'our dependencies') this.#outages(draw.whole(1, 4));
    if (story === 'a run and a word') this.#word(begin);
    if (story === 'all at once') this.#allAtOnce(begin);
    if (story === 'a stalled run') this.#stalls(begin);
    if (story === 'false alarm') this.#falseAlarm(begin);
    if (story === 'something is spoiled') this.#spoils(begin);
    if (story === 'a drill') this.#rehearses(begin);
    if (story === 'a person is asked') this.#isAsked(begin);
    if (story === 'a deploy in between') this.#deploys(begin);
    if (story === 'a deploy breaks every service') this.#breaksServices(begin);
    if (story === 'an alarm storm') this.#storms(begin);
    if (story === 'a sickness follows the users') this.#poisons(begin);
    if (story === 'break-glass') this.#breaksGlass(begin);
    if (story === 'people') this.#people(draw.whole(2, 8));
    if (story === 'anything') for (let left = draw.whole(2, 8); left > 0; left--) this.#anything();
    if (story !== 'our dependencies') for (let left = draw.pick([0, 0, 1, 3]); left > 0; left--) this.#anything();
  }

  #anything(): void {
    const draw = this.#draw;
    const kind = draw.whole(0, 11);
    if (kind <= 1) this.#people(1);
    else if (kind === 2) this.#outages(1);
    else if (kind === 3) this.#dies(this.#any(), this.#at(0, 1_200));
    else if (kind === 4) this.#sick();
    else if (kind === 5) this.#blinds();
    else if (kind === 6) this.#locks();
    else if (kind === 7) this.#suspends();
    else if (kind === 8) this.#meddles();
    else if (kind === 10) this.#neighbours();
    else if (kind === 11) this.#strands();
    else this.#edits();
  }

  #at(least: number, most: number): number {
    return BEGIN_SECONDS + this.#draw.whole(least, most);
  }

  #any(): string {
    return this.#draw.pick(['blue', 'green']);
  }

  #add(seconds: number, doing: Doing): void {
    this.all.push([seconds, doing]);
  }

  #ask(seconds: number, input: Readonly<Record<string, unknown>>): void {
    this.#add(seconds, { what: 'ask', input: { reason: 'simulated', ...input } });
  }

  /** Gates that a person answers for: all that can be, or none. */
  #overrides(): string[] {
    const all = ['EnoughObservers', 'UserPathAndCanaryFail', 'TargetReady', 'Capacity', 'DataPathWorks', 'DnsFit'];
    return this.#draw.chance(0.5) ? [...all, 'FreshEvidence', 'ClustersAgree', 'TargetCertificates'] : [];
  }

  #dies(cluster: string, seconds: number): void {
    const fault = this.#draw.pick<ClusterFault>(['kill', 'kill', 'cni-broken']);
    this.#add(seconds, { what: 'inflict', cluster, fault, how: this.#draw.pick(['refused', 'silent']) });
    if (this.#draw.chance(0.6)) this.#add(seconds + this.#draw.whole(20, 900), { what: 'heal', cluster, fault });
  }

  #flaps(begin: number): void {
    const draw = this.#draw;
    for (let at = begin, left = draw.whole(2, 6); left > 0; left--) {
      const down = draw.pick([20, 45, 75, 140]);
      this.#add(at, { what: 'inflict', cluster: this.#active, fault: 'kill' });
      this.#add(at + down, { what: 'heal', cluster: this.#active, fault: 'kill' });
      at += down + draw.pick([20, 60, 200]);
    }
  }

  #sick(): void {
    const [seconds, cluster] = [this.#at(0, 1_200), this.#any()];
    const fault = this.#draw.pick<ClusterFault>([
      'api-down',
      'apps-broken',
      'database-read-only',
      'slow',
      'etcd-frozen',
    ]);
    this.#add(seconds, { what: 'inflict', cluster, fault });
    this.#add(seconds + this.#draw.whole(20, 600), { what: 'heal', cluster, fault });
  }

  #outages(many: number): void {
    for (let left = many; left > 0; left--) {
      const [seconds, lasts] = [this.#at(0, 900), this.#draw.pick([10, 70, 300, 900])];
      const service = this.#draw.pick(SERVICES);
      this.#add(seconds, { what: 'outage', service, how: this.#draw.pick(['throttled', 'lost', 'lost answers']) });
      this.#add(seconds + lasts, { what: 'outage over', service });
    }
    if (this.#draw.chance(0.3)) this.#blinds();
  }

  /** One class may see what is not so; when more are blind they see nothing at all, and so cannot agree on anything wrong. */
  #blinds(): void {
    const draw = this.#draw;
    const [seconds, lasts] = [this.#at(0, 900), draw.pick([70, 300, 900])];
    const together = draw.chance(0.3);
    const all: readonly ObserverClass[] = ['outside', 'inside', 'aws'];
    const blind = together
      ? all.filter(() => draw.chance(0.8))
      : [draw.pick<ObserverClass>(['outside', 'inside', 'aws'])];
    const to = together ? ['blue', 'green'] : draw.pick([['blue'], ['green'], ['blue', 'green']]);
    for (const observer of blind) {
      this.#add(seconds, { what: 'blind', observer, to });
      this.#add(seconds + lasts, { what: 'sighted', observer });
    }
  }

  /** It took the fence, so that the run counts on it. */
  #locksOne(begin: number): void {
    const zone = this.#draw.whole(0, this.#zones - 1);
    this.#add(begin, { what: 'inflict', cluster: this.#active, fault: 'kill', how: 'refused' });
    this.#add(begin, { what: 'lock when fenced', zone, seconds: this.#draw.pick([4, 6, 8]) });
  }

  #locks(): void {
    const [seconds, zone] = [this.#at(0, 900), this.#draw.whole(0, this.#zones - 1)];
    this.#add(seconds, { what: 'lock', zone });
    this.#add(seconds + this.#draw.whole(5, 600), { what: 'unlock', zone });
  }

  /** A run whose batch is still on its way (`drawFaults` sees to that) when somebody takes things into their own hands. */
  #stalls(begin: number): void {
    const draw = this.#draw;
    const dies = draw.chance(0.4);
    if (dies) this.#dies(this.#active, begin - 60);
    else this.#ask(begin, { mode: 'switchover' });
    for (let left = draw.whole(1, 2); left > 0; left--) {
      const mode = draw.pick(['failover', 'failover', 'repair', 'switchover', 'accept']);
      const what = mode === 'accept' ? { active: this.#any() } : { ...this.#perhapsTo(), override: this.#overrides() };
      this.#ask(begin + draw.whole(40, 300), mode === 'repair' ? { mode, ...this.#perhapsTo() } : { mode, ...what });
    }
    if (!dies && draw.chance(0.6)) this.#redrives(begin);
  }

  /** Somebody stops the run, another one is asked for, and then the first is redriven. */
  #redrives(begin: number): void {
    const draw = this.#draw;
    this.#add(begin + draw.whole(3, 30), { what: 'stop', older: 0 });
    this.#ask(begin + draw.whole(40, 200), { mode: 'failover', to: this.#any(), override: this.#overrides() });
    this.#add(begin + draw.whole(220, 600), { what: 'redrive stopped' });
  }

  #spoils(begin: number): void {
    const draw = this.#draw;
    if (draw.chance(0.7))
      this.#ask(begin, draw.chance(0.7) ? { mode: 'switchover' } : { mode: 'accept', active: this.#active });
    const things = draw.whole(1, 2);
    for (let left = things; left > 0; left--) {
      const [zone, olderSeconds] = [draw.whole(0, this.#zones - 1), draw.pick([10, 60, 300, 86_400])];
      this.#add(begin + draw.whole(0, 600), { what: 'spoil', thing: draw.pick([...THINGS]), zone, olderSeconds });
    }
    if (draw.chance(0.5)) this.#dies(this.#any(), begin + draw.whole(100, 800));
  }

  /** A run was judged by functions that knew fewer services than those that go on with it, or more. */
  #deploys(begin: number): void {
    const draw = this.#draw;
    const [before, after] = draw.chance(0.7) ? [1, ALL_SERVICES] : [ALL_SERVICES, draw.pick([1, 2])];
    if (draw.chance(0.3)) this.#dies(this.#active, begin);
    else this.#ask(begin, { mode: 'switchover' });
    this.#add(BEGIN_SECONDS, { what: 'deploy', services: before });
    this.#add(begin + draw.pick([1, 2, 4, 10, 40, 100, 150]), { what: 'deploy', services: after });
    this.#add(END_SECONDS - 60, { what: 'deploy', services: ALL_SERVICES });
  }

  /** Every service of the active cluster fails, and nothing of the cluster: nothing that a move would make better. */
  #breaksServices(begin: number): void {
    const draw = this.#draw;
    this.#add(begin, { what: 'inflict', cluster: this.#active, fault: 'apps-broken' });
    this.#add(begin + draw.pick([200, 600]), { what: 'heal', cluster: this.#active, fault: 'apps-broken' });
    for (let left = draw.whole(1, 3); left > 0; left--)
      this.#add(begin + draw.whole(10, 180), { what: 'alarm', cluster: this.#active });
  }

  #storms(begin: number): void {
    const draw = this.#draw;
    if (draw.chance(0.7)) this.#dies(this.#active, begin - draw.whole(0, 60));
    for (let left = draw.whole(1, 3); left > 0; left--)
      this.#add(begin + draw.whole(0, 150), { what: 'storm', cluster: this.#any(), many: draw.pick([10, 40, 100]) });
  }

  #poisons(begin: number): void {
    this.#add(begin, { what: 'poison', seconds: this.#draw.pick([100, 400, 900]) });
    if (this.#draw.chance(0.4)) this.#ask(begin + this.#draw.whole(30, 400), this.#wish());
  }

  /** What would move users is down, and people have a laptop each. */
  #breaksGlass(begin: number): void {
    const draw = this.#draw;
    if (draw.chance(0.8)) this.#dies(this.#active, begin);
    for (const service of ['dynamodb', 'states', 'ssm', 'events'] as const) {
      if (!draw.chance(service === 'dynamodb' ? 0.7 : 0.4)) continue;
      this.#add(begin - 30, { what: 'outage', service, how: draw.pick(['throttled', 'lost', 'lost answers']) });
      this.#add(begin + draw.pick([200, 500, 900]), { what: 'outage over', service });
    }
    const at = begin + draw.whole(20, 200);
    this.#add(at, { what: 'break-glass', who: 'ada', to: draw.chance(0.7) ? this.#standby : this.#active });
    if (draw.chance(0.6))
      this.#add(at + draw.pick([0, 1, 5, 60, 200]), { what: 'break-glass', who: 'bob', to: this.#any() });
    if (draw.chance(0.2)) this.#ask(at + draw.whole(0, 100), this.#wish());
  }

  /** Somebody says something while a run is under way, or stops it. */
  #word(begin: number): void {
    const draw = this.#draw;
    if (draw.chance(0.5)) this.#dies(this.#active, begin);
    else this.#ask(begin, { mode: 'switchover' });
    for (let left = draw.whole(1, 3); left > 0; left--) {
      const seconds = begin + draw.whole(5, 260);
      const said = draw.chance(0.6) ? { mode: 'pause' } : this.#abort();
      if (draw.chance(0.2)) this.#add(seconds, { what: 'stop', older: 0 });
      else this.#ask(seconds, said);
    }
  }

  /** A drill, and perhaps somebody or something that it has to give way to. */
  #rehearses(begin: number): void {
    const draw = this.#draw;
    const kind = draw.pick(['ring', 'ring', 'full', 'preview']);
    this.#add(begin, { what: 'drill', input: { kind, returns: draw.chance(0.5), reason: 'simulated' } });
    const meanwhile = begin + draw.whole(5, 400);
    const comes = draw.whole(0, 5);
    if (comes === 0) this.#dies(this.#any(), meanwhile);
    if (comes === 1) this.#ask(meanwhile, this.#wish());
    if (comes === 2) this.#ask(meanwhile, draw.chance(0.5) ? { mode: 'pause' } : this.#abort());
    if (comes === 3) this.#add(meanwhile, { what: 'stop', older: draw.pick([0, 1]) });
    if (comes === 4) this.#add(meanwhile, { what: 'drill', input: { kind: 'full', reason: 'a second one' } });
  }

  /** Automation asks before it acts; an answer comes in time, late, twice or never, and the cluster may be back by then. */
  #isAsked(begin: number): void {
    const draw = this.#draw;
    this.#dies(this.#active, begin);
    for (let left = draw.whole(0, 3); left > 0; left--) {
      const mode = draw.chance(0.75) ? 'approve' : 'reject';
      this.#ask(begin + draw.pick([60, 150, 200, 400, 1_000, 1_100, 1_250]), {
        mode,
        by: `person:${draw.pick(['ada', 'bob'])}`,
      });
    }
  }

  /** People and alarms who do not know of each other. */
  #allAtOnce(begin: number): void {
    const draw = this.#draw;
    if (draw.chance(0.5)) this.#dies(this.#active, begin - draw.whole(0, 60));
    for (let left = draw.whole(2, 5); left > 0; left--)
      this.#ask(begin + draw.pick([0, 0, 0, 1, 30]), draw.chance(0.8) ? { mode: 'switchover' } : this.#wish());
  }

  /** The active cluster is well, or away for a moment only, and somebody sees it otherwise. */
  #falseAlarm(begin: number): void {
    const draw = this.#draw;
    const lasts = draw.pick([120, 300, 600]);
    const both = ['blue', 'green'];
    const blind = draw.pick<[ObserverClass, readonly string[]][]>([
      [['outside', [this.#active]]],
      [['inside', [this.#active]]],
      [
        ['outside', both],
        ['inside', both],
        ['aws', both],
      ],
      [
        ['outside', [this.#active]],
        ['inside', both],
      ],
      [
        ['inside', [this.#active]],
        ['outside', both],
      ],
    ]);
    for (const [observer, to] of blind) {
      this.#add(begin, { what: 'blind', observer, to });
      this.#add(begin + lasts, { what: 'sighted', observer });
    }
    for (let left = draw.whole(1, 3); left > 0; left--)
      this.#add(begin + draw.whole(5, lasts), { what: 'alarm', cluster: this.#active });
  }

  #suspends(): void {
    const [seconds, cluster] = [this.#at(0, 900), this.#any()];
    this.#add(seconds, { what: 'suspend', cluster });
    this.#add(seconds + this.#draw.whole(30, 600), { what: 'resume', cluster });
  }

  #strands(): void {
    const seconds = this.#at(0, 900);
    this.#add(seconds, { what: 'strand' });
    this.#add(seconds + this.#draw.whole(20, 400), { what: 'strand over' });
  }

  /** A few times, and often in the very second of a move. */
  #neighbours(): void {
    const draw = this.#draw;
    const [from, zone] = [this.#at(0, 900), draw.whole(0, this.#zones - 1)];
    if (draw.chance(0.5)) {
      for (let left = draw.whole(1, 3), at = from; left > 0; left--, at += draw.pick([30, 200, 400]))
        this.#add(at, { what: 'neighbour switches' });
      return;
    }
    for (let left = draw.whole(2, 12), at = from; left > 0; left--, at += draw.pick([1, 5, 20]))
      this.#add(at, { what: 'neighbour', zone });
  }

  #meddles(): void {
    const seconds = this.#at(0, 1_200);
    if (this.#draw.chance(0.6)) this.#add(seconds, { what: 'stop', older: this.#draw.pick([0, 0, 1]) });
    this.#add(seconds + this.#draw.whole(1, 300), { what: 'redrive', older: this.#draw.whole(0, 3) });
  }

  #edits(): void {
    const [zone, service] = [this.#draw.whole(0, this.#zones - 1), this.#draw.whole(0, 1)];
    const weights = this.#draw.pick([
      { blue: 50, green: 50 },
      { blue: 100, green: 100 },
    ]);
    this.#add(this.#at(0, 1_200), { what: 'edit', zone, service, weights });
  }

  #people(many: number): void {
    for (let left = many; left > 0; left--) {
      const seconds = this.#at(0, 1_300);
      this.#ask(seconds, this.#wish());
    }
  }

  #wish(): Record<string, unknown> {
    const draw = this.#draw;
    const mode = draw.pick([
      'switchover',
      'switchover',
      'failover',
      'repair',
      'pause',
      'resume',
      'abort',
      'ack',
      'accept',
      'preview',
    ]);
    if (mode === 'switchover') return { mode, ...(draw.chance(0.3) ? { ring: 0 } : {}), ...this.#perhapsTo() };
    if (mode === 'failover') return { mode, ...this.#perhapsTo(), override: this.#overrides() };
    if (mode === 'repair') return { mode, ...this.#perhapsTo() };
    if (mode === 'abort') return this.#abort();
    if (mode === 'accept') return { mode, active: this.#any() };
    return { mode };
  }

  #abort(): Record<string, unknown> {
    // biome-ignore lint/suspicious/noThenProperty: the name is the interface's
    return { mode: 'abort', then: this.#draw.pick(['stay', 'back']) };
  }

  #perhapsTo(): { to?: string } {
    return this.#draw.chance(0.5) ? { to: this.#any() } : {};
  }
}
