import type { Facts } from '../facts.ts';
import type { Gate } from './gate.ts';
import { isUnplanned, moves } from './move.ts';
import { someOf } from './wording.ts';

/**
 * During a planned move both clusters run the moving services for a while. What may run only once stops on the old side
 * before it starts on the new one, by its label; so one that carries none would run twice, and of a service nobody said
 * anything about nobody knows. An unplanned move is not asked: its old side serves nothing.
 */
export function exclusiveWork(facts: Facts): Gate | undefined {
  if (isUnplanned(facts)) return undefined;
  const moving = Object.entries(facts.pair.services).filter(([, service]) => moves(service.ring, facts));
  const named = (concurrency: string) => moving.filter(([, service]) => service.concurrency === concurrency);
  const [unknown, exclusive] = [named('unknown'), named('exclusive')];
  const unlabelled = exclusive.filter(([, { ring }]) => !isLabelled(ring, facts));
  const unsafe = [...unknown, ...unlabelled];
  const told = [
    `${moving.length - unknown.length - exclusive.length} of ${moving.length} services may run in both clusters at once`,
    ...unknown.map(([name]) => `${name} is unknown`),
    ...exclusive.map(([name]) =>
      unlabelled.some(([one]) => one === name)
        ? `${name} is exclusive, and no workload of its ring on ${facts.to} is labelled so`
        : `${name} is exclusive: it ends on ${facts.from} before it starts on ${facts.to} and serves nobody in between`,
    ),
  ];
  return {
    name: 'ExclusiveWork',
    state: unsafe.length === 0 ? 'open' : facts.target === undefined && unknown.length === 0 ? 'unknown' : 'closed',
    because: someOf(told),
    opensWhen:
      'throwover.yaml says `concurrency: safe` or `exclusive` for each, and workloads of exclusive ones carry the label throwover.dev/concurrency: exclusive',
    applies: 'before claim',
    overridable: 'person',
  };
}

function isLabelled(ring: number, { target }: Facts): boolean {
  return (target?.workloads ?? []).some((one) => one.ring === ring && (one.exclusive?.count ?? 0) > 0);
}
