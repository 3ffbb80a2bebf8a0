import { describe, expect, it } from 'vitest';
import { activated, type Terminal, terminal } from './in-memory.ts';

const acquire = (cluster: string, owner: string, ...more: string[]) => [
  ...['lock', 'acquire', '--cluster', cluster, '--owner', owner, '--reason', 'vpc-cni 1.21', ...more],
];

async function locked(): Promise<Terminal> {
  const at = await activated();
  expect((await at.type(acquire('green', 'cni/17', '--for', '2h'))).exitCode).toBe(0);
  return at;
}

describe('throwover lock', () => {
  it('takes a cluster, writes nothing of the ledger but locks and rev, and says how to give it back', async () => {
    const at = await activated();
    const before = await at.stage.ledger('shop');
    const { exitCode, stdout } = await at.type(acquire('green', 'cni/17', '--for', '2h', '--json'));
    expect(exitCode).toBe(0);
    const { locks, ...rest } = JSON.parse(stdout);
    expect(rest).toMatchObject({
      outcome: 'Recorded',
      pair: 'shop',
      mode: 'lock',
      next: 'throwover lock release --pair shop --cluster green --owner cni/17',
    });
    expect(locks).toEqual([
      {
        cluster: 'green',
        by: 'cni/17',
        reason: 'vpc-cni 1.21',
        since: locks[0].since,
        until: locks[0].since + 7_200_000,
      },
    ]);
    expect(await at.stage.ledger('shop')).toEqual({ ...before, rev: Number(before?.rev) + 1, locks });
  });

  it('refuses the other cluster to a second pipeline, exit code 3, and says who has which until when', async () => {
    const at = await locked();
    const { exitCode, stdout } = await at.type(acquire('blue', 'k8s/3'));
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(
      /^Held {2}shop, lock\n {2}green is locked by cni\/17 since \S+Z until \S+Z: vpc-cni 1.21; never both clusters of shop are changed at the same time\nnext {2}throwover lock list --pair shop\n$/,
    );
  });

  it('holds a switchover, which says whose lock it is; the lock given back, it goes', async () => {
    const at = await locked();
    const held = await at.type(['switch', '--to', 'green', '--reason', 'x']);
    expect(held.exitCode).toBe(3);
    expect(held.stdout).toMatch(/NoChangeUnderWay .*green is locked by cni\/17/);
    const released = await at.type(['lock', 'release', '--cluster', 'green', '--owner', 'cni/17']);
    expect(released).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('green is free again') });
    expect((await at.type(['switch', '--to', 'green', '--reason', 'x'])).exitCode).toBe(0);
  });

  it('refuses both clusters to a pipeline while a run holds the pair, and says which run', async () => {
    const at = await activated();
    await at.type(['switch', '--to', 'green', '--reason', 'x', '--no-wait']);
    await at.clock.run(30_000);
    for (const cluster of ['blue', 'green']) {
      const { exitCode, stdout } = await at.type(acquire(cluster, 'cni/17'));
      expect(exitCode).toBe(3);
      expect(stdout).toMatch(
        /\(switchover, blue -> green\) holds both since \S+Z, until \S+Z at the latest; a run holds/,
      );
    }
    const { stdout } = await at.type(['lock', 'list']);
    expect(stdout).toMatch(/\(switchover, blue -> green\) holds both since/);
  });

  describe('beside a drill', () => {
    async function rehearsing(seconds: number): Promise<Terminal> {
      const at = await activated();
      await at.clock.run(600_000);
      await at.type(['drill', '--kind', 'ring', '--reason', 'x', '--no-wait']);
      await at.clock.run(seconds * 1000);
      return at;
    }
    const dies = ({ stage: { inMemory } }: Terminal) => {
      const { stepFunctions, machines } = inMemory.world;
      const [drill] = stepFunctions.listExecutions({ stateMachineArn: machines.drill }).executions;
      stepFunctions.stopExecution({ executionArn: drill?.executionArn ?? '' });
    };
    /** Ring 0 stands on green, and nobody holds the pair. */
    const BETWEEN_LEGS = 420;

    it('is refused between its legs, because it still has to come back', async () => {
      const at = await rehearsing(BETWEEN_LEGS);
      expect(await at.stage.ledger('shop')).toMatchObject({ rings: { 0: 'green' } });
      expect(await at.stage.ledger('shop')).not.toHaveProperty('holder');
      const { exitCode, stdout } = await at.type(acquire('green', 'cni/17'));
      expect(exitCode).toBe(3);
      expect(stdout).toMatch(/drill-\S+ \(a ring drill, blue -> green\) is under way since .* and uses both clusters/);
    });

    it('is refused also when a preview is newer', async () => {
      const at = await rehearsing(BETWEEN_LEGS);
      await at.type(['drill', '--kind', 'preview', '--reason', 'x']);
      expect((await at.type(acquire('green', 'cni/17'))).exitCode).toBe(3);
    });

    it('is given at once when the drill died before it had moved anybody', async () => {
      const at = await rehearsing(0);
      dies(at);
      await at.clock.run(5_000);
      const { exitCode, stdout } = await at.type(acquire('green', 'cni/17'));
      expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    });

    it('is given within three minutes when the drill died between its legs', async () => {
      const at = await rehearsing(BETWEEN_LEGS);
      dies(at);
      expect((await at.type(acquire('green', 'cni/17'))).exitCode).toBe(3);
      await at.clock.run(180_000);
      expect((await at.type(acquire('green', 'cni/17'))).exitCode).toBe(0);
    });
  });

  it('lists who has what, and status and doctor say it too', async () => {
    const at = await locked();
    expect((await at.type(['lock', 'list'])).stdout).toMatch(/cluster {2}by +since +until\n {2}green +cni\/17/);
    const { locks } = JSON.parse((await at.type(['lock', 'list', '--json'])).stdout);
    expect(locks).toMatchObject([{ cluster: 'green', by: 'cni/17' }]);
    expect((await at.type(['status'])).stdout).toMatch(/^ {2}green is locked by cni\/17 since .*: vpc-cni 1.21$/m);
    expect(JSON.parse((await at.type(['status', '--json'])).stdout).locks).toEqual(locks);
    expect((await at.type(['doctor'])).stdout).toMatch(/green is locked by cni\/17/);
  });

  it('ends by itself when the pipeline never comes back', async () => {
    const at = await locked();
    await at.clock.run(7_200_000);
    expect((await at.type(['lock', 'list'])).stdout).toBe('nobody has locked a cluster of shop\n');
    expect((await at.type(acquire('blue', 'k8s/3'))).exitCode).toBe(0);
  });

  it('is released by nobody but its owner, or by whoever names the owner; twice is no error', async () => {
    const at = await locked();
    const stranger = await at.type(['lock', 'release', '--cluster', 'green', '--owner', 'k8s/3']);
    expect(stranger.exitCode).toBe(3);
    expect(stranger.stdout).toContain('--owner cni/17` takes it from them');
    const release = ['lock', 'release', '--cluster', 'green', '--owner', 'cni/17'];
    expect((await at.type(release)).exitCode).toBe(0);
    const again = await at.type(release);
    expect(again.exitCode).toBe(0);
    expect(again.stdout).toMatch(/^Unchanged/);
  });

  it('whose answer was lost is found again as one’s own', async () => {
    const at = await activated();
    const deployed = await at.console.deployed();
    let lost = false;
    const locks: typeof deployed.locks = {
      read: deployed.locks.read,
      async write(next, rev) {
        const answer = await deployed.locks.write(next, rev);
        if (lost) return answer;
        lost = true;
        return 'unknown';
      },
    };
    const { exitCode } = await at.type(acquire('green', 'cni/17'), {
      connect: async (topology) => ({ ...at.console, topology, deployed: async () => ({ ...deployed, locks }) }),
    });
    expect({ exitCode, lost }).toEqual({ exitCode: 0, lost: true });
  });

  it.each([
    [['lock', 'take'], 'lock knows acquire, release, list, not take'],
    [['lock', 'acquire', '--cluster', 'red', '--reason', 'x'], 'red'],
    [['lock', 'acquire', '--cluster', 'green'], 'say why'],
    [['lock', 'acquire', '--reason', 'x'], 'say which cluster'],
    [acquire('green', 'a', '--for', '30s'), '--for takes a time from 1m to 24h'],
    [acquire('green', 'a', '--for', '25h'), '--for takes a time from 1m to 24h'],
    [acquire('green', 'a', '--for', 'soon'), 'found soon'],
    [acquire('green', '$(rm -rf)'), '--owner takes letters'],
  ])('%j is refused, exit code 2, before anything is read', async (argv, says) => {
    const { exitCode, stderr } = await terminal().type(argv);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(says);
  });

  it('has nothing to lock before somebody said which cluster is active', async () => {
    const { exitCode, stdout } = await terminal().type(acquire('green', 'a'));
    expect(exitCode).toBe(3);
    expect(stdout).toContain('was never activated');
  });
});
