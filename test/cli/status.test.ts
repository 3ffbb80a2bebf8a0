import { beforeAll, describe, expect, it } from 'vitest';
import type { Connect, Console } from '../../cli/console.ts';
import { outputTo } from '../../cli/output.ts';
import { age, printStatus } from '../../cli/state/showing.ts';
import type { Status } from '../../cli/state/status.ts';
import { WRITTEN } from '../../core/observe/last-look.ts';
import { SITUATION_NAMES } from '../../core/observe/situations.ts';
import type { Topology } from '../../core/topology/schema.ts';
import { labTopology } from '../lab-topology.ts';
import { activated, type Terminal, terminal } from './in-memory.ts';

let at: Terminal;
beforeAll(async () => {
  at = await activated();
});

const having =
  (console: Console, broken: Partial<Console>): Connect =>
  async (topology) => ({ ...console, topology, ...broken });

const broken = async () => {
  throw new Error('AccessDenied: not allowed');
};

async function jsonOf(from: Terminal, options: readonly string[] = [], connect?: Connect): Promise<Status> {
  const { stdout } = await from.type(['status', '--json', ...options], connect === undefined ? {} : { connect });
  return JSON.parse(stdout) as Status;
}

function withMode(mode: Topology['pairs'][string]['mode']): Topology {
  const topology = labTopology();
  for (const pair of Object.values(topology.pairs)) Object.assign(pair, { mode });
  return topology;
}

/** Somebody writes a weight by hand. */
function consoleEdit({ stage: { inMemory } }: Terminal): void {
  const { route53 } = inMemory.world;
  const { ResourceRecordSets } = route53.listResourceRecordSets({ HostedZoneId: 'Z0PIVOT' }, 'a person');
  const Changes = ResourceRecordSets.filter(({ Name }) => Name === 'live-0.pivot.test.').map((set) => ({
    Action: 'UPSERT' as const,
    ResourceRecordSet: { ...set, Weight: set.SetIdentifier === 'blue' ? 0 : 100 },
  }));
  route53.changeResourceRecordSets({ HostedZoneId: 'Z0PIVOT', ChangeBatch: { Changes } }, 'a person');
}

