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
  check: {
    summary: 'say everything that is wrong with throwover.yaml',
    load: async () => (await import('./check.ts')).check,
  },
};
