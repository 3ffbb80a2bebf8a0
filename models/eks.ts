import type { Clock } from './clock.ts';
import type { Cluster } from './kubernetes/cluster.ts';
import { hashOf, uidOf } from './kubernetes/objects.ts';
import { KUBELET_VERSION } from './kubernetes/render/nodes.ts';
import { ServiceError } from './service-error.ts';

export interface EksOptions {
  readonly clock: Clock;
  readonly accountId?: string;
  /** How long an update of a node group's size is InProgress; the nodes themselves take their own time. */
  readonly updateMs?: number;
  /** How long a new version of a cluster, a node group or an add-on is InProgress. */
  readonly upgradeMs?: number;
  /**
   * What becomes of a minSize above the desired size when desiredSize is not sent along. `refused` is what users of the
   * service report; its documentation does not say.
   */
  readonly minAboveDesired?: 'refused' | 'raises';
}

export interface EksRegistration {
  readonly cluster: Cluster;
  readonly endpoint: string;
  /** PEM in base64, as the service gives it. */
  readonly certificateAuthorityData: string;
}

interface ScalingConfig {
  readonly minSize?: number;
  readonly maxSize?: number;
  readonly desiredSize?: number;
}

/** What an update is of: a node group, an add-on, or, with neither, the cluster itself. */
interface Updated {
  readonly clusterName: string;
  readonly nodegroupName?: string;
  readonly addonName?: string;
}

interface Update extends Updated {
  readonly id: string;
  readonly type: 'AddonUpdate' | 'ConfigUpdate' | 'VersionUpdate';
  readonly createdAt: number;
  /** Brought forward by whoever ends it. */
  endsAt: number;
  readonly params: readonly { readonly type: string; readonly value: string }[];
}

export interface Addon {
  readonly addonName: string;
  readonly addonVersion: string;
  readonly status: string;
  readonly health: { readonly issues: readonly { readonly code: string; readonly message: string }[] };
}

const usualAddons = [
  ['coredns', 'v1.12.4-eksbuild.1'],
  ['kube-proxy', 'v1.36.2-eksbuild.1'],
  ['vpc-cni', 'v1.21.0-eksbuild.1'],
] as const;

/**
 * The EKS API for the clusters that were registered: shapes and errors of the service (members are in camelCase there),
 * times in milliseconds since the epoch. It answers while a cluster is dead: the control plane's own API is another one.
 */
export class Eks {
  readonly #options: Required<EksOptions>;
  readonly #clusters = new Map<string, EksRegistration>();
  readonly #statuses = new Map<string, { status: string; issues: readonly unknown[] }>();
  readonly #addons = new Map<string, Map<string, Addon>>();
  readonly #vpcs = new Map<string, string>();
  readonly #updates: Update[] = [];

  constructor({
    clock,
    accountId = '123456789012',
    updateMs = 45_000,
    upgradeMs = 600_000,
    minAboveDesired = 'refused',
  }: EksOptions) {
    this.#options = { clock, accountId, updateMs, upgradeMs, minAboveDesired };
  }

  register(registration: EksRegistration): void {
    const { name } = registration.cluster;
    this.#clusters.set(name, registration);
    const addons = usualAddons.map(([addonName, addonVersion]): [string, Addon] => [
      addonName,
      { addonName, addonVersion, status: 'ACTIVE', health: { issues: [] } },
    ]);
    this.#addons.set(name, new Map(addons));
  }

  /** What DescribeCluster says from now on: `UPDATING` while somebody upgrades it, issues when its health suffers. */
  setStatus(name: string, status: string, issues: readonly unknown[] = []): void {
    this.#registered(name);
    this.#statuses.set(name, { status, issues });
  }

  /** The VPC that a cluster is in from now on; by default all are in one. */
  setVpc(name: string, vpcId: string): void {
    this.#registered(name);
    this.#vpcs.set(name, vpcId);
  }

  setAddon(name: string, addon: Pick<Addon, 'addonName'> & Partial<Addon>): void {
    const known = this.describeAddon({ clusterName: name, addonName: addon.addonName }).addon;
    this.#addons.get(name)?.set(addon.addonName, { ...known, ...addon });
  }