describe('throwover status', () => {
  it('shows where users are, the four faces with their ages, who acts and the one next command', async () => {
    const { exitCode, stdout } = await at.type(['status']);
    expect(exitCode).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^shop: blue is active since 2026-01-01T03:00:0\S+Z, epoch 1, mode auto$/);
    for (const line of [
      /^ {2}example\.test +0 +100 % +0 % +blue$/,
      /^ {2}pivot\.test +1 +100 % +0 % +blue$/,
      /^ {2}fence example\.test +blue +epoch 1 +2 min +seq 1$/,
      /^ {2}ledger +blue +epoch 1 +2 min$/,
      /^ {2}SSM +blue +epoch 1 +2 min$/,
      /^ {2}ConfigMap blue +blue +epoch 1 +2 min +active$/,
      /^ {2}ConfigMap green +- +epoch 1 +2 min +standby$/,
      /^ {2}nobody holds the pair$/,
    ])
      expect(lines).toContainEqual(expect.stringMatching(line));
    expect(lines.at(-1)).toBe('next  throwover preview --pair shop --to green');
  });

  it('says the same as JSON: rows as in a record, and the four faces by name', async () => {
    const status = await jsonOf(at);
    expect(status).toMatchObject({
      pair: 'shop',
      active: 'blue',
      epoch: 1,
      mode: 'auto',
      acknowledged: true,
      faces: { dnsTxt: 'blue', weights: 'blue', ssm: 'blue', configMap: 'blue' },
      unread: [],
      next: 'throwover preview --pair shop --to green',
    });
    expect(status.zones).toContainEqual({
      zone: 'example.test',
      ring: 0,
      weights: { blue: 100, green: 0 },
      effective: 'blue',
    });
    expect(status).not.toHaveProperty('gates');
  });

  it('asks for the gates only when told to, and changes nothing for it', async () => {
    const changes = (await at.stage.changeLog()).length;
    const { exitCode, stdout } = await at.type(['status', '--gates']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('  Healthy: 3 of 3 classes see blue well');
    expect(stdout).toMatch(/\n {2}10 of 10 gates open\n/);
    expect((await at.stage.changeLog()).length).toBe(changes);
  });

  it('knows a pair that was never activated', async () => {
    const fresh = terminal();
    expect(await jsonOf(fresh)).toMatchObject({
      situation: 'NeverActivated',
      epoch: 0,
      next: 'throwover accept --pair shop --active blue',
    });
    expect((await fresh.type(['status'])).stdout).toMatch(/^shop: the ledger names no active cluster, epoch 0/);
  });

  it('shows who holds the pair and in which step, and does not suggest to stop what goes well', async () => {
    const moving = await activated();
    await moving.type(['switch', '--to', 'green', '--reason', 'x', '--no-wait']);
    await moving.clock.run(60_000);
    const status = await jsonOf(moving);
    expect(status.holder).toMatchObject({ kind: 'switchover', from: 'blue', to: 'green', status: 'RUNNING' });
    expect(status.holder?.step).toMatchObject({ state: 'LetStepStand' });
    expect(status.fences[0]).toMatchObject({ state: 'moving', move: { to: 'green', share: 10 } });
    expect(status.next).toBe('throwover status --pair shop');
    const { stdout } = await moving.type(['status']);
    expect(stdout).toMatch(/held by sfn:arn:\S+: switchover blue -> green, for \d+ s, in LetStepStand for \d+ s/);
  });

  it('suggests to release what a dead execution holds', async () => {
    const moving = await activated();
    await moving.type(['switch', '--to', 'green', '--reason', 'x', '--no-wait']);
    await moving.clock.run(30_000);
    const { holder } = await jsonOf(moving);
    moving.stage.inMemory.world.stepFunctions.stopExecution({ executionArn: (holder?.id ?? '').replace('sfn:', '') });
    expect(await jsonOf(moving)).toMatchObject({
      holder: { status: 'ABORTED' },
      next: 'throwover release --pair shop --force',
    });
  });

  it('shows the record of a run that was reaped: what it was, and what nobody knows of it', async () => {
    const moving = await activated();
    await moving.type(['switch', '--to', 'green', '--reason', 'x', '--no-wait']);
    await moving.clock.run(30_000);
    const { holder } = await jsonOf(moving);
    moving.stage.inMemory.world.stepFunctions.stopExecution({ executionArn: (holder?.id ?? '').replace('sfn:', '') });
    await moving.clock.run(240_000);
    const { reaped } = await jsonOf(moving);
    expect(reaped?.because[0]).toContain('is ABORTED and left no record');
    expect((await moving.type(['status'])).stdout).toContain('whether it moved users is not known here');
  });

  it('shows a pause, and suggests its end', async () => {
    const paused = await activated();
    await paused.type(['pause', '--reason', 'maintenance', '--until', '2h']);
    const { stdout } = await paused.type(['status']);
    expect(stdout).toMatch(/paused by .+ \d+ s ago until 2026-01-01T05:0\S+Z: maintenance/);
    expect(stdout).toContain('next  throwover resume --pair shop');
  });

  it('shows what an automatic move leaves: acknowledgement, cooldown, debts that could not be paid', async () => {
    const died = await activated();
    await died.stage.inflict('kill', 'blue');
    await died.clock.run(500_000);
    const { exitCode, stdout } = await died.type(['status']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^shop: green is active/);
    expect(stdout).toContain('the last automatic move is not acknowledged: there will be no other');
    expect(stdout).toMatch(/cooldown until 2026-01-01T04:\S+Z: no automatic move before/);
    expect(stdout).toMatch(/owed: roles of blue, tried \d+ times, next try 2026-\S+Z: /);
    expect(stdout).toMatch(/not read: the ConfigMap of blue: /);
    expect(stdout).toContain('next  throwover ack --pair shop');
  });

  it('calls weights that nobody of us wrote disputed: exit code 4', async () => {
    const edited = await activated();
    consoleEdit(edited);
    await edited.clock.run(60_000);
    const { exitCode, stdout } = await edited.type(['status']);
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/\n {2}Disputed: pivot\.test: ring 0 stands on green, the fence says blue\n/);
    expect(stdout).toMatch(/next {2}throwover (accept|repair)/);
  });

  describe('names what cannot be read, and shows the rest', () => {
    it.each<[string, Partial<Console>, RegExp]>([
      ['the published parameter', { published: { read: broken, write: broken } }, /^ {2}SSM +-$/m],
      ['the deployment', { deployed: broken }, /^ {2}ledger +-$/m],
    ])('%s', async (what, without, row) => {
      const { exitCode, stdout } = await at.type(['status'], { connect: having(at.console, without) });
      expect(exitCode).toBe(0);
      expect(stdout).toContain(`not read: ${what}: AccessDenied: not allowed`);
      expect(stdout).toMatch(row);
      expect(stdout).toMatch(/^ {2}example\.test +0 +100 % +0 % +blue$/m);
    });

    it('a zone: its weights are unknown, its answers are not', async () => {
      const { zones } = at.console;
      const readNames: typeof zones.readNames = async (id, names) =>
        id === 'Z0PIVOT' ? broken() : zones.readNames(id, names);
      const connect = having(at.console, { zones: { ...zones, readNames } });
      const { exitCode, stdout } = await at.type(['status'], { connect });
      expect(exitCode).toBe(0);
      expect(stdout).toContain('not read: zone pivot.test: AccessDenied: not allowed');
      expect(stdout).toMatch(/^ {2}pivot\.test +0 +\? +\? +blue$/m);
      expect(stdout).toMatch(/^ {2}example\.test +0 +100 % +0 % +blue$/m);
    });

    it('the name servers: weights are known, answers are not', async () => {
      const connect = having(at.console, { dns: { ...at.console.dns, serversOf: broken } });
      const { stdout } = await at.type(['status'], { connect });
      expect(stdout).toContain('not read: the name servers of pivot.test.: AccessDenied: not allowed');
      expect(stdout).toMatch(/^ {2}example\.test +0 +100 % +0 % +not asked$/m);
    });

    it('nothing at all: one sentence and exit code 1', async () => {
      const { zones, published } = at.console;
      const connect = having(at.console, {
        deployed: broken,
        published: { ...published, read: broken },
        zones: { ...zones, read: broken, readNames: broken },
      });
      const { exitCode, stdout, stderr } = await at.type(['status'], { connect });
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toMatch(/^throwover: AWS does not answer: AccessDenied: not allowed\. [^\n]+\n$/);
    });

    it('a service that denies everything has answered: who denied what is said', async () => {
      const denied = async () => {
        throw Object.assign(new Error('not allowed'), { $metadata: { httpStatusCode: 403 } });
      };
      const connect = having(at.console, {
        deployed: denied,
        published: { ...at.console.published, read: denied },
      });
      const { exitCode, stdout } = await at.type(['status'], { connect });
      expect(exitCode).toBe(0);
      expect(stdout).toContain('not read: the published parameter: not allowed');
      expect(stdout).toContain('next  throwover doctor --pair shop');
    });
  });
});

