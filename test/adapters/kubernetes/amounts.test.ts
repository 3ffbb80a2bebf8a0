import { describe, expect, it } from 'vitest';
import { asksOf, nodeSizes, quantity } from '../../../adapters/kubernetes/amounts.ts';
import type { Node } from '../../../adapters/kubernetes/objects.ts';

describe('quantity', () => {
  it.each([
    ['250m', 0.25],
    ['1.5', 1.5],
    ['2', 2],
    ['1e3', 1_000],
    ['100n', 1e-7],
    ['16Gi', 16 * 1024 ** 3],
    ['512Mi', 512 * 1024 ** 2],
    ['15547904Ki', 15_547_904 * 1024],
    ['1G', 1e9],
    ['1E', 1e18],
    ['128974848', 128_974_848],
  ])('reads %s', (text, amount) => {
    expect(quantity(text)).toBeCloseTo(amount, 9);
  });

  it.each([undefined, '', 'much', '1 Gi', '-1'])('takes %s for nothing that was said', (text) => {
    expect(quantity(text)).toBe(0);
  });
});

describe('what a pod asks for', () => {
  const container = (cpu: string, memory: string) => ({ resources: { requests: { cpu, memory } } });

  it('is the sum of its containers, in millicores and MiB, rounded up', () => {
    const asks = asksOf({ containers: [container('250m', '100Mi'), container('0.1', '1G')] });
    expect(asks).toEqual({ cpuMillis: 350, memoryMiB: 100 + 954 });
  });

  it('is its largest init container where that asks for more, beside the sidecars that were started before it', () => {
    const sidecar = { ...container('100m', '50Mi'), restartPolicy: 'Always' };
    const initContainers = [sidecar, container('900m', '10Mi')];
    expect(asksOf({ containers: [container('500m', '100Mi')], initContainers })).toEqual({
      cpuMillis: 1_000,
      memoryMiB: 150,
    });
  });

  it('is a container’s limit where it says no more, and its RuntimeClass’s overhead besides', () => {
    const containers = [{ resources: { limits: { cpu: '1', memory: '1Gi' } } }];
    const overhead = { cpu: '50m', memory: '64Mi' };
    expect(asksOf({ containers, overhead })).toEqual({ cpuMillis: 1_050, memoryMiB: 1_088 });
  });

  it('is what it says for the pod as a whole', () => {
    const resources = { requests: { cpu: '2' } };
    expect(asksOf({ containers: [container('1', '1Gi')], resources })).toEqual({ cpuMillis: 2_000, memoryMiB: 1_024 });
  });

  it('is nothing where it says nothing', () => {
    expect(asksOf({ containers: [{}] })).toEqual({ cpuMillis: 0, memoryMiB: 0 });
  });
});

describe('what nodes give', () => {
  const node = (labels: Record<string, string>, memory: string, unschedulable?: boolean): Node => ({
    metadata: { name: 'n', labels },
    spec: unschedulable === undefined ? {} : { unschedulable },
    status: { conditions: [], allocatable: { cpu: '3920m', memory, pods: '58' } },
  });
  const GROUP = { 'eks.amazonaws.com/nodegroup': 'workers' };

  it('is counted by group, those together that differ by no more than a few MiB', () => {
    const found = nodeSizes([
      node(GROUP, '15547904Ki'),
      node(GROUP, '15547900Ki'),
      node({ 'karpenter.sh/nodepool': 'general' }, '15547904Ki'),
      node({}, '15547904Ki'),
    ]);
    const size = { pods: 58, cpuMillis: 3_920, memoryMiB: 15_168 };
    expect(found).toEqual([
      { group: 'workers', nodes: 2, ...size },
      { group: 'general', nodes: 1, ...size },
      { group: '', nodes: 1, ...size },
    ]);
  });

  it('is nothing of one that is cordoned', () => {
    expect(nodeSizes([node(GROUP, '16Gi', true)])).toEqual([]);
  });
});
