import type { Eks } from '../../../models/eks.ts';
import { restJsonProtocol } from '../rest-json-protocol.ts';
import { operation, type Service } from '../service.ts';
import { required, structure } from '../shape.ts';

const name = required('string');
const clusterName = required('string');
const nodegroupName = required('string');

export function eksService(eks: Eks): Service {
  return {
    signingName: 'eks',
    title: 'EKS',
    protocols: [restJsonProtocol({ title: 'REST with JSON, `/clusters`', constraint: 'InvalidParameterException' })],
    timestamps: new Set(['createdAt']),
    operations: {
      DescribeAddon: operation({ clusterName, addonName: required('string') }, eks.describeAddon.bind(eks), {
        at: 'GET /clusters/{clusterName}/addons/{addonName}',
      }),
      DescribeCluster: operation({ name }, eks.describeCluster.bind(eks), { at: 'GET /clusters/{name}' }),
      DescribeNodegroup: operation({ clusterName, nodegroupName }, eks.describeNodegroup.bind(eks), {
        at: 'GET /clusters/{clusterName}/node-groups/{nodegroupName}',
      }),
      DescribeUpdate: operation(
        { name, updateId: required('string'), nodegroupName: 'string', addonName: 'string' },
        eks.describeUpdate.bind(eks),
        { at: 'GET /clusters/{name}/updates/{updateId}' },
      ),
      ListAddons: operation({ clusterName }, eks.listAddons.bind(eks), { at: 'GET /clusters/{clusterName}/addons' }),
      ListClusters: operation({}, () => eks.listClusters(), { at: 'GET /clusters' }),
      ListNodegroups: operation({ clusterName }, eks.listNodegroups.bind(eks), {
        at: 'GET /clusters/{clusterName}/node-groups',
      }),
      ListUpdates: operation({ name, nodegroupName: 'string', addonName: 'string' }, eks.listUpdates.bind(eks), {
        at: 'GET /clusters/{name}/updates',
      }),
      UpdateAddon: operation(
        { clusterName, addonName: required('string'), addonVersion: 'string', clientRequestToken: 'string' },
        eks.updateAddon.bind(eks),
        { at: 'POST /clusters/{clusterName}/addons/{addonName}/update' },
      ),
      UpdateClusterVersion: operation(
        { name, version: required('string'), clientRequestToken: 'string' },
        eks.updateClusterVersion.bind(eks),
        { at: 'POST /clusters/{name}/updates' },
      ),
      UpdateNodegroupVersion: operation(
        {
          ...{ clusterName, nodegroupName, version: 'string', releaseVersion: 'string' },
          clientRequestToken: 'string',
        },
        eks.updateNodegroupVersion.bind(eks),
        { at: 'POST /clusters/{clusterName}/node-groups/{nodegroupName}/update-version' },
      ),
      UpdateNodegroupConfig: operation(
        {
          clusterName,
          nodegroupName,
          scalingConfig: structure({ minSize: 'integer', maxSize: 'integer', desiredSize: 'integer' }),
          // Clients make one up for each call.
          clientRequestToken: 'string',
        },
        eks.updateNodegroupConfig.bind(eks),
        { at: 'POST /clusters/{clusterName}/node-groups/{nodegroupName}/update-config' },
      ),
    },
  };
}