describe('what the watch saw', () => {
  const NOTE = 'watch';

  /** The watch's last look, as somebody's terminal reads it. */
  function saw(from: Terminal, look: Record<string, unknown>): Connect {
    return async (topology) => ({
      ...from.console,
      topology,
      deployed: async () => {
        const deployed = await from.console.deployed();
        const read: typeof deployed.notes.read = async (pair, key) =>
          key === NOTE ? { key, rev: 1, item: { saw: look } } : deployed.notes.read(pair, key);
        return { ...deployed, notes: { ...deployed.notes, read } };
      },
    });
  }

  const look = (from: Terminal, situation: string) => ({
    ...{ at: from.clock.now() - 30_000, active: 'blue', situation, because: 'numbers' },
    next: 'throwover switch --pair shop --to green --failover --reason "…"',
  });

  it('is told: a cluster that is slow, in the minute after the watch found it so', async () => {
    const slow = await activated();
    // nothing of ours looks at green while its last users are counted
    await slow.clock.run(600_000);
    slow.stage.inMemory.world.clusters.blue?.inflict('slow', { slowMs: 1_500 });
    await slow.clock.run(90_000);
    const { stdout } = await slow.type(['status']);
    expect(stdout).toMatch(/\n {2}Brownout: outside: answers take \d+ ms, \d+ ms there/);
    expect(stdout).toMatch(/the watch looked \d+ s ago: Brownout\n/);
  });

  it('is told with the command that the verdict ends in', async () => {
    const died = await activated({ topology: withMode('observe') });
    died.stage.inMemory.world.clusters.blue?.inflict('kill');
    await died.clock.run(240_000);
    expect(await jsonOf(died)).toMatchObject({
      situation: 'ActiveDead',
      next: 'throwover switch --pair shop --to green --failover --reason "…"',
    });
  });

  it('is told with what keeps automation back, loudest first: one command says why nothing moved', async () => {
    const twice = await activated();
    await twice.stage.inflict('kill', 'blue');
    await twice.clock.run(400_000);
    twice.stage.inMemory.world.clusters.blue?.heal();
    await twice.clock.run(600_000);
    twice.stage.inMemory.world.clusters.green?.inflict('api-down');
    twice.stage.inMemory.world.clusters.green?.inflict('ingress-down');
    await twice.clock.run(240_000);
    const { stdout } = await twice.type(['status']);
    expect(stdout).toMatch(/\n {4}would act now \(.*from green to blue\), blocked by Cooldown until /);
    expect(stdout).toMatch(/\n {4}Cooldown closed: /);
    expect(stdout).toContain('throwover ack --pair shop');
    expect((await jsonOf(twice)).watched?.held[0]).toContain('blocked by Cooldown');
  });

  it.each(SITUATION_NAMES.filter((name) => !WRITTEN.some((one) => one === name)))(
    '%s is told by the name that it has in the table',
    async (name) => {
      const told = await jsonOf(at, [], saw(at, look(at, name)));
      expect(told).toMatchObject({
        situation: name === 'Healthy' ? '' : name,
        watched: { situation: name },
        next: name === 'Healthy' ? 'throwover preview --pair shop --to green' : look(at, name).next,
      });
    },
  );

  it.each(WRITTEN)('%s is told by what is written now, not by what was written a minute ago', async (name) => {
    expect(await jsonOf(at, [], saw(at, look(at, name)))).toMatchObject({ situation: '' });
  });

  it.each<[string, Record<string, unknown>]>([
    ['about the other cluster, before users were moved', { active: 'green' }],
    ['from before the move', { at: 0 }],
  ])('%s is told to nobody', async (_, other) => {
    const told = await jsonOf(at, [], saw(at, { ...look(at, 'ActiveDead'), ...other }));
    expect(told).toMatchObject({ situation: '', next: 'throwover preview --pair shop --to green' });
  });

  it('is too old after four minutes: then it is said that nobody looks', async () => {
    const old = saw(at, { ...look(at, 'ActiveDead'), at: at.clock.now() - 241_000 });
    const { stdout } = await at.type(['status'], { connect: old });
    expect(stdout).toMatch(/the watch has not looked for 4 min: only an alarm starts a failover now\n/);
    expect(stdout).not.toContain('ActiveDead');
  });
});

