/**
 * A real Prometheus sees that a cluster does not answer, a real Alertmanager tells the lab's topic, and the traffic moves:
 * rule, receiver and template are those of docs/reference/signals.md. The slowest test there is: programs that nobody here
 * wrote live by the time of this machine, so the lab does too, and as fast: a second is a second. A death is confirmed for
 * `confirmSeconds` (60 at least), so nothing else may take long.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { ledgerStoreOver } from '../../adapters/aws/ledger-store.ts';
import { notesOver } from '../../adapters/aws/notes.ts';
import { systemClock } from '../../adapters/clock/system.ts';
import { dynamoDbCalls } from '../../adapters/memory/calls.ts';
import { builtFunctions } from '../../cli/lab/built-functions.ts';
import { outputTo } from '../../cli/output.ts';
import { keptIn, SIGNALS } from '../../core/signals/kept.ts';
import { type Lab, startLab } from '../../lab/lab.ts';
import { TABLE } from '../../lab/world.ts';
import { labTopology } from '../lab-topology.ts';
import { peer, peerPath } from '../peers.ts';

const SPEED = 1;
/** Users have moved after 75 s, of which 60 confirm the death; the rest is patience with a machine that has more to do. */
const LONGEST_SECONDS = 180;
const CANARY = 'canary.blue.example.test';
const document = readFileSync(new URL('../../docs/reference/signals.md', import.meta.url), 'utf8');

let folder: string;
let lab: Lab;
let exporter: Server;
const programs: ChildProcess[] = [];

/** The block of the page that begins so, as somebody would copy it. */
function copied(beginning: string): string {
  const block = [...document.matchAll(/```\w+\n([\s\S]*?)```/g)].find(([, code = '']) => code.startsWith(beginning));
  if (block?.[1] === undefined) throw new Error(`docs/reference/signals.md has no block that begins with ${beginning}`);
  return block[1];
}

/** The text with something of this machine in the place of something of the page, which must be there. */
function replaced(text: string, ...changes: readonly (readonly [string, string])[]): string {
  return changes.reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`nothing is called ${from} there`);
    return changed.replace(from, to);
  }, text);
}

beforeAll(async () => {
  if (peerPath('prometheus') === undefined || peerPath('alertmanager') === undefined) return;
  folder = mkdtempSync(join(tmpdir(), 'throwover-alertmanager-'));
  mkdirSync(join(folder, 'lab'));
  const nobody = { write: () => true };
  const topology = labTopology();
  // this machine may be busy
  const patient = { timeoutSeconds: 8, apiTimeoutSeconds: 8, dnsTimeoutSeconds: 8 };
  for (const pair of Object.values(topology.pairs)) Object.assign(pair.probe, patient);
  lab = await startLab({
    topology,
    seed: 1,
    active: 'blue',
    speed: SPEED,
    startsAt: systemClock.now(),
    ports: { aws: 0, dns: 0, http: 0, https: 0, kubernetes: 0 },
    folder: join(folder, 'lab'),
    dist: await builtFunctions({ output: outputTo(nobody, nobody, {}) }),
    customers: false,
  });
  await lab.activated;
  // only Alertmanager shall tell
  lab.world.eventBridge.disableRule({ Name: 'throwover-shop-alarms' });
  exporter = await blackboxExporter();
}, 120_000);

