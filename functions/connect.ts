/**
 * The ports on AWS, one function each, so that a bundle holds the clients of the ports its function uses and no others.
 * Clients are made on the cold start and kept.
 */
import { alarmsOver } from '../adapters/aws/alarms.ts';
import { announcerOver } from '../adapters/aws/announcer.ts';
import { balancerMetricsOver } from '../adapters/aws/balancer-metrics.ts';
import { alarmsClient } from '../adapters/aws/clients/alarms.ts';
import { cloudWatchClient } from '../adapters/aws/clients/cloudwatch.ts';
import type { Connection, Credentials } from '../adapters/aws/clients/connection.ts';
import { dynamoDbClient } from '../adapters/aws/clients/dynamodb.ts';
import { dynamoDbUpdateClient } from '../adapters/aws/clients/dynamodb-update.ts';
import { eksClient } from '../adapters/aws/clients/eks.ts';
import { eksUpdatesClient } from '../adapters/aws/clients/eks-updates.ts';
import { defaultProvider } from '../adapters/aws/clients/environment-credentials.ts';
import { eventBridgeClient } from '../adapters/aws/clients/event-bridge.ts';
import { lambdaClient } from '../adapters/aws/clients/lambda.ts';
import { route53Client } from '../adapters/aws/clients/route53.ts';
import { s3Client } from '../adapters/aws/clients/s3.ts';
import { ssmClient } from '../adapters/aws/clients/ssm.ts';
import { stepFunctionsClient } from '../adapters/aws/clients/step-functions.ts';
import { taskTokensClient } from '../adapters/aws/clients/task-tokens.ts';
import { doorTo } from '../adapters/aws/cluster-doors.ts';
import { clusterMetricsOver } from '../adapters/aws/cluster-metrics.ts';
import { controlPlanesOver } from '../adapters/aws/control-planes.ts';
import { executionsOver } from '../adapters/aws/executions.ts';
import { functionsOver } from '../adapters/aws/functions.ts';
import { ledgerStoreOver } from '../adapters/aws/ledger-store.ts';
import { type LockStore, lockStoreOver } from '../adapters/aws/lock-store.ts';
import { functionName, ledgerId, machineArn, recordsBucket, tableName } from '../adapters/aws/names.ts';
import { nodeGroupsOver } from '../adapters/aws/node-groups.ts';
import { notesOver } from '../adapters/aws/notes.ts';
import { publishedOver } from '../adapters/aws/published.ts';
import { recordsOver } from '../adapters/aws/records.ts';
import { signedForWorkspaces } from '../adapters/aws/signed-queries.ts';
import { waitingOver } from '../adapters/aws/waiting.ts';
import { zonesOver } from '../adapters/aws/zones.ts';
import { dnsOver } from '../adapters/dns/dns.ts';
import { probeOver } from '../adapters/http/http.ts';
import { clustersOver } from '../adapters/kubernetes/clusters.ts';
import { httpsTransport } from '../adapters/kubernetes/https.ts';
import { UnknownCluster } from '../core/topology/pair.ts';
import type { Cluster, Pair } from '../core/topology/schema.ts';
import type { Place } from './place.ts';
import type { World } from './world.ts';

/** Longer than tend-cluster works in a cluster that answers; shorter than whoever calls it may run. */
const INSIDE_MILLISECONDS = 45_000;
/** A cold start and one call; a run that has ended does not wait longer for its record. */
const KEEP_MILLISECONDS = 10_000;
/** A look may wait for an API and for everything that is asked of it afterwards; who has to wait longer is blind. */
const LOOK_MILLISECONDS = 20_000;

export function ledgerOn(place: Place): World['ledger'] {
  const { deployment } = place;
  return ledgerStoreOver(dynamoDbClient(connection(place)), tableName(deployment), ledgerId(deployment));
}

/** For pipelines, which change nothing of the ledger but its locks. */
export function locksOn(place: Place): LockStore {
  return lockStoreOver(ledgerOn(place), dynamoDbUpdateClient(connection(place)), tableName(place.deployment));
}

export function notesOn(place: Place): World['notes'] {
  return notesOver(dynamoDbClient(connection(place)), tableName(place.deployment));
}

export function zonesOn(place: Place): World['zones'] {
  const zones = Object.values(place.topology.pairs).flatMap((pair) => pair.zones);
  const roleOf = new Map(zones.flatMap(({ id, roleArn }) => (roleArn === undefined ? [] : [[id, roleArn]])));
  return zonesOver(route53Client(connection(place), roleOf), place.clock);
}

export function publishedOn(place: Place): World['published'] {
  return publishedOver(ssmClient(connection(place)));
}

export function announcerOn(place: Place): World['announcer'] {
  return announcerOver(eventBridgeClient(connection(place)));
}

export function alarmsOn(place: Place): World['alarms'] {
  return alarmsOver(alarmsClient(connection(place)));
}

/** By way of the function `announce`. */
export function announcerThrough(place: Place): World['announcer'] {
  const lambda = lambdaClient({ ...connection(place), timeoutMilliseconds: LOOK_MILLISECONDS });
  const functions = functionsOver(lambda, (key) => functionName(place.deployment, key));
  return { announce: async (notice) => void (await functions.call('announce', notice)) };
}

export function recordsOn(place: Place): World['records'] {
  return recordsOver(s3Client(connection(place)), recordsBucket(place.deployment));
}

