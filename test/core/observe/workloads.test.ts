import { describe, expect, it } from 'vitest';
import { byRing, certificatesByRing, compared, type WorkloadFacts } from '../../../core/observe/workloads.ts';
import { PAIR } from '../given.ts';

const workload = (object: string, given: Partial<WorkloadFacts> = {}): WorkloadFacts => ({
  object,
  ring: 1,
  wanted: 3,
  ready: 3,
  images: [`${object}:1`],
  ...given,
});

describe('byRing', () => {
  it('does not let more pods than wanted of one workload make up for another', () => {
    expect(byRing([workload('a', { ready: 9 }), workload('b', { ready: 1 })])).toMatchObject([{ wanted: 6, ready: 4 }]);
  });

  it('names workloads that want pods and have none, not those that want none', () => {
    const rings = byRing([workload('a', { ready: 0 }), workload('b', { wanted: 0, ready: 0 }), workload('c')]);
    expect(rings).toMatchObject([{ asleep: { count: 1, some: ['a'] } }]);
  });

  it('keeps rings apart, in their order', () => {
    expect(byRing([workload('a', { ring: 3 }), workload('b', { ring: 0 })]).map(({ ring }) => ring)).toEqual([0, 3]);
  });

  it('is as large for a thousand workloads as for ten, however many stand out', () => {
    const size = (count: number) =>
      JSON.stringify(byRing(Array.from({ length: count }, (_, at) => workload(`object-${1000 + at}`, { ready: 0 }))))
        .length;
    expect(size(1_000) - size(10)).toBeLessThan(10);
  });
});

describe('compared', () => {
  const both = (blue: WorkloadFacts[], green: WorkloadFacts[]) =>
    compared({ cluster: 'blue', workloads: blue }, { cluster: 'green', workloads: green });

  it('finds nothing different where every object runs the same images, in whatever order they are listed', () => {
    const [a, b] = [workload('a', { images: ['x', 'y'] }), workload('a', { images: ['y', 'x'] })];
    expect(both([a], [b])).toEqual([{ ring: 1, workloads: 1, different: { count: 0, some: [] } }]);
  });

  it('says for each object what is different, and where', () => {
    const [ring] = both([workload('a'), workload('b')], [workload('a', { images: ['a:2'] }), workload('c')]);
    expect(ring).toEqual({
      ring: 1,
      workloads: 3,
      different: {
        count: 3,
        some: ['a runs a:1 in blue, a:2 in green', 'b is missing in green', 'c is missing in blue'],
      },
    });
  });

  it('takes an object of another ring for another object', () => {
    const rings = both([workload('a', { ring: 0 })], [workload('a', { ring: 1 })]);
    expect(rings.map(({ ring, different }) => [ring, different.count])).toEqual([
      [0, 1],
      [1, 1],
    ]);
  });

  it('counts all and names a few', () => {
    const many = Array.from({ length: 1_000 }, (_, at) => workload(`object-${at}`));
    const [ring] = both(many, []);
    expect(ring?.different.count).toBe(1_000);
    expect(ring?.different.some.length).toBeLessThan(10);
  });
});

describe('certificatesByRing', () => {
  const hosts = Object.values(PAIR.services).flatMap((service) => service.hosts);
  const shown = (daysLeft: (host: string) => number | undefined) =>
    certificatesByRing(
      PAIR,
      hosts.map((host) => ({ host, daysLeft: daysLeft(host) })),
    );

  it('counts the hosts of each ring', () => {
    expect(shown(() => 60).map(({ ring, hosts: count }) => [ring, count])).toEqual([
      [0, 2],
      [1, 4],
    ]);
  });

  it('calls short what ends before the least number of days, and not what ends on it', () => {
    const least = PAIR.probe.certificateDaysMin;
    const [example] = shown((host) => (host === 'example.example.test' ? least - 1 : least));
    expect(example?.short).toEqual({ count: 1, some: [`example.example.test has ${least - 1} days left`] });
  });

  it('says which hosts show none, those that were not asked for among them', () => {
    const [example, others] = certificatesByRing(PAIR, [{ host: 'example.example.test', daysLeft: undefined }]);
    expect(example?.none.count).toBe(2);
    expect(others?.none.count).toBe(4);
    expect(others?.short.count).toBe(0);
  });
});
