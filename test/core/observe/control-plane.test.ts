import { describe, expect, it } from 'vitest';
import { stoppedIn } from '../../../core/observe/control-plane.ts';

const lease = (name: string, ageSeconds: number) => ({ name, ageSeconds });
const MAX = 60;

describe('a control plane', () => {
  it('goes on while its controllers and its scheduler renew their Leases', () => {
    expect(stoppedIn([lease('kube-controller-manager', 2), lease('kube-scheduler', MAX)], MAX)).toBeUndefined();
  });

  it('writes nothing when no Lease at all is renewed, however well it answers', () => {
    const all = [lease('apiserver-x', 61), lease('kube-controller-manager', 75), lease('kube-scheduler', 74)];
    expect(stoppedIn(all, MAX)).toBe(
      'it answers reads, but no Lease of 3 in kube-system was renewed for 61 s, at most 60 s count: nothing is written',
    );
  });

  it('has lost what alone renews nothing, when others go on', () => {
    const all = [lease('apiserver-x', 3), lease('kube-controller-manager', 2), lease('kube-scheduler', 600)];
    expect(stoppedIn(all, MAX)).toBe('kube-scheduler has not renewed its Lease for 600 s, at most 60 s count');
  });

  it('does not need what somebody else once elected there', () => {
    expect(stoppedIn([lease('old-operator', 9_999), lease('kube-scheduler', 1)], MAX)).toBeUndefined();
  });

  it('that hides its Leases is not accused', () => {
    expect(stoppedIn([], MAX)).toBeUndefined();
  });
});