/** By way of the function `keep-record`. */
export function recordsThrough(place: Place): World['records'] {
  const lambda = lambdaClient({ ...connection(place), timeoutMilliseconds: KEEP_MILLISECONDS });
  const functions = functionsOver(lambda, (key) => functionName(place.deployment, key));
  return { keep: async (key, record) => void (await functions.call('keep-record', { key, record })) };
}

export function executionsOn(place: Place): World['executions'] {
  const machines = { switch: machineArn(place.deployment, 'switch') };
  return executionsOver(stepFunctionsClient(connection(place)), machines);
}

export function waitingOn(place: Place): World['waiting'] {
  return waitingOver(taskTokensClient(connection(place)));
}

export function insideOn(place: Place): World['inside'] {
  const lambda = lambdaClient({ ...connection(place), timeoutMilliseconds: INSIDE_MILLISECONDS });
  return functionsOver(lambda, (key) => functionName(place.deployment, key));
}

export function observersOn(place: Place): World['observers'] {
  const lambda = lambdaClient({ ...connection(place), timeoutMilliseconds: LOOK_MILLISECONDS });
  const functions = functionsOver(lambda, (key) => functionName(place.deployment, key));
  return { look: (observer, input) => functions.call(`observe-${observer}`, input) };
}

export function metricsOn(place: Place): World['metrics'] {
  const cloudWatchIn = perRegion(place, cloudWatchClient);
  const sources = new Map(
    clusters(place).flatMap(([, { region, loadBalancer }]) =>
      loadBalancer.metrics === undefined
        ? []
        : [[loadBalancer.host, { cloudWatch: cloudWatchIn(region), ...loadBalancer.metrics }]],
    ),
  );
  return {
    ...balancerMetricsOver((balancer, ring) => {
      const source = sources.get(balancer);
      if (ring === undefined || source === undefined) return source;
      const dimensions = source.rings[ring];
      return dimensions && { ...source, dimensions };
    }, place.clock),
    ...clusterMetricsOver((name) => {
      const { eksName, region } = clusterCalled(place, name);
      return { eksName, cloudWatch: cloudWatchIn(region) };
    }, place.clock),
  };
}

export function nodeGroupsOn(place: Place): World['nodeGroups'] {
  const eksIn = perRegion(place, eksClient);
  return nodeGroupsOver((cluster) => {
    const { eksName, region } = clusterCalled(place, cluster);
    return { name: eksName, eks: eksIn(region) };
  });
}

export function controlPlanesOn(place: Place): World['controlPlanes'] {
  const eksIn = perRegion(place, eksUpdatesClient);
  return controlPlanesOver((cluster) => {
    const { eksName, region } = clusterCalled(place, cluster);
    return { name: eksName, eks: eksIn(region) };
  });
}

export function clustersOn(place: Place): World['clusters'] {
  const eksIn = perRegion(place, eksClient);
  return clustersOver(
    httpsTransport({
      clock: place.clock,
      timeoutMilliseconds: longest(place, 'apiTimeoutSeconds'),
      doorOf: (cluster) => {
        const { eksName, region } = clusterCalled(place, cluster);
        return doorTo(eksName, region, eksIn(region), place.clock);
      },
    }),
  );
}

export function dnsOn(place: Place): World['dns'] {
  const { clock, resolver } = place;
  return dnsOver({ clock, resolver, timeoutMilliseconds: longest(place, 'dnsTimeoutSeconds') });
}

/** @param credentials what a query to a managed Prometheus is signed with: left out, the function's own */
export function probeOn(place: Place, credentials: () => Promise<Credentials> = defaultProvider()): World['probe'] {
  const { clock, lab } = place;
  return probeOver({
    clock,
    dns: dnsOn(place),
    timeoutMilliseconds: longest(place, 'timeoutSeconds'),
    loopback: lab,
    sign: signedForWorkspaces(clock, credentials),
  });
}

/** The person's at the terminal, wherever the SDK finds them. */
export function credentialsOn(place: Place): () => Promise<Credentials> {
  const eks = eksClient(connection(place));
  return () => eks.credentials();
}

function connection(place: Place, region = place.deployment.region): Connection {
  return { clock: place.clock, region, timeoutMilliseconds: longest(place, 'apiTimeoutSeconds') };
}

/** Ports do not know pairs: the longest that any of them allows. */
function longest({ topology }: Place, timeout: 'timeoutSeconds' | 'apiTimeoutSeconds' | 'dnsTimeoutSeconds'): number {
  return 1000 * Math.max(...Object.values(topology.pairs).map(({ probe }: Pair) => probe[timeout]));
}

function perRegion<Client>(place: Place, make: (connection: Connection) => Client): (region: string) => Client {
  const made = new Map<string, Client>();
  return (region) => {
    const client = made.get(region) ?? make(connection(place, region));
    made.set(region, client);
    return client;
  };
}

function clusters({ topology }: Place): [string, Cluster][] {
  return Object.values(topology.pairs).flatMap((pair) => Object.entries(pair.clusters));
}

function clusterCalled(place: Place, name: string): Cluster {
  const [, cluster] = clusters(place).find(([known]) => known === name) ?? [];
  if (cluster === undefined) throw new UnknownCluster(`there is no cluster ${name} in any pair`);
  return cluster;
}
