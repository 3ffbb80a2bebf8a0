/** How old a word may be is each class's own business, about the cluster that is left and the one that receives alike. */
import { describe, expect, it } from 'vitest';
import { traitsOf } from '../../../core/observe/classes.ts';
import { OBSERVER_CLASSES, type ObserverClass } from '../../../core/observe/observation.ts';
import { isFresh, votesAbout } from '../../../core/observe/votes.ts';
import { factsOf, NOW, sample } from '../given.ts';

const LIMITS: Readonly<Record<ObserverClass, number>> = {
  outside: 30,
  inside: 30,
  aws: 240,
  prometheus: 60,
  resolvers: 30,
};
const base = factsOf({
  pair: {
    prometheus: { url: 'http://p.test', askedFrom: 'inside', evidenceAgeSecondsMax: 60, clusters: {} },
    probe: { publicResolvers: ['192.0.2.1:53'] },
  },
});

/** Every class looked at both clusters that long ago. */
function lookedAgo(seconds: number) {
  const at = NOW - seconds * 1_000;
  const observations = OBSERVER_CLASSES.flatMap((observer) =>
    ['blue', 'green'].map((cluster) => sample(observer, cluster, 'well', at)),
  );
  return { ...base, now: NOW, observations };
}

function freshAfter(seconds: number, about: 'source' | 'target'): ObserverClass[] {
  const facts = lookedAgo(seconds);
  const votes =
    about === 'source'
      ? votesAbout('blue', 'green', 'the other cluster', facts)
      : votesAbout('green', 'blue', 'either cluster', facts);
  return votes.filter((vote) => isFresh(vote, facts)).map(({ observer }) => observer);
}

describe('the age of a word', () => {
  it('has a limit for each class', () => {
    for (const observer of OBSERVER_CLASSES)
      expect(traitsOf(observer, base.pair).ageSecondsMax, observer).toBe(LIMITS[observer]);
  });

  it.each(['source', 'target'] as const)('counts up to the limit of its class and not a second longer: %s', (about) => {
    for (const seconds of [0, 30, 31, 60, 61, 240, 241]) {
      const expected = OBSERVER_CLASSES.filter((observer) => seconds <= LIMITS[observer]);
      expect(freshAfter(seconds, about), `${seconds} s`).toEqual(expected);
    }
  });

  it('is as bad when it is from the future', () => {
    expect(freshAfter(-31, 'source')).toEqual(['aws', 'prometheus']);
  });
});
