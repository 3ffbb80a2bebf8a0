import type { Verb } from './verb.ts';

interface Listed {
  readonly summary: string;
  /** Loaded when it is called, so that `throwover active` does not wait for what only `throwover lab` needs. */
  load(): Promise<Verb>;
}

/** Every verb, in the order in which help shows them. A new one is a file here and a line below. */
export const verbs: Readonly<Record<string, Listed>> = {
  demo: {
    summary: 'let the active cluster die and watch its traffic move',
    load: async () => (await import('./demo.ts')).demo,
  },
  lab: {
    summary: 'start a whole pair on this machine, for you and for other tools',
    load: async () => (await import('./lab.ts')).lab,
  },
  check: {
    summary: 'say everything that is wrong with throwover.yaml',
    load: async () => (await import('./check.ts')).check,
  },
  active: {
    summary: 'print the name of the active cluster',
    load: async () => (await import('./active.ts')).active,
  },
  status: {
    summary: 'say where traffic is, who decided it, what is owed, and what to type next',
    load: async () => (await import('./status.ts')).status,
  },
  signals: {
    summary: 'list what came from outside, what was done with it and why',
    load: async () => (await import('./signals.ts')).signals,
  },
  preview: {
    summary: 'judge a move now and change nothing',
    load: async () => (await import('./preview.ts')).preview,
  },
  switch: {
    summary: 'move the traffic to the other cluster',
    load: async () => (await import('./switch.ts')).switchVerb,
  },
  approve: {
    summary: 'let a run go on that waits for a person',
    load: async () => (await import('./approve.ts')).approve,
  },
  reject: {
    summary: 'end a run that waits for a person',
    load: async () => (await import('./approve.ts')).reject,
  },
  abort: {
    summary: 'end a planned run that is under way',
    load: async () => (await import('./abort.ts')).abort,
  },
  pause: {
    summary: 'keep automation from moving anything',
    load: async () => (await import('./pause.ts')).pause,
  },
  resume: {
    summary: 'end a pause',
    load: async () => (await import('./resume.ts')).resume,
  },
  ack: {
    summary: 'say that you know of the last automatic move',
    load: async () => (await import('./ack.ts')).ack,
  },
  accept: {
    summary: 'say which cluster is active, because the zones are right',
    load: async () => (await import('./accept.ts')).accept,
  },
  'stand-down': {
    summary: 'say that the users of the old cluster have gone, where nothing measures that',
    load: async () => (await import('./stand-down.ts')).standDown,
  },
  repair: {
    summary: 'bring a move that was cut off to an end',
    load: async () => (await import('./repair.ts')).repair,
  },
  release: {
    summary: 'take the pair from a holder that is gone',
    load: async () => (await import('./release.ts')).release,
  },
  lock: {
    summary: 'take a cluster for a change, so that the other one is not changed and nobody moves users meanwhile',
    load: async () => (await import('./lock.ts')).lock,
  },
  'break-glass': {
    summary: 'move the traffic from this terminal, when Step Functions, Lambda or DynamoDB cannot',
    load: async () => (await import('./break-glass.ts')).breakGlass,
  },
  kit: {
    summary: 'write what break-glass needs to know, or verify that it is still true',
    load: async () => (await import('./kit.ts')).kit,
  },
  clusters: {
    summary: 'install what stands in the clusters, prove that it acts, and say who takes part',
    load: async () => (await import('./clusters.ts')).clusters,
  },
  dns: {
    summary: 'find what the ExternalDNS of the clusters would do to a move',
    load: async () => (await import('./dns.ts')).dns,
  },
  adopt: {
    summary: 'make weighted pairs of the simple records of a service, and take that back',
    load: async () => (await import('./adopt.ts')).adopt,
  },
  decisions: {
    summary: 'list what was decided and why, and say what you think of it',
    load: async () => (await import('./decisions.ts')).decisions,
  },
  report: {
    summary: 'print the record of a run',
    load: async () => (await import('./report.ts')).report,
  },
  drill: {
    summary: 'rehearse a move, and yield to a real one',
    load: async () => (await import('./drill.ts')).drill,
  },
  drills: {
    summary: 'say what was rehearsed, how it ended, and when the next one is due',
    load: async () => (await import('./drills.ts')).drills,
  },
  doctor: {
    summary: 'find what would hold a move, before it is needed',
    load: async () => (await import('./doctor.ts')).doctor,
  },
};
