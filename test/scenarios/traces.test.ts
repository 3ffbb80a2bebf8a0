/**
 * Recorded incidents: what each class of observers saw, second by second, and how it was judged every ten seconds. CloudWatch
 * shows a minute two minutes after it has ended. A folder is an incident; `verdicts` are its turns: from which second on it
 * was called what, and what automation did about it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decide } from '../../core/decide.ts';
import type { Facts } from '../../core/facts.ts';
import { METRIC_PERIOD_SECONDS } from '../../core/observe/classes.ts';
import type { Observation, ObserverClass } from '../../core/observe/observation.ts';
import { factsOf, type Given, type Looks, NOW, sample } from '../core/given.ts';

interface Trace {
  /** What happened, and why this is the right answer to it. */
  why: string;
  seconds: number;
  /** Does automation start a failover? */
  moves: boolean;
  /** Automation moved here so many seconds before the trace begins. */
  movedSecondsBefore?: number;
  /** By class: from this second on blue and green look like that. */
  seen: Partial<Record<ObserverClass, [second: number, blue: Looks, green: Looks][]>>;
  /** What else is different, from a second on. */
  facts?: ({ at: number } & Given)[];
  /** The second, the situation, the verdict. */
  verdicts: [number, string, string][];
}

const LOOK_SECONDS = 10;
const CLOUDWATCH_LATE_SECONDS = 120;

const folder = new URL('./traces/', import.meta.url);
const traces = readdirSync(folder)
  .sort()
  .map((name) => [name, JSON.parse(readFileSync(new URL(`${name}/trace.json`, folder), 'utf8')) as Trace] as const);

/** Everything that could be known at that second. */
function factsAt(second: number, { seen, facts = [], movedSecondsBefore }: Trace): Facts {
  const given = facts.findLast(({ at }) => at <= second) ?? {};
  const moved =
    movedSecondsBefore === undefined
      ? {}
      : { ledger: { lastAutomaticMove: { epoch: 42, at: NOW - (second + movedSecondsBefore) * 1_000 } } };
  const observations = Object.entries(seen).flatMap(([observer, turns]) =>
    observer === 'aws'
      ? minutes(second).flatMap((at) => looked('aws', turns, at, second))
      : looks(second).flatMap((at) => looked(observer as ObserverClass, turns, at, second)),
  );
  return { ...factsOf({ ...given, ...moved }), observations };
}

function looks(second: number): number[] {
  return Array.from({ length: second / LOOK_SECONDS + 1 }, (_, index) => index * LOOK_SECONDS);
}

/** Ends of the minutes that CloudWatch shows by now; before the trace it was well. */
function minutes(second: number): number[] {
  const newest = Math.floor((second - CLOUDWATCH_LATE_SECONDS) / METRIC_PERIOD_SECONDS);
  return [newest - 1, newest].map((minute) => minute * METRIC_PERIOD_SECONDS);
}

function looked(
  observer: ObserverClass,
  turns: readonly [number, Looks, Looks][],
  at: number,
  second: number,
): Observation[] {
  const [, blue, green] = turns.findLast(([from]) => from <= Math.max(0, at)) ?? [0, 'unknown', 'unknown'];
  const time = NOW - (second - at) * 1_000;
  return [sample(observer, 'blue', blue, time), sample(observer, 'green', green, time)];
}

/** Only the turns: the first second of every span in which nothing changed. */
function turnsOf(trace: Trace): [number, string, string][] {
  const turns: [number, string, string][] = [];
  for (const second of looks(trace.seconds)) {
    const { situation, kind } = decide(factsAt(second, trace));
    const [, name, verdict] = turns.at(-1) ?? [];
    if (situation.name !== name || kind !== verdict) turns.push([second, situation.name, kind]);
  }
  return turns;
}

describe('a recorded incident', () => {
  it.each(traces)('%s is judged as it should have been', (_, trace) => {
    expect(turnsOf(trace)).toEqual(trace.verdicts);
  });

  it.each(traces)('%s moves users only if it should', (_, trace) => {
    expect(turnsOf(trace).some(([, , verdict]) => verdict === 'Move')).toBe(trace.moves);
  });

  it('claims nothing for any outage under a minute, whichever classes see it and however long', () => {
    const moved: string[] = [];
    for (let lasts = 1; lasts < 60; lasts++) {
      for (const aws of ['well', 'sick'] as const) {
        const seen: Trace['seen'] = {
          outside: outage(lasts, 'dead'),
          inside: outage(lasts, 'dead'),
          aws: outage(lasts, aws),
        };
        const turns = turnsOf({ why: '', seconds: 150, moves: false, seen, verdicts: [] });
        if (turns.some(([, , verdict]) => verdict === 'Move')) moved.push(`${lasts} s, aws ${aws}`);
      }
    }
    expect(moved).toEqual([]);
  });

  it('and claims for one that lasts as long as the time of confirmation and a look', () => {
    const seen = { outside: outage(72, 'dead'), inside: outage(72, 'dead'), aws: outage(72, 'well') };
    const turns = turnsOf({ why: '', seconds: 150, moves: true, seen, verdicts: [] });
    expect(turns.some(([, , verdict]) => verdict === 'Move')).toBe(true);
  });
});

function outage(lasts: number, looks: Looks): [number, Looks, Looks][] {
  return [
    [0, 'well', 'asleep'],
    [40, looks, 'asleep'],
    [40 + lasts, 'well', 'asleep'],
  ];
}