describe('printStatus', () => {
  const quiet: Status = {
    pair: 'shop',
    at: 1_000_000,
    mode: 'observe',
    clusters: ['blue', 'green'],
    active: 'blue',
    epoch: 7,
    since: 400_000,
    situation: '',
    because: '',
    zones: [],
    fences: [],
    configMaps: [],
    faces: {},
    locks: [],
    debts: [],
    unread: [],
    next: 'throwover preview --pair shop --to green',
  };

  function shown(status: Status): string {
    let text = '';
    const stream = {
      write: (more: string) => {
        text += more;
      },
    };
    printStatus(status, outputTo(stream, stream, {}));
    return text;
  }

  it('puts where users are first and what to type last', () => {
    const lines = shown(quiet).trimEnd().split('\n');
    expect(lines[0]).toBe('shop: blue is active since 1970-01-01T00:06:40.000Z, epoch 7, mode observe');
    expect(lines.at(-1)).toBe('next  throwover preview --pair shop --to green');
  });

  it('shows what a person has asked of a run, what was cut off and what waits for them', () => {
    const text = shown({
      ...quiet,
      holder: { id: 'person:ada@laptop', kind: 'break-glass', from: 'blue', to: 'green', since: 880_000 },
      abort: Object.assign({ by: 'x', reason: 'errors' }, JSON.parse('{"then":"back"}') as { then: 'back' }),
      interrupted: { kind: 'switchover', from: 'blue', to: 'green' },
      awaitsPerson: 'somebody wrote weights',
      acknowledged: false,
    });
    expect(text).toContain('held by person:ada@laptop: break-glass blue -> green, for 2 min\n');
    expect(text).toContain('asked to end: back, errors\n');
    expect(text).toContain('a switchover blue -> green was cut off\n');
    expect(text).toContain('automation waits for a person: somebody wrote weights\n');
  });

  it('shows what the watch wrote for a run that died holding the pair', () => {
    const text = shown({ ...quiet, reaped: { run: 'run-7', because: ['sfn:x is ABORTED and left no record', 'y'] } });
    expect(text).toContain('run-7: sfn:x is ABORTED and left no record; y\n');
  });

  it('shows when a repair that was held is tried again, and what held it', () => {
    const repair = {
      run: 'shop-7-16-repair',
      tries: 3,
      nextTryAt: 1_240_000,
      because: 'Held: pivot.test takes no change',
    };
    expect(shown({ ...quiet, repair })).toContain(
      'repair was tried in vain 3 times, next try 1970-01-01T00:20:40.000Z: Held: pivot.test takes no change\n',
    );
    expect(shown({ ...quiet, repair: { run: 'shop-7-16-repair', tries: 0, nextTryAt: 1_000_000 } })).not.toContain(
      'in vain',
    );
  });

  it('shows a ring that stands elsewhere in a ConfigMap, and why there is none', () => {
    const text = shown({
      ...quiet,
      configMaps: [
        { cluster: 'blue', role: 'active', rings: { '0': 'standby' }, epoch: 7, at: 999_000 },
        { cluster: 'green', because: 'green says 403' },
      ],
    });
    expect(text).toMatch(/ConfigMap blue +blue +epoch 7 +1 s +active, ring 0 standby\n/);
    expect(text).toMatch(/ConfigMap green +- +green says 403\n/);
  });

  it.each([
    [undefined, ''],
    [1_000_000 - 119_000, '119 s'],
    [1_000_000 - 120_000, '2 min'],
    [1_000_000 - 7_199_000, '119 min'],
    [1_000_000 - 7_200_000, '2 h'],
    [1_000_000 - 172_800_000, '2 d'],
    [1_000_000 + 5_000, '0 s'],
  ])('tells an age since %s as %j', (since, told) => {
    expect(age(since, 1_000_000)).toBe(told);
  });
});
