/** What pods stand on, before a planned move wakes them. */
import { describe, expect, it } from 'vitest';
import { ask } from './ask.ts';

const CNI = { name: 'aws-node', wanted: 10, updated: 10, ready: 10 };
const DNS = { wanted: 2, ready: 2 };
const planned = (platform: object | null) => ask('TargetReady', { kind: 'switchover', target: { platform } });

describe('TargetReady, of a planned move', () => {
  it('waits for a CNI that is half replaced, though every node is Ready and the canary works', () => {
    expect(planned({ cni: CNI, dns: DNS }).state).toBe('open');
    const gate = planned({ cni: { ...CNI, updated: 9 }, dns: DNS });
    expect(gate.state).toBe('closed');
    expect(gate.because).toMatch(/aws-node is being replaced: 9 of 10 nodes have the new one$/);
  });

  it('wants the CNI ready on as many nodes as it wants nodes', () => {
    expect(planned({ cni: { ...CNI, ready: 8 }, dns: DNS }).state).toBe('open');
    expect(planned({ cni: { ...CNI, ready: 7 }, dns: DNS }).because).toMatch(/aws-node is ready on 7 of 10 nodes$/);
  });

  it('wants a DNS that answers', () => {
    expect(planned({ cni: CNI, dns: { wanted: 2, ready: 1 } }).state).toBe('open');
    expect(planned({ cni: CNI, dns: { wanted: 2, ready: 0 } })).toMatchObject({
      state: 'closed',
      because: expect.stringMatching(/0 of 2 pods of CoreDNS are ready$/),
    });
  });

  it('waits while pods of the receiving cluster get no network: those that wake would get none either', () => {
    const stuck = (stuckPods: object | null) =>
      ask('TargetReady', { kind: 'switchover', target: { platform: { cni: CNI, dns: DNS }, stuckPods } });
    expect(stuck({ count: 2, some: ['canary/canary-1'] })).toMatchObject({
      state: 'closed',
      because: expect.stringMatching(/; 2 pods get no network \(FailedCreatePodSandBox\): canary\/canary-1$/),
    });
    expect(stuck(null).state).toBe('unknown');
  });

  it('waits for a DaemonSet that should be there and is not', () => {
    const gate = planned({ cni: null, cniMissing: 'kube-system/aws-node', dns: DNS });
    expect(gate.state).toBe('closed');
    expect(gate.because).toMatch(
      /there is no DaemonSet kube-system\/aws-node: `cni` in throwover\.yaml says where it is$/,
    );
  });

  it('waits while a webhook that has nobody behind it would refuse what wakes', () => {
    const refused = (refusesToWake: object | null) =>
      ask('TargetReady', { kind: 'switchover', target: { platform: { cni: CNI, dns: DNS }, refusesToWake } });
    expect(refused({ count: 1, some: ['engine fails closed'] })).toMatchObject({
      state: 'closed',
      because: expect.stringMatching(/; engine fails closed$/),
    });
    expect(refused(null).state).toBe('unknown');
  });

  it('is unknown when nobody could look, and judges nothing that goes by another name', () => {
    expect(planned(null).state).toBe('unknown');
    expect(planned({}).state).toBe('open');
  });

  it('asks no unplanned move, and nothing after the fence', () => {
    const broken = { target: { platform: { cni: { ...CNI, updated: 0, ready: 0 }, dns: { wanted: 2, ready: 0 } } } };
    expect(ask('TargetReady', { kind: 'automatic failover', ...broken }).state).toBe('open');
    expect(ask('TargetReady', { kind: 'switchover', stage: 'after fence', ...broken }).state).toBe('open');
  });
});

describe('an API that does not know us', () => {
  it('on both sides is our side, and the verdict says so', () => {
    const gate = ask('TargetReady', {
      kind: 'switchover',
      target: { api: 'unauthorized' },
      source: { api: 'unauthorized' },
    });
    expect(gate.state).toBe('unknown');
    expect(gate.because).toMatch(
      /both clusters answer 401 or 403: that is STS, our role or our rights, no dead cluster/,
    );
  });

  it('on one side is told as it is', () => {
    const gate = ask('TargetReady', { kind: 'switchover', target: { api: 'unauthorized' } });
    expect(gate.state).toBe('unknown');
    expect(gate.because).not.toMatch(/both clusters/);
  });
});
