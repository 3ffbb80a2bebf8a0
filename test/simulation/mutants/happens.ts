/** What happens in worlds in which a protection matters seldom by chance. */
import type { Case } from '../case.ts';
import type { Doing, Happening } from '../happenings.ts';

export const DIES_AT = 200;
export const FAILS_OVER: Doing = {
  what: 'ask',
  input: { mode: 'failover', reason: 'simulated', override: ['EnoughObservers', 'UserPathAndCanaryFail'] },
};
export const PAUSES: Doing = { what: 'ask', input: { mode: 'pause', reason: 'simulated' } };

/** The active cluster dies, and lives again if it is said when; nothing else goes wrong but what is added. */
export function activeDies(healsAfterSeconds: number | undefined, ...also: readonly Happening[]) {
  return ({ setting }: Case): Partial<Case> => {
    const { active: cluster } = setting;
    const dies: Doing = { what: 'inflict', cluster, fault: 'kill', how: 'refused' };
    const heals: Happening[] =
      healsAfterSeconds === undefined ? [] : [[DIES_AT + healsAfterSeconds, { what: 'heal', cluster, fault: 'kill' }]];
    const happenings = [[DIES_AT, dies] as Happening, ...heals, ...also].sort(([a], [b]) => a - b);
    return { happenings, faults: [], setting: { ...setting, skewSeconds: {}, share: 1, podSeconds: 5 } };
  };
}

/** A person asks for this, and nothing else goes wrong but what is added. */
export function asked(input: Readonly<Record<string, unknown>>, ...also: readonly Happening[]) {
  return ({ setting }: Case): Partial<Case> => ({
    happenings: [[DIES_AT, { what: 'ask', input: { reason: 'simulated', ...input } }] as Happening, ...also],
    faults: [],
    setting: { ...setting, skewSeconds: {}, share: 1, podSeconds: 5 },
  });
}
