/**
 * What EKS is changing about a cluster. Its statuses say that something is: one call for the cluster and one for each node group
 * and add-on. Only for what is being changed EKS is asked which update that is.
 */
import type { ControlPlaneChange } from '../../core/observe/observation.ts';
import type { ControlPlanes } from '../../core/ports.ts';
import type { EksUpdate, EksUpdateCalls } from './calls.ts';

/** Of a cluster, a node group or an add-on (EKS API reference: Cluster, Nodegroup, Addon). Sick is not changing. */
const CHANGING = ['CREATING', 'UPDATING', 'DELETING', 'PENDING'];
/** EKS lists the updates of the last days and does not say in which order; at most one of them is in progress. */
const UPDATES_MOST = 20;

type Resource = { nodegroupName?: string; addonName?: string };

/** @param eksOf the cluster's name in EKS and the API of its Region */
export function controlPlanesOver(eksOf: (cluster: string) => { name: string; eks: EksUpdateCalls }): ControlPlanes {
  return {
    async about(cluster) {
      const { name, eks } = eksOf(cluster);
      const { cluster: seen } = await eks.describeCluster({ name });
      const [version, vpc] = [seen?.version, seen?.resourcesVpcConfig?.vpcId];
      if (version === undefined || vpc === undefined) throw new Error(`EKS does not say what ${name} is`);
      return { version, vpc };
    },

    async changes(cluster) {
      const { name, eks } = eksOf(cluster);
      const clusterName = name;
      const found = await Promise.all([ofCluster(), ofGroups(), ofAddons()]);
      return found.flat();

      async function ofCluster() {
        const { cluster: seen } = await eks.describeCluster({ name });
        return changeOf('the cluster', seen?.status, {});
      }

      async function ofGroups() {
        const groups = (await groupsOf(eks, clusterName)).map(async (nodegroupName) => {
          const { nodegroup } = await eks.describeNodegroup({ clusterName, nodegroupName });
          return changeOf(`node group ${nodegroupName}`, nodegroup?.status, { nodegroupName });
        });
        return (await Promise.all(groups)).flat();
      }

      async function ofAddons() {
        const addons = (await addonsOf(eks, clusterName)).map(async (addonName) => {
          const { addon } = await eks.describeAddon({ clusterName, addonName });
          return changeOf(`add-on ${addonName}`, addon?.status, { addonName });
        });
        return (await Promise.all(addons)).flat();
      }

      async function changeOf(of: string, status: string | undefined, resource: Resource) {
        if (status === undefined) throw new Error(`EKS does not say how ${of} of ${name} is`);
        return CHANGING.includes(status) ? [await described(of, status, resource)] : [];
      }

      /** A change whose update is not found is a change all the same. */
      async function described(of: string, status: string, resource: Resource): Promise<ControlPlaneChange> {
        const update = await updateInProgress(eks, name, resource).catch(() => undefined);
        return {
          of,
          what: update?.type ?? status,
          ...(update?.id === undefined ? {} : { update: update.id }),
          ...(update?.createdAt === undefined ? {} : { since: update.createdAt }),
        };
      }
    },
  };
}

async function updateInProgress(eks: EksUpdateCalls, name: string, resource: Resource): Promise<EksUpdate | undefined> {
  const { updateIds = [] } = await eks.listUpdates({ name, ...resource });
  const updates = await Promise.all(
    updateIds.slice(0, UPDATES_MOST).map((updateId) => eks.describeUpdate({ name, updateId, ...resource })),
  );
  return updates.map(({ update }) => update).find((update) => update?.status === 'InProgress');
}

async function groupsOf(eks: EksUpdateCalls, clusterName: string): Promise<string[]> {
  return paged(async (from) => {
    const { nodegroups = [], nextToken } = await eks.listNodegroups({ clusterName, ...from });
    return { names: nodegroups, nextToken };
  });
}

async function addonsOf(eks: EksUpdateCalls, clusterName: string): Promise<string[]> {
  return paged(async (from) => {
    const { addons = [], nextToken } = await eks.listAddons({ clusterName, ...from });
    return { names: addons, nextToken };
  });
}

async function paged(
  ask: (from: { nextToken?: string }) => Promise<{ names: readonly string[]; nextToken: string | undefined }>,
): Promise<string[]> {
  const found: string[] = [];
  for (let from: { nextToken?: string } = {}; ; ) {
    const { names, nextToken } = await ask(from);
    found.push(...names);
    if (nextToken === undefined) return found;
    from = { nextToken };
  }
}
