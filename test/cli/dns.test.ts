/** `throwover dns doctor`: Deployments and annotations of two clusters behind sockets, records of the lab's zones. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromAws } from '../../adapters/aws/record-shape.ts';
import type { Console } from '../../cli/console.ts';
import type { DnsFinding } from '../../core/external-dns/finding.ts';
import { pairOf } from '../../core/topology/index.ts';
import { zoneContents } from '../../lab/world/zones.ts';
import { externalDnsArgs } from '../../models/kubernetes/standard-cluster.ts';
import { type Served, served } from '../clusters/served.ts';
import { labTopology } from '../lab-topology.ts';
import { call } from './call.ts';

const topology = labTopology();
const pair = pairOf(topology);

let clusters: Served;
beforeEach(async () => {
  clusters = await served('installed');
});
afterEach(() => clusters.close());

function throwover(words: string, read = recordsOf) {
  const console = { topology, zones: { read }, close: () => {} };
  return call(['dns', ...words.split(' ')], {
    env: { KUBECONFIG: clusters.kubeconfig },
    connect: async () => console as unknown as Console,
  });
}

/** The services that the served clusters have. */
async function recordsOf(id: string) {
  const zone = pair.zones.find((one) => one.id === id);
  if (zone === undefined) throw new Error('no such zone');
  return zoneContents(pair, zone, 'blue')
    .map(fromAws)
    .filter(({ name }) => !name.includes('cart.'));
}

async function findings(words: string): Promise<DnsFinding[]> {
  const { stdout } = await throwover(`${words} --json`);
  return (JSON.parse(stdout) as { findings: DnsFinding[] }).findings;
}

function install(cluster: 'blue' | 'green', args: string[]): void {
  const containers = [{ name: 'external-dns', image: 'external-dns:v0.23.0', args }];
  const template = { metadata: { labels: { app: 'external-dns' } }, spec: { containers } };
  clusters.clusters[cluster].install('deployments', 'external-dns', 'external-dns', {
    spec: { replicas: 1, selector: { matchLabels: { app: 'external-dns' } }, template },
  });
}

describe('throwover dns doctor', () => {
  it('finds nothing in a pair that is fit: exit code 0', async () => {
    const { exitCode, stdout, stderr } = await throwover('doctor');
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stdout: 'ok  both ExternalDNS can live beside a move\n',
      stderr: '',
    });
  });

  it('finds an owner that both share, with what to do, by the arguments of the Deployments: exit code 3', async () => {
    install('green', externalDnsArgs('blue'));
    const { exitCode, stdout } = await throwover('doctor');
    expect(exitCode).toBe(3);
    expect(stdout).toContain('MUST    SharedOwner: ');
    expect(stdout).toContain('--txt-owner-id=blue, --txt-owner-id=green');
    expect(stdout).toContain('docs/runbook/external-dns.md');
    expect((await findings('doctor')).map(({ name }) => name)).toContain('SyncWithSharedOwner');
  });

  it('says what only makes a move slower, and holds nothing: exit code 0', async () => {
    install('green', [...externalDnsArgs('green'), '--interval=3m']);
    const { exitCode, stdout } = await throwover('doctor');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('SHOULD  LongInterval: external-dns/external-dns of green loops every 180 s');
  });

  it('sees an Ingress that is gone while its record is there', async () => {
    const { inventory } = clusters.clusters.blue;
    inventory.drop('ingresses', 'shop/shop');
    expect((await findings('doctor')).map(({ name, what }) => [name, what])).toEqual([
      ['NoSource', 'shop.example.test. of blue is there for ingress/shop/shop, which is not'],
    ]);
  });

  it('judges the zones all the same when a cluster does not answer, and says what it did not see', async () => {
    clusters.clusters.green.inflict('etcd-frozen');
    clusters.clusters.green.inflict('api-down');
    const { exitCode, stdout } = await throwover('doctor');
    expect(exitCode).toBe(3);
    expect(stdout).toContain('MUST    NotSeen: cluster green could not be read: ');
  });

  it('is exit code 1 when nothing answers, 2 for another action', async () => {
    for (const cluster of Object.values(clusters.clusters)) cluster.inflict('api-down');
    const down = await throwover('doctor', async () => {
      throw new Error('no answer');
    });
    expect(down.exitCode).toBe(1);
    expect(down.stderr).toContain('zone example.test: no answer');
    expect((await throwover('mend')).exitCode).toBe(2);
  });
});
