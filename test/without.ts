/**
 * Our functions, each without one of the protections of a move; in memory and in bundles alike. What a demo expects must
 * say that it is gone.
 */
import type { Change } from '../core/plan/batch.ts';
import type { Zones } from '../core/ports.ts';
import type { FunctionKey, Step } from '../functions/steps.ts';

export interface Without {
  functions: Partial<Record<FunctionKey, (step: Step) => Step>>;
  /** The beginning of the demo's expectation that is not met then. */
  unmet: string;
}

export const without: Readonly<Record<string, Without>> = {
  'the fence': {
    functions: { steer: steeringWith(unfenced) },
    unmet: 'every change of ours carries the fence',
  },
  'both sides of a name in one batch': {
    functions: { steer: steeringWith(oneSideAfterTheOther) },
    unmet: 'both sides of a name move in one batch',
  },
  'the wait for INSYNC': {
    functions: { verify: () => async () => ({ more: false, verified: true, since: 0, because: 'not looked' }) },
    unmet: 'committed only after every server had the change',
  },
  'the ready gate': {
    functions: { prepare: withoutWaiting, judge: withoutLookingAtTheTarget },
    unmet: 'the target was ready when the first user moved',
  },
};

/** Every batch of ours is changed on its way out. */
function steeringWith(changed: (zones: Zones) => Zones): (step: Step) => Step {
  return (step) => (input, world) => step(input, { ...world, zones: changed(world.zones) });
}

const isFence = ({ record }: Change) => record.name.includes('._throwover.');

function unfenced(zones: Zones): Zones {
  return {
    ...zones,
    apply: (zone, batch) =>
      zones.apply(zone, { ...batch, changes: batch.changes.filter((change) => !isFence(change)) }),
  };
}

function oneSideAfterTheOther(zones: Zones): Zones {
  return {
    ...zones,
    async apply(zone, batch) {
      const raises = batch.changes.filter((change) => isFence(change) || change.record.setIdentifier === 'green');
      const lowers = batch.changes.filter((change) => change.record.setIdentifier === 'blue');
      const answer = await zones.apply(zone, { ...batch, changes: raises });
      return lowers.length === 0 || answer.kind !== 'applied'
        ? answer
        : zones.apply(zone, { ...batch, changes: lowers });
    },
  };
}

function withoutWaiting(step: Step): Step {
  return (input, world) => {
    const workloads = async (cluster: string) =>
      (await world.clusters.workloads(cluster)).map((one) => ({ ...one, ready: one.wanted }));
    const inventory = async (cluster: string) => ({
      ...(await world.clusters.inventory(cluster)),
      workloads: await workloads(cluster),
    });
    return step(input, { ...world, clusters: { ...world.clusters, workloads, inventory } });
  };
}

function withoutLookingAtTheTarget(step: Step): Step {
  return async (input, world) => {
    const judged = (await step(input, world)) as { verdict: string; gates: { name: string; state: string }[] };
    const shut = judged.gates.filter((gate) => gate.state !== 'open').map((gate) => gate.name);
    const onlyTheTarget = shut.every((name) => ['TargetReady', 'DataPathWorks'].includes(name));
    return onlyTheTarget && judged.verdict === 'Hold' ? { ...judged, verdict: 'Move' } : judged;
  };
}