  listClusters() {
    return { clusters: [...this.#clusters.keys()] };
  }

  describeCluster({ name }: { name: string }) {
    const { cluster, endpoint, certificateAuthorityData } = this.#registered(name);
    const usual = { status: this.#inProgress({ clusterName: name }) === undefined ? 'ACTIVE' : 'UPDATING', issues: [] };
    const { status, issues } = this.#statuses.get(name) ?? usual;
    const id = (prefix: string) => `${prefix}-0${hashOf(`${prefix} ${name}`).toString(16).padStart(8, '0')}00000000`;
    const issuer = uidOf(`issuer ${name}`).replaceAll('-', '').toUpperCase();
    return {
      cluster: {
        name,
        arn: this.#arn(cluster, `cluster/${name}`),
        createdAt: cluster.inventory.bornAt,
        version: this.#versionOf(name),
        endpoint,
        roleArn: `arn:aws:iam::${this.#options.accountId}:role/${name}-cluster`,
        resourcesVpcConfig: {
          subnetIds: [id('subnet-a'), id('subnet-b'), id('subnet-c')],
          securityGroupIds: [],
          clusterSecurityGroupId: id('sg'),
          vpcId: this.#vpcs.get(name) ?? 'vpc-0a1b2c3d4e5f60718',
          endpointPublicAccess: false,
          endpointPrivateAccess: true,
          publicAccessCidrs: [],
        },
        kubernetesNetworkConfig: { serviceIpv4Cidr: '172.20.0.0/16', ipFamily: 'ipv4' },
        identity: { oidc: { issuer: `https://oidc.eks.${cluster.region}.amazonaws.com/id/${issuer}` } },
        status,
        certificateAuthority: { data: certificateAuthorityData },
        platformVersion: 'eks.5',
        tags: {},
        health: { issues },
        accessConfig: { authenticationMode: 'API' },
      },
    };
  }

  listNodegroups({ clusterName }: { clusterName: string }) {
    const { name, pool } = this.#registered(clusterName).cluster.nodes;
    return { nodegroups: pool ? [] : [name] };
  }

  describeNodegroup({ clusterName, nodegroupName }: { clusterName: string; nodegroupName: string }) {
    const cluster = this.#withNodegroup(clusterName, nodegroupName);
    const { min, max, desired } = cluster.nodes;
    return {
      nodegroup: {
        nodegroupName,
        nodegroupArn: this.#arn(cluster, `nodegroup/${clusterName}/${nodegroupName}/${uidOf(nodegroupName)}`),
        clusterName,
        version: '1.36',
        releaseVersion: `${KUBELET_VERSION.slice(1)}`,
        createdAt: cluster.inventory.bornAt,
        status: this.#inProgress({ clusterName, nodegroupName }) === undefined ? 'ACTIVE' : 'UPDATING',
        capacityType: 'ON_DEMAND',
        scalingConfig: { minSize: min, maxSize: max, desiredSize: desired },
        instanceTypes: ['m6i.xlarge'],
        amiType: 'AL2023_x86_64_STANDARD',
        health: { issues: [] },
      },
    };
  }

  /** Asynchronous: the answer is an update that is InProgress; nodes come and go in the cluster's own time. */
  updateNodegroupConfig(input: { clusterName: string; nodegroupName: string; scalingConfig?: ScalingConfig }) {
    const { clusterName, nodegroupName, scalingConfig = {} } = input;
    const cluster = this.#withNodegroup(clusterName, nodegroupName);
    this.#mustBeActive({ clusterName, nodegroupName }, 'Nodegroup');
    const size = this.#newSize(cluster, scalingConfig);
    cluster.resize(size);
    const params = { MinSize: String(size.min), MaxSize: String(size.max), DesiredSize: String(size.desired) };
    return this.#begin({ clusterName, nodegroupName }, 'ConfigUpdate', params);
  }

  /** Another release for the nodes of a group, which are replaced one after the other; the model keeps the nodes it has. */
  updateNodegroupVersion(input: {
    clusterName: string;
    nodegroupName: string;
    version?: string;
    releaseVersion?: string;
  }) {
    const { clusterName, nodegroupName, version, releaseVersion } = input;
    this.#withNodegroup(clusterName, nodegroupName);
    this.#mustBeActive({ clusterName, nodegroupName }, 'Nodegroup');
    const params = { Version: version ?? this.#versionOf(clusterName), ReleaseVersion: releaseVersion ?? '' };
    return this.#begin({ clusterName, nodegroupName }, 'VersionUpdate', params);
  }

  /** One minor version up. The clusters' own Kubernetes API stays what it is. */
  updateClusterVersion({ name, version }: { name: string; version: string }) {
    this.#registered(name);
    this.#mustBeActive({ clusterName: name }, 'Cluster');
    const now = this.#versionOf(name);
    if (minorOf(version) !== minorOf(now) + 1)
      throw invalid(`Unsupported Kubernetes minor version update from ${now} to ${version}`);
    return this.#begin({ clusterName: name }, 'VersionUpdate', { Version: version });
  }

  updateAddon({
    clusterName,
    addonName,
    addonVersion,
  }: {
    clusterName: string;
    addonName: string;
    addonVersion?: string;
  }) {
    const { addon } = this.describeAddon({ clusterName, addonName });
    this.#mustBeActive({ clusterName, addonName }, 'Addon');
    return this.#begin({ clusterName, addonName }, 'AddonUpdate', { AddonVersion: addonVersion ?? addon.addonVersion });
  }

  /** Every new version that is still InProgress is there now. */
  endUpgrades(): void {
    const now = this.#options.clock.now();
    for (const one of this.#updates) if (one.type !== 'ConfigUpdate' && !this.#isOver(one)) one.endsAt = now;
  }

  describeUpdate(input: { name: string; updateId: string; nodegroupName?: string; addonName?: string }) {
    this.#registered(input.name);
    const update = this.#updates.find(
      ({ id, clusterName, nodegroupName, addonName }) =>
        id === input.updateId &&
        clusterName === input.name &&
        (input.nodegroupName === undefined || input.nodegroupName === nodegroupName) &&
        (input.addonName === undefined || input.addonName === addonName),
    );
    if (update === undefined) throw notFound(`No update found for ID: ${input.updateId}`);
    return { update: this.#described(update) };
  }

  /** Without a nodegroupName and an addonName only updates of the cluster itself are listed. */
  listUpdates({ name, nodegroupName, addonName }: { name: string; nodegroupName?: string; addonName?: string }) {
    this.#registered(name);
    const own = this.#updates.filter((one) => isOf(one, { clusterName: name, nodegroupName, addonName }));
    return { updateIds: own.map(({ id }) => id) };
  }

  listAddons({ clusterName }: { clusterName: string }) {
    this.#registered(clusterName);
    return { addons: [...(this.#addons.get(clusterName)?.keys() ?? [])] };
  }

  describeAddon({ clusterName, addonName }: { clusterName: string; addonName: string }) {
    const { cluster } = this.#registered(clusterName);
    const addon = this.#addons.get(clusterName)?.get(addonName);
    if (addon === undefined) throw notFound(`No addon: ${addonName} found in cluster: ${clusterName}`);
    const addonArn = this.#arn(cluster, `addon/${clusterName}/${addonName}/${uidOf(addonName)}`);
    const addonVersion = this.#lastOver({ clusterName, addonName })?.params[0]?.value ?? addon.addonVersion;
    const status = this.#inProgress({ clusterName, addonName }) === undefined ? addon.status : 'UPDATING';
    return { addon: { ...addon, addonVersion, status, clusterName, addonArn, createdAt: cluster.inventory.bornAt } };
  }

  #newSize(cluster: Cluster, { minSize, maxSize, desiredSize }: ScalingConfig) {
    const now = cluster.nodes;
    const min = minSize ?? now.min;
    const max = maxSize ?? now.max;
    const raises = this.#options.minAboveDesired === 'raises' && desiredSize === undefined;
    const desired = raises ? Math.max(now.desired, min) : (desiredSize ?? now.desired);
    if (min > max) throw invalid(`Minimum capacity ${min} can't be greater than maximum size ${max}`);
    if (min > desired) throw invalid(`Minimum capacity ${min} can't be greater than desired size ${desired}`);
    if (desired > max) throw invalid(`desired capacity ${desired} can't be greater than max size ${max}`);
    return { min, max, desired };
  }

  #begin(updated: Updated, type: Update['type'], params: Readonly<Record<string, string>>) {
    const { clock, updateMs, upgradeMs } = this.#options;
    const update: Update = {
      ...updated,
      id: uidOf(`update ${updated.clusterName} ${this.#updates.length}`),
      type,
      createdAt: clock.now(),
      endsAt: clock.now() + (type === 'ConfigUpdate' ? updateMs : upgradeMs),
      params: Object.entries(params).map(([name, value]) => ({ type: name, value })),
    };
    this.#updates.push(update);
    return { update: this.#described(update) };
  }

  #mustBeActive(updated: Updated, what: 'Addon' | 'Cluster' | 'Nodegroup'): void {
    if (this.#inProgress(updated) === undefined) return;
    const message = `${what} cannot be updated as it is currently not in Active State`;
    throw new ServiceError('ResourceInUseException', message, 409);
  }

  #inProgress(updated: Updated): Update | undefined {
    return this.#updates.find((one) => isOf(one, updated) && !this.#isOver(one));
  }

  #lastOver(updated: Updated): Update | undefined {
    return this.#updates.findLast((one) => isOf(one, updated) && this.#isOver(one));
  }

  #versionOf(clusterName: string): string {
    return this.#lastOver({ clusterName })?.params[0]?.value ?? '1.36';
  }

  #isOver({ endsAt }: Update): boolean {
    return this.#options.clock.now() >= endsAt;
  }

  #described(update: Update) {
    const { id, type, params, createdAt } = update;
    const status = this.#isOver(update) ? 'Successful' : 'InProgress';
    return { id, status, type, params, createdAt, errors: [] };
  }

  #registered(name: string): EksRegistration {
    const found = this.#clusters.get(name);
    if (found === undefined) throw notFound(`No cluster found for name: ${name}.`);
    return found;
  }

  #withNodegroup(clusterName: string, nodegroupName: string): Cluster {
    const { cluster } = this.#registered(clusterName);
    if (cluster.nodes.name !== nodegroupName || cluster.nodes.pool)
      throw notFound(`No node group found for name: ${nodegroupName}.`);
    return cluster;
  }

  #arn({ region }: Cluster, resource: string): string {
    return `arn:aws:eks:${region}:${this.#options.accountId}:${resource}`;
  }
}

function isOf(
  update: Updated,
  { clusterName, nodegroupName, addonName }: Record<keyof Updated, string | undefined> | Updated,
): boolean {
  return update.clusterName === clusterName && update.nodegroupName === nodegroupName && update.addonName === addonName;
}

function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}

function notFound(message: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', message, 404);
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message, 400);
}
