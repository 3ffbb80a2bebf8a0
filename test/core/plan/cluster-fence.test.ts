import { describe, expect, it } from 'vitest';
import {
  becomingActive,
  becomingStandby,
  byRole,
  type FenceChange,
  type FenceData,
  preparing,
  runningBatch,
  type Writer,
  weighted,
} from '../../../core/plan/cluster-fence.ts';

const ofRing = { epoch: 2, run: 'run-2', ring: 0 };
const ofPair = { epoch: 3, run: 'run-3' };
const STANDBY: FenceData = { role: 'standby', epoch: '1', run: 'run-1' };
const ACTIVE: FenceData = { role: 'active', epoch: '1', run: 'run-1' };

/** The ConfigMap once these changes were written to it, one after the other. */
function written(data: FenceData, ...changes: readonly ((data: FenceData) => FenceChange)[]): FenceData {
  const lines = new Map(Object.entries(data));
  for (const change of changes) {
    for (const [key, value] of Object.entries(change(Object.fromEntries(lines)))) {
      if (value === null) lines.delete(key);
      else lines.set(key, value);
    }
  }
  return Object.fromEntries(lines);
}

const facet = (data: Readonly<Record<string, string>>, name: string, ring?: number) =>
  ring === undefined ? data[name] : data[`${name}.${ring}`];

describe('what a run writes into a ConfigMap', () => {
  it('leaves no line of a ring whose preparation led nowhere: the whole pair would find it asleep', () => {
    const undone = written(
      STANDBY,
      (data) => preparing(ofRing, data),
      (data) => byRole(ofRing, data),
    );
    expect(undone).toEqual({ ...STANDBY, epoch: '2', run: 'run-2' });
  });

  it('wakes every ring for the whole pair, also one whose run died halfway', () => {
    const died = written(
      STANDBY,
      (data) => preparing(ofRing, data),
      (data) => weighted(ofRing, 10, data),
    );
    expect(written(died, (data) => preparing(ofPair, data))).toEqual({
      role: 'standby',
      epoch: '3',
      run: 'run-3',
      workloads: 'running',
      batch: 'suspended',
      weight: '0',
    });
  });

  it('lowers and raises every ring with the whole pair, also one that went and came back', () => {
    const back = written(ACTIVE, (data) => becomingActive(ofRing, data));
    expect(written(back, (data) => weighted(ofPair, 0, data))).toEqual({
      role: 'active',
      epoch: '3',
      run: 'run-3',
      weight: '0',
    });
  });

  it('keeps the lines of a ring that stands apart from its cluster', () => {
    const moved = written(
      STANDBY,
      (data) => preparing(ofRing, data),
      (data) => becomingActive(ofRing, data),
    );
    const joined = written(
      moved,
      (data) => preparing(ofPair, data),
      (data) => weighted(ofPair, 50, data),
      (data) => byRole(ofPair, data),
    );
    expect(joined).toMatchObject({ 'role.0': 'active', 'workloads.0': 'running', 'weight.0': '100' });
    expect(written(joined, (data) => becomingActive(ofPair, data))).toEqual({
      role: 'active',
      epoch: '3',
      run: 'run-3',
      batch: 'suspended',
    });
  });

  it('keeps batch work suspended on the new side until it is told to run, however often it becomes active', () => {
    for (const writer of [ofPair, ofRing] as Writer[]) {
      const there = written(
        STANDBY,
        (data) => preparing(writer, data),
        (data) => becomingActive(writer, data),
        (data) => becomingActive(writer, data),
      );
      expect(facet(there, 'batch', writer.ring)).toBe('suspended');
      expect(facet(there, 'workloads', writer.ring) ?? 'running').toBe('running');
      const runs = written(there, (data) => runningBatch(writer, data));
      expect(facet(runs, 'batch', writer.ring) ?? 'running').toBe('running');
      expect(
        facet(
          written(runs, (data) => becomingActive(writer, data)),
          'batch',
          writer.ring,
        ),
      ).not.toBe('suspended');
    }
  });

  it('takes a ring that stands apart along when the pair is brought together on the other side', () => {
    const away = written(
      ACTIVE,
      (data) => becomingStandby(ofRing, data),
      (data) => byRole(ofRing, data),
    );
    const toHere = written(
      away,
      (data) => preparing(ofPair, data),
      (data) => weighted({ ...ofPair, side: 'to' }, 100, data),
    );
    expect(toHere).toMatchObject({ role: 'active', 'role.0': 'standby', 'workloads.0': 'running', 'weight.0': '100' });
    const there = written(STANDBY, (data) => becomingActive(ofRing, data));
    expect(written(there, (data) => weighted({ ...ofPair, side: 'from' }, 0, data))).toMatchObject({
      'role.0': 'active',
      'weight.0': '0',
    });
  });

  it('leaves a ring that had moved ahead where it is when the pair comes after it, and when it goes back', () => {
    const away = written(ACTIVE, (data) => becomingStandby(ofRing, data));
    expect(written(away, (data) => weighted({ ...ofPair, side: 'from' }, 100, data))).toMatchObject({
      'weight.0': '0',
    });
    const ahead = written(STANDBY, (data) => becomingActive(ofRing, data));
    expect(written(ahead, (data) => weighted({ ...ofPair, side: 'to' }, 10, data))).toMatchObject({
      'weight.0': '100',
    });
  });

  it('stands a ring down with its cluster still active, in full', () => {
    const away = written(
      ACTIVE,
      (data) => becomingStandby(ofRing, data),
      (data) => byRole(ofRing, data),
    );
    expect(away).toMatchObject({ 'role.0': 'standby', 'workloads.0': 'stopped', 'weight.0': '0' });
  });
});
