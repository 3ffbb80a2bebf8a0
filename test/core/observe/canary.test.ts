import { describe, expect, it } from 'vitest';
import { decide } from '../../../core/decide.ts';
import { canaryComplains } from '../../../core/observe/canary.ts';
import { factsOf } from '../given.ts';

const said = (resolves: boolean, api: boolean) => canaryComplains(JSON.stringify({ resolves, api }));

describe('a canary that is served', () => {
  it('and finds nothing wrong complains of nothing; nor does a web server that says something else', () => {
    expect(said(true, true)).toBeUndefined();
    for (const body of [undefined, '', 'Hostname: whoami', '"ok"', 'null', '{}', '{"resolves":"no"}'])
      expect(canaryComplains(body)).toBeUndefined();
  });

  it('and resolves no name is as good as not served: nobody is for long', () => {
    expect(said(false, true)).toEqual({ health: 'unhealthy', because: 'resolves no name' });
    expect(said(false, false)?.because).toBe('resolves no name, does not reach the Kubernetes API');
  });

  it('and does not reach its API serves all the same', () => {
    expect(said(true, false)).toEqual({ health: 'degraded', because: 'does not reach the Kubernetes API' });
  });
});

describe('a planned move', () => {
  it('does not go where the canary complains, and says of what; an unplanned one asks only whether it works', () => {
    const complaining = (kind: 'switchover' | 'automatic failover') => {
      const { observations } = factsOf({ kind });
      const because = 'does not reach the Kubernetes API';
      const told = observations.map((one) => (one.cluster === 'green' ? { ...one, canaryBecause: because } : one));
      return decide({ ...factsOf({ kind }), observations: told }).gates.find(({ name }) => name === 'TargetReady');
    };
    expect(complaining('switchover')).toMatchObject({
      state: 'closed',
      because: expect.stringMatching(/; the canary of green does not reach the Kubernetes API$/),
    });
    expect(complaining('automatic failover')?.state).toBe('open');
  });
});
