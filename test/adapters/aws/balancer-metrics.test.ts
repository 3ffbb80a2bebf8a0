import { describe, expect, it } from 'vitest';
import { balancerMetricsOver } from '../../../adapters/aws/balancer-metrics.ts';
import type { CloudWatchCalls } from '../../../adapters/aws/calls.ts';

const NOW = Date.UTC(2026, 0, 1, 3);
const clock = { now: () => NOW, wait: async () => {} };

/** A balancer whose hosts are reported each minute, with requests in none of them. */
const silent: CloudWatchCalls = {
  getMetricData: async () => ({
    MetricDataResults: [
      { Id: 'healthyHostCount', Timestamps: [NOW - 60_000, NOW - 120_000], Values: [2, 2] },
      { Id: 'requestCount', Timestamps: [], Values: [] },
    ],
  }),
};

function requestsOf(namespace: string): Promise<number | undefined> {
  return balancerMetricsOver(() => ({ cloudWatch: silent, namespace, dimensions: {} }), clock).requests('lb', 300);
}

describe('requests at a balancer', () => {
  it('are none when an Application Load Balancer reports hosts and no request', async () => {
    expect(await requestsOf('AWS/ApplicationELB')).toBe(0);
  });

  it('are unknown for a balancer that counts none, however silent it is', async () => {
    expect(await requestsOf('AWS/NetworkELB')).toBeUndefined();
  });
});
