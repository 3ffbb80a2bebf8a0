import { describe, expect, it } from 'vitest';
import { LoadBalancer } from '../../models/load-balancer.ts';
import { world } from './kubernetes/world.ts';

const balanced = () => {
  const { clock, cluster } = world({ role: 'active' });
  const balancer = new LoadBalancer({
    cluster,
    dnsName: cluster.balancerHost,
    zoneId: 'Z0ELBBLUE',
    addresses: { v4: ['127.0.0.11'], v6: ['fd00::11'] },
    certificateEndsAt: (host) => (host === 'shop.example.test' ? 1 : undefined),
  });
  return { clock, cluster, balancer };
};

describe('the load balancer', () => {
  it('is healthy while its cluster has ready ingress pods, also on a standby', () => {
    const { cluster, balancer } = balanced();
    expect(balancer).toMatchObject({ healthyHosts: 2, healthy: true });
    cluster.inflict('kill');
    expect(balancer).toMatchObject({ healthyHosts: 0, healthy: false });
  });

  it('looks healthy during an outage of the network or of the apps: healthy targets prove little', () => {
    const { cluster, balancer } = balanced();
    cluster.inflict('cni-broken');
    cluster.inflict('apps-broken');
    expect(balancer.healthy).toBe(true);
  });

  it('counts what CloudWatch will show', () => {
    const { clock, cluster, balancer } = balanced();
    balancer.request({ host: 'shop.example.test', path: '/' });
    cluster.inflict('apps-broken');
    balancer.request({ host: 'shop.example.test', path: '/' });
    expect(balancer.metrics(clock.now())).toEqual({
      HealthyHostCount: 2,
      RequestCount: 2,
      HTTPCode_Target_5XX_Count: 1,
      HTTPCode_ELB_5XX_Count: 0,
    });
  });

  it('shows the certificates it was given', () => {
    const { balancer } = balanced();
    expect(balancer.certificateEndsAt('shop.example.test')).toBe(1);
    expect(balancer.certificateEndsAt('other.example.test')).toBeUndefined();
  });
});
