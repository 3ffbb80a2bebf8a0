/** A cluster's pods and who is sent there, looked at now and then. */
import type { Invariant } from './invariant.ts';

export interface ClusterSleep {
  cluster: string;
  /** Services whose pods were asked to be none since the last look. */
  asleep: readonly string[];
  /** Services of which some name leads here, by weights and health. */
  led: readonly string[];
  /** Requests that came here in the minute before. */
  requests: number;
}

export const usersFindPods: Invariant<ClusterSleep> = {
  id: 'S11',
  says: 'clean-up never puts pods to sleep where users are, or are sent',
  breach({ cluster, asleep, led, requests }) {
    if (asleep.length > 0 && requests > 0)
      return `${asleep.join(', ')} of ${cluster} was put to sleep, ${requests} requests after the last quiet minute`;
    const both = asleep.filter((service) => led.includes(service));
    return both.length > 0 ? `${both.join(', ')} of ${cluster} was put to sleep while names lead there` : undefined;
  },
};

/** A minimum of a cluster's nodes was lowered. */
export interface NodesLowered {
  cluster: string;
  /** Names whose weights, or health, send users there. */
  led: number;
  /** A run that holds the pair takes users there. */
  wanted: boolean;
}

export const usersKeepNodes: Invariant<NodesLowered> = {
  id: 'S11',
  says: 'clean-up never takes nodes from a cluster where users are sent, or that a run prepares for them',
  breach({ cluster, led, wanted }) {
    if (led > 0) return `${cluster} lost nodes while ${led} names led there`;
    return wanted ? `${cluster} lost nodes while a run prepared it` : undefined;
  },
};
