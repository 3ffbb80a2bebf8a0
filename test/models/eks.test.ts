import { describe, expect, it } from 'vitest';
import { Eks, type EksOptions } from '../../models/eks.ts';
import { ServiceError } from '../../models/service-error.ts';
import { world } from './kubernetes/world.ts';

const registered = (options: Partial<EksOptions> = {}) => {
  const { clock, cluster } = world();
  const eks = new Eks({ clock, ...options });
  eks.register({ cluster, endpoint: 'https://blue.eks.test', certificateAuthorityData: 'UEVN' });
  return { clock, cluster, eks };
};
const group = { clusterName: 'blue', nodegroupName: 'blue-nodes' };
const refusal = (call: () => unknown) => {
  try {
    call();
  } catch (cause) {
    if (cause instanceof ServiceError) return { name: cause.name, message: cause.message, status: cause.httpStatus };
    throw cause;
  }
  throw new Error('it was accepted');
};

describe('EKS', () => {
  it('describes a cluster in the shape of the service', () => {
    const { eks } = registered();
    expect(eks.listClusters()).toEqual({ clusters: ['blue'] });
    expect(eks.describeCluster({ name: 'blue' }).cluster).toMatchObject({
      name: 'blue',
      arn: 'arn:aws:eks:eu-west-1:123456789012:cluster/blue',
      endpoint: 'https://blue.eks.test',
      certificateAuthority: { data: 'UEVN' },
      status: 'ACTIVE',
      version: '1.36',
      health: { issues: [] },
      resourcesVpcConfig: { clusterSecurityGroupId: expect.stringMatching(/^sg-/), endpointPrivateAccess: true },
      kubernetesNetworkConfig: { serviceIpv4Cidr: '172.20.0.0/16' },
      accessConfig: { authenticationMode: 'API' },
    });
  });

  it('answers while the cluster itself is dead', () => {
    const { eks, cluster } = registered();
    cluster.inflict('kill');
    expect(eks.describeCluster({ name: 'blue' }).cluster.status).toBe('ACTIVE');
  });

  it('tells of upgrades and add-ons', () => {
    const { eks } = registered();
    eks.setStatus('blue', 'UPDATING');
    expect(eks.describeCluster({ name: 'blue' }).cluster.status).toBe('UPDATING');
    expect(eks.listAddons({ clusterName: 'blue' }).addons).toContain('vpc-cni');
    eks.setAddon('blue', { addonName: 'vpc-cni', status: 'DEGRADED' });
    const { addon } = eks.describeAddon({ clusterName: 'blue', addonName: 'vpc-cni' });
    expect(addon).toMatchObject({ addonName: 'vpc-cni', status: 'DEGRADED', clusterName: 'blue' });
  });

  it('gives new versions in its own time: to a cluster, a node group, an add-on', async () => {
    const { eks, clock } = registered({ upgradeMs: 60_000 });
    const { update } = eks.updateClusterVersion({ name: 'blue', version: '1.37' });
    expect(update).toMatchObject({ status: 'InProgress', type: 'VersionUpdate', createdAt: clock.now() });
    eks.updateAddon({ clusterName: 'blue', addonName: 'vpc-cni', addonVersion: 'v1.22.0-eksbuild.1' });
    eks.updateNodegroupVersion(group);
    const statuses = () => [
      eks.describeCluster({ name: 'blue' }).cluster.status,
      eks.describeNodegroup(group).nodegroup.status,
      eks.describeAddon({ clusterName: 'blue', addonName: 'vpc-cni' }).addon.status,
    ];
    expect(statuses()).toEqual(['UPDATING', 'UPDATING', 'UPDATING']);
    expect(eks.describeCluster({ name: 'blue' }).cluster.version).toBe('1.36');
    expect(eks.describeAddon({ clusterName: 'blue', addonName: 'coredns' }).addon.status).toBe('ACTIVE');
    await clock.run(60_000);
    expect(statuses()).toEqual(['ACTIVE', 'ACTIVE', 'ACTIVE']);
    expect(eks.describeCluster({ name: 'blue' }).cluster.version).toBe('1.37');
    expect(eks.describeAddon({ clusterName: 'blue', addonName: 'vpc-cni' }).addon.addonVersion).toBe(
      'v1.22.0-eksbuild.1',
    );
  });

  it('gives one new version at a time, and never two minor versions at once', () => {
    const { eks } = registered();
    expect(refusal(() => eks.updateClusterVersion({ name: 'blue', version: '1.38' }))).toMatchObject({
      name: 'InvalidParameterException',
    });
    eks.updateClusterVersion({ name: 'blue', version: '1.37' });
    expect(refusal(() => eks.updateClusterVersion({ name: 'blue', version: '1.37' }))).toMatchObject({
      name: 'ResourceInUseException',
    });
  });

  it('lists the updates of a cluster, of a node group and of an add-on apart', () => {
    const { eks } = registered();
    const own = eks.updateClusterVersion({ name: 'blue', version: '1.37' }).update.id;
    const addon = eks.updateAddon({ clusterName: 'blue', addonName: 'vpc-cni' }).update.id;
    expect(eks.listUpdates({ name: 'blue' })).toEqual({ updateIds: [own] });
    expect(eks.listUpdates({ name: 'blue', addonName: 'vpc-cni' })).toEqual({ updateIds: [addon] });
    expect(eks.listUpdates({ name: 'blue', nodegroupName: 'blue-nodes' })).toEqual({ updateIds: [] });
    eks.endUpgrades();
    expect(eks.describeUpdate({ name: 'blue', updateId: addon }).update.status).toBe('Successful');
  });

  it('does not find what is not there', () => {
    const { eks } = registered();
    const found = [
      () => eks.describeCluster({ name: 'red' }),
      () => eks.describeNodegroup({ clusterName: 'blue', nodegroupName: 'other' }),
      () => eks.describeAddon({ clusterName: 'blue', addonName: 'other' }),
      () => eks.describeUpdate({ name: 'blue', updateId: 'other' }),
      () => eks.listUpdates({ name: 'red' }),
      () => eks.listNodegroups({ clusterName: 'red' }),
    ].map((call) => refusal(call));
    expect(found.every(({ name, status }) => name === 'ResourceNotFoundException' && status === 404)).toBe(true);
    expect(found[0]?.message).toBe('No cluster found for name: red.');
  });
});

