/**
 * What is known of each class of observers before it has seen anything: what it stands on, how often it can look, and how
 * old its word may be. CloudWatch speaks of minutes and is one to three of them late (docs/facts/aws-semantics.md); a probe
 * speaks of now. One age for both would silence the first or make the second worthless.
 */
import type { Pair } from '../topology/schema.ts';
import { OBSERVER_CLASSES, type ObserverClass } from './observation.ts';

export interface ClassTraits {
  /** What could fool it. Classes with the same cause count once: two probes behind one broken NAT are one opinion. */
  cause: string;
  /** It asks the clusters itself; the others ask somebody who counts. */
  looksItself: boolean;
  /** Its word counts for so long. */
  ageSecondsMax: number;
  /** Time between two samples of it. */
  intervalSeconds: number;
  /** A sample is about so many seconds that end when it was taken. */
  coversSeconds: number;
}

/** The period of CloudWatch's metrics of load balancers and control planes. */
export const METRIC_PERIOD_SECONDS = 60;

const CAUSES = {
  outside: 'the public way to the load balancers',
  inside: 'the network of the VPC',
  aws: 'the metrics of AWS',
  resolvers: 'public DNS',
} as const;

/** The classes that this pair has, in their order. */
export function classesOf({ prometheus, probe }: Pair): ObserverClass[] {
  return OBSERVER_CLASSES.filter(
    (observer) =>
      (observer !== 'prometheus' || prometheus !== undefined) &&
      (observer !== 'resolvers' || probe.publicResolvers.length > 0),
  );
}

export function traitsOf(observer: ObserverClass, { prometheus, probe }: Pair): ClassTraits {
  const now = {
    looksItself: true,
    ageSecondsMax: probe.evidenceAgeSecondsMax,
    intervalSeconds: probe.intervalSeconds,
    coversSeconds: 0,
  };
  switch (observer) {
    case 'outside':
    case 'inside':
      return { ...now, cause: CAUSES[observer] };
    case 'aws':
      return {
        cause: CAUSES.aws,
        looksItself: false,
        ageSecondsMax: probe.metricAgeSecondsMax,
        intervalSeconds: METRIC_PERIOD_SECONDS,
        coversSeconds: METRIC_PERIOD_SECONDS,
      };
    case 'prometheus': {
      const ageSecondsMax = prometheus?.evidenceAgeSecondsMax ?? probe.evidenceAgeSecondsMax;
      // one that is asked in the VPC is fed there; one that is asked elsewhere is a managed one, and stands on AWS's own
      const cause = prometheus?.askedFrom === 'outside' ? CAUSES.aws : CAUSES.inside;
      return { ...now, cause, looksItself: false, ageSecondsMax, coversSeconds: ageSecondsMax };
    }
    case 'resolvers':
      return { ...now, cause: CAUSES.resolvers, looksItself: false };
  }
}