afterAll(async () => {
  for (const program of programs) program.kill('SIGKILL');
  exporter?.close();
  await lab?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

/** Says as a blackbox exporter would whether the canary of blue answers through its load balancer. */
async function blackboxExporter(): Promise<Server> {
  const { hostname, port } = new URL(lab.file.clusters.blue?.http ?? '');
  const asked = () =>
    new Promise<boolean>((resolve) => {
      const question = get({ host: hostname, port, path: '/healthz', headers: { host: CANARY }, timeout: 2_000 });
      question.on('response', (answer) => {
        answer.resume();
        resolve((answer.statusCode ?? 500) < 400);
      });
      question.on('timeout', () => question.destroy());
      question.on('error', () => resolve(false));
    });
  const server = createServer(async (_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(`probe_success ${(await asked()) ? 1 : 0}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Neither of the two programs says which port it took, so they are given one that was free. */
async function freePort(): Promise<number> {
  const socket = createSocket();
  await new Promise<void>((resolve) => socket.listen(0, '127.0.0.1', resolve));
  const { port } = socket.address() as AddressInfo;
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

function started(program: 'prometheus' | 'alertmanager', context: TestContext, args: readonly string[]): () => string {
  let said = '';
  const child = spawn(peer(program, context), args, { stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr.on('data', (text: Buffer) => {
    said = `${said}${text}`.slice(-4_000);
  });
  programs.push(child);
  return () => said;
}

async function alertmanager(context: TestContext): Promise<{ address: string; said: () => string }> {
  const own = join(folder, 'alertmanager');
  mkdirSync(own);
  const settings = replaced(
    copied('# alertmanager.yml'),
    ['throwover-prod-signals', 'throwover-lab-signals'],
    ['sigv4:', `api_url: ${lab.file.endpoint}\n        sigv4:`],
    ['region: eu-west-1', 'region: eu-west-1\n          access_key: alertmanager\n          secret_key: of-the-test'],
  );
  writeFileSync(join(own, 'alertmanager.yml'), settings);
  writeFileSync(join(own, 'throwover.tmpl'), copied('{{ define "throwover.sns" }}'));
  const address = `127.0.0.1:${await freePort()}`;
  const said = started('alertmanager', context, [
    `--config.file=${join(own, 'alertmanager.yml')}`,
    `--storage.path=${own}`,
    `--web.listen-address=${address}`,
    '--cluster.listen-address=',
  ]);
  return { address, said };
}

async function prometheus(context: TestContext, alertmanagerAddress: string): Promise<() => string> {
  const own = join(folder, 'prometheus');
  mkdirSync(own);
  const { port } = exporter.address() as AddressInfo;
  writeFileSync(join(own, 'rules.yml'), replaced(copied('# rules.yml'), ['for: 30s', 'for: 1s']));
  const settings = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: [join(own, 'rules.yml')],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanagerAddress] }] }] },
    scrape_configs: [
      { job_name: 'canary', static_configs: [{ targets: [`127.0.0.1:${port}`], labels: { cluster: 'blue' } }] },
    ],
  };
  // JSON is YAML
  writeFileSync(join(own, 'prometheus.yml'), JSON.stringify(settings));
  return started('prometheus', context, [
    `--config.file=${join(own, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(own, 'data')}`,
    `--web.listen-address=127.0.0.1:${await freePort()}`,
  ]);
}

async function until<T>(what: string, found: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (let second = 0; second < LONGEST_SECONDS; second++) {
    const there = await found();
    if (there !== undefined) return there;
    await systemClock.wait(1_000);
  }
  throw new Error(`${what} did not come within ${LONGEST_SECONDS} s`);
}

/** The table, without a network in between. */
function atHand() {
  const atOnce = async () => {};
  return dynamoDbCalls(lab.world.dynamoDb, { out: atOnce, back: atOnce });
}

async function signals() {
  const notes = notesOver(atHand(), TABLE);
  return (await notes.list('shop', SIGNALS)).flatMap((note) => keptIn(note) ?? []);
}

/** When it came where, for whoever has to find out why it took so long. */
function statesOf(arn: string): string {
  const history = lab.world.stepFunctions.executionOf(arn).history;
  return history
    .flatMap(({ timestamp, stateEnteredEventDetails: entered }) =>
      entered === undefined ? [] : [`${new Date(timestamp).toISOString().slice(11, 19)} ${entered.name}`],
    )
    .join('\n');
}

const failover = () =>
  lab.world.stepFunctions
    .listExecutions({ stateMachineArn: lab.file.stateMachineArn })
    .executions.find(({ name }) => name.endsWith('-failover'));

/** Of the users of every name that moves, the smallest share that Route 53 sends there. */
function shareOfGreen(): number {
  const { route53, pair } = lab.world;
  const hosts = Object.values(pair.services).flatMap((service) => service.hosts);
  return Math.min(...hosts.map((host) => route53.shares({ name: `${host}.`, type: 'A' }).get('green') ?? 0));
}

describe('a real Prometheus and a real Alertmanager', () => {
  it('see a cluster die, tell the topic, and its traffic moves', async (context) => {
    peer('prometheus', context);
    const { address, said } = await alertmanager(context);
    const prometheusSaid = await prometheus(context, address);
    await systemClock.wait(3_000);
    expect(await signals()).toEqual([]);
    lab.world.clusters.blue?.inflict('kill');
    const first = await until('a signal', async () => (await signals())[0]).catch((cause: Error) => {
      throw new Error(`${cause.message}\nAlertmanager: ${said()}\nPrometheus: ${prometheusSaid()}`);
    });
    expect(first).toMatchObject({ source: 'alertmanager', name: 'ClusterDoesNotAnswer', state: 'alarm' });
    const run = await until('a failover', failover);
    // what the run does after its last batch is not what is asked here, and takes another minute of this machine's
    await until('users on green', () => (shareOfGreen() === 1 ? true : undefined)).catch((cause: Error) => {
      throw new Error(`${cause.message}\n${statesOf(run.executionArn)}`);
    });
    const [signal] = await signals();
    expect(signal).toMatchObject({ did: 'started', run: run.name });
    expect(await ledgerStoreOver(atHand(), TABLE, '').read('shop')).toMatchObject({ run: run.name, epoch: 2 });
  }, 240_000);
});