describe('an update of a node group', () => {
  it('is asynchronous, and the nodes come in their own time', async () => {
    const { clock, cluster, eks } = registered();
    expect(eks.listNodegroups({ clusterName: 'blue' }).nodegroups).toEqual(['blue-nodes']);
    const { update } = eks.updateNodegroupConfig({ ...group, scalingConfig: { minSize: 5, desiredSize: 5 } });
    expect(update).toMatchObject({ status: 'InProgress', type: 'ConfigUpdate', errors: [] });
    expect(eks.describeNodegroup(group).nodegroup).toMatchObject({
      status: 'UPDATING',
      scalingConfig: { minSize: 5, maxSize: 12, desiredSize: 5 },
    });
    expect(cluster.nodes).toMatchObject({ ready: 2, coming: 3 });
    await clock.run(100_000);
    expect(eks.describeUpdate({ name: 'blue', updateId: update.id }).update.status).toBe('Successful');
    expect(eks.describeNodegroup(group).nodegroup.status).toBe('ACTIVE');
    expect(eks.listUpdates({ name: 'blue', nodegroupName: 'blue-nodes' }).updateIds).toEqual([update.id]);
    expect(eks.listUpdates({ name: 'blue' }).updateIds).toEqual([]);
    expect(cluster.nodes).toMatchObject({ ready: 5, coming: 0 });
  });

  it('is refused while another one is in progress', async () => {
    const { clock, eks } = registered();
    const grow = () => eks.updateNodegroupConfig({ ...group, scalingConfig: { maxSize: 20 } });
    grow();
    expect(refusal(grow)).toMatchObject({ name: 'ResourceInUseException', status: 409 });
    await clock.run(60_000);
    expect(grow().update.status).toBe('InProgress');
  });

  it.each([[{ minSize: 13 }], [{ minSize: 5 }], [{ desiredSize: 13 }], [{ desiredSize: 1 }], [{ maxSize: 1 }]])(
    'refuses the size %j',
    (scalingConfig) => {
      const { eks } = registered();
      const call = () => eks.updateNodegroupConfig({ ...group, scalingConfig });
      expect(refusal(call).name).toBe('InvalidParameterException');
      expect(eks.describeNodegroup(group).nodegroup.status).toBe('ACTIVE');
    },
  );

  it('may raise the desired size with the minimum, where the service is taken to do so', () => {
    const { eks, cluster } = registered({ minAboveDesired: 'raises' });
    eks.updateNodegroupConfig({ ...group, scalingConfig: { minSize: 5 } });
    expect(cluster.nodes).toMatchObject({ min: 5, desired: 5, coming: 3 });
  });
});
