/**
 * The few numbers that functions write into their log lines for CloudWatch (EMF). Each name and pair is a custom metric that
 * costs money every month it is written, so there is one for "the watch lives", whose value says which
 * cluster is active, one per cluster for who says that it is dead, one per way a run may end, and one for what went wrong beside
 * all that.
 */
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { troublesIn } from './troubles.ts';

export interface Measure {
  name: string;
  pair: string;
  cluster?: string;
  /** 1, if left out. */
  value?: number;
}

/** Outcomes that moved somebody or should have; previews and refused inputs are nobody's business at night. */
const ENDS = ['Switched', 'Held', 'Abandoned', 'Superseded', 'Uncertain'];

/** What the answer of a function is worth counting as. Troubles are a metric in months that have one. */
export function measuresOf(key: string, answer: unknown): Measure[] {
  const troubles = troublesIn(answer).flatMap(({ pair, because }) => measured('Troubles', pair, because.length));
  return [...ofItsOwn(key, answer), ...troubles];
}

function ofItsOwn(key: string, answer: unknown): Measure[] {
  if (key === 'watch' && Array.isArray(answer))
    return answer.flatMap(({ pair, active }: { pair?: unknown; active?: unknown }) =>
      measured('Watched', pair, typeof active === 'number' ? active : 0),
    );
  if (key === 'check-drills' && Array.isArray(answer))
    return answer.flatMap(({ pair, missed }: { pair?: unknown; missed?: unknown }) =>
      // also that none was missed: who says nothing is not there any more
      measured('DrillMissed', pair, missed === true ? 1 : 0),
    );
  if (key === 'look-out' && Array.isArray(answer)) return answer.flatMap(deadVotes);
  if (key !== 'report') return [];
  const { outcome, pair } = answer as { outcome?: unknown; pair?: unknown };
  return ENDS.includes(String(outcome)) ? measured(`Run${outcome}`, pair) : [];
}

/** How many classes say that a cluster is dead; no line for a pair at which nobody could look. */
function deadVotes({ pair, dead = {} }: { pair?: unknown; dead?: Readonly<Record<string, number>> }): Measure[] {
  if (typeof pair !== 'string') return [];
  return Object.entries(dead).map(([cluster, value]) => ({ name: 'DeadVotes', pair, cluster, value }));
}

function measured(name: string, pair: unknown, value = 1): Measure[] {
  return typeof pair === 'string' ? [{ name, pair, value }] : [];
}

/** Writes them: one line each, because each has a pair of its own as its dimension. */
export function writeMeasures(metrics: Metrics, measures: readonly Measure[]): void {
  for (const { name, pair, cluster, value = 1 } of measures) {
    const one = metrics.singleMetric();
    // else there is a dimension `service` too, and an alarm on the pair's metric would look at one that does not exist
    one.clearDefaultDimensions();
    one.addDimension('pair', pair);
    if (cluster !== undefined) one.addDimension('cluster', cluster);
    one.addMetric(name, MetricUnit.Count, value);
  }
}

export function metricsOf(): Metrics {
  return new Metrics({ namespace: 'Throwover' });
}
