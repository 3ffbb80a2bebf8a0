/**
 * The stage behind sockets: everything is asked as somebody would who has the addresses and nothing else. AWS through its SDK,
 * names through DNS, clusters through their API; customers and the change log through the lab's own controls.
 */
import { switchRunsClient } from '../../adapters/aws/clients/switch-runs.ts';
import { activeName } from '../../adapters/aws/published.ts';
import { systemClock } from '../../adapters/clock/system.ts';
import { ClusterUnreachable } from '../../core/errors.ts';
import type { Ledger } from '../../core/ledger/ledger.ts';
import { readyFraction } from '../../core/observe/readiness.ts';
import { pairOf } from '../../core/topology/pair.ts';
import type { Lab } from '../../lab/lab.ts';
import type { CustomerFigures, Stage } from '../../lab/stage.ts';
import { connect } from '../aws-console.ts';

type Locks = Stage['locks'];

const TIMEOUT_MILLISECONDS = 10_000;
const TTL_QUOTES = /^"|"$/g;

/** @param environment where AWS and DNS are, as `throwover lab env` prints it, without its clock: who looks is outside of lab time */
export async function wireStage(lab: Lab, environment: Readonly<Record<string, string>>): Promise<Stage> {
  const { file, topology, time } = lab;
  const pair = pairOf(topology);
  const console = await connect(topology, environment);
  const runs = switchRunsClient({ clock: systemClock, region: file.region, timeoutMilliseconds: TIMEOUT_MILLISECONDS });
  const asked = async (path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(
      `${file.endpoint}/_lab${path}`,
      body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
    );
    const answer = (await response.json()) as { error?: string };
    if (!response.ok) throw new Error(answer.error ?? `the lab says ${response.status}`);
    return answer;
  };
  const nameServers = await console.dns.serversOf(`${pair.zones[0]?.name}.`);
  let started = 0;

  return {
    place: `the lab at ${file.endpoint}, names at ${file.dns}`,
    sockets: true,
    nameServers,
    now: async () => time.clock.now(),
    pass: async (milliseconds) => {
      await asked('/clock/pass', { milliseconds });
    },
    inflict: async (fault, name) => {
      await asked('/fault', { fault, name });
    },
    start: (input) => runs.start(file.stateMachineArn, `demo-${++started}`, JSON.stringify(input)),
    publish: async (messages) => {
      await asked('/signals', { messages });
    },
    rehearse: (input) => runs.start(lab.world.machines.drill, `demo-${++started}`, JSON.stringify(input)),
    answer: (input) => runs.start(lab.world.machines.answer, `demo-${++started}`, JSON.stringify(input)),
    executions: () => runs.recent(file.stateMachineArn),
    history: (arn) => runs.history(arn),
    describe: async (arn) => (await runs.describe(arn)) ?? { status: 'unknown' },
    ledger: async (name) =>
      (await (await console.deployed()).ledger.read(name)) as Readonly<Record<string, unknown>> | undefined,
    locks: {
      read: async (name) => (await (await console.deployed()).locks.read(name)) as Awaited<ReturnType<Locks['read']>>,
      write: async (next, rev) => (await console.deployed()).locks.write(next as unknown as Ledger, rev),
    },
    ledgerEvents: async (name, epoch) => (await console.deployed()).ledger.events(name, epoch),
    notes: async (name, prefix) => (await console.deployed()).notes.list(name, prefix),
    parameter: async (name) =>
      name === activeName(pair.name) ? (await console.published.read(pair.name)).active : undefined,
    configMaps: async () => {
      const read = await Promise.all(
        Object.keys(pair.clusters).map(async (name) => [name, await console.clusters.readFence(name)] as const),
      );
      return Object.fromEntries(
        read.flatMap(([name, fence]) => (fence.kind === 'fence' ? [[name, fence.data] as const] : [])),
      );
    },
    pods: async (cluster) => {
      try {
        return readyFraction(await console.clusters.workloads(cluster));
      } catch (cause) {
        if (cause instanceof ClusterUnreachable) return undefined;
        throw cause;
      }
    },
    dns: async (server, name, type) => {
      const { addresses, texts } = await console.dns.askServer(server, name, type);
      return type === 'TXT' ? texts.map((text) => text.replace(TTL_QUOTES, '')) : addresses;
    },
    changeLog: async () => (await asked('/changes')) as Awaited<ReturnType<Stage['changeLog']>>,
    route53: async () => (await asked('/route53')) as Awaited<ReturnType<Stage['route53']>>,
    customers: async (faultAt) => (await asked('/customers', { faultAt })) as CustomerFigures,
    close: async () => {
      console.close();
      await lab.close();
    },
  };
}
