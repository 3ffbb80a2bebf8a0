/**
 * The two sides of every port: over models in this process, and over the SDK, DNS, HTTPS and sockets of the lab. The same
 * sentences are held against both, so that what is proved on models is true on the wire.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabClock } from '../../../adapters/clock/lab.ts';
import { pairOf } from '../../../core/topology/index.ts';
import {
  alarmsOn,
  announcerOn,
  clustersOn,
  controlPlanesOn,
  dnsOn,
  executionsOn,
  insideOn,
  ledgerOn,
  metricsOn,
  nodeGroupsOn,
  notesOn,
  observersOn,
  probeOn,
  publishedOn,
  recordsOn,
  waitingOn,
  zonesOn,
} from '../../../functions/connect.ts';
import { functions } from '../../../functions/list.ts';
import { openPlace } from '../../../functions/place.ts';
import type { World } from '../../../functions/world.ts';
import { runInMemory } from '../../../lab/in-memory/run.ts';
import { type Lab, startLab } from '../../../lab/lab.ts';
import { environmentOf } from '../../../lab/lab-file.ts';
import type { PairWorld } from '../../../lab/world.ts';
import { SteppedClock } from '../../../models/stepped-clock.ts';
import { topologyIn } from '../../../scripts/build.ts';
import { root } from '../../tree/sources.ts';

export interface Side {
  readonly ports: World;
  readonly world: PairWorld;
  readonly switchArn: string;
  /** Does this while lab time passes as far as it has to. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** The next change of a zone happens, and its answer is lost. */
  loseAnswer(): Promise<void>;
  /** A fault of the lab, by its name there. */
  inflict(fault: 'kill' | 'api-down' | 'heal', cluster: string): Promise<void>;
  close(): Promise<void>;
}

const BEGINS = Date.parse('2026-11-20T07:00:00Z');
const ADDRESSES = { blue: { v4: '127.0.0.11', v6: '2001:db8::11' }, green: { v4: '127.0.0.12', v6: '2001:db8::12' } };

/** What every function of these worlds does: the ports are under test, not our steps. */
async function echo(input: unknown): Promise<unknown> {
  const { fail } = input as { fail?: string };
  if (fail !== undefined) throw Object.assign(new Error('blue knows epoch 44'), { name: fail });
  return { seen: input };
}

export async function inMemory(): Promise<Side> {
  const clock = new SteppedClock(BEGINS);
  const topology = topologyIn(join(root, 'throwover.yaml'));
  let lost = 0;
  const { ports, world, switchArn } = runInMemory({
    clock,
    topology,
    pair: pairOf(topology),
    seed: 1,
    active: 'blue',
    addresses: ADDRESSES,
    nameServers: ['127.0.0.1', '127.0.0.2'],
    steps: Object.fromEntries(functions.map(({ key }) => [key, echo])),
    network: (inner) => ({
      out: (call) => inner.out(call),
      back: async (call) => {
        await inner.back(call);
        if (call !== 'route53:ChangeResourceRecordSets' || lost === 0) return;
        lost--;
        throw new Error('the connection was cut');
      },
    }),
  });
  return {
    ports,
    world,
    switchArn,
    run: (work) => stepped(clock, work),
    loseAnswer: async () => void lost++,
    inflict: async (fault, cluster) => {
      if (fault === 'heal') for (const one of Object.values(world.clusters)) one.heal();
      else world.clusters[cluster]?.inflict(fault);
    },
    close: async () => {},
  };
}

export async function onTheWire(): Promise<Side> {
  const folder = mkdtempSync(join(tmpdir(), 'throwover-wire-'));
  const lab = await startLab({
    topology: topologyIn(join(root, 'throwover.yaml')),
    seed: 1,
    active: 'blue',
    speed: 'stepped',
    startsAt: BEGINS,
    ports: { aws: 0, dns: 0, http: 0, https: 0, kubernetes: 0 },
    folder,
    dist: echoes(folder),
    customers: false,
  });
  const env = environmentOf(lab.file);
  const before = { ...process.env };
  Object.assign(process.env, env);
  const arn = `arn:aws:lambda:${lab.file.region}:${lab.file.accountId}:function:throwover-lab-watch`;
  const { place } = openPlace('watch', arn, lab.topology, env);
  const clock = place.clock as LabClock;
  const ports: World = {
    ...place,
    alarms: alarmsOn(place),
    announcer: announcerOn(place),
    clusters: clustersOn(place),
    dns: dnsOn(place),
    executions: executionsOn(place),
    inside: insideOn(place),
    ledger: ledgerOn(place),
    metrics: metricsOn(place),
    nodeGroups: nodeGroupsOn(place),
    controlPlanes: controlPlanesOn(place),
    notes: notesOn(place),
    observers: observersOn(place),
    probe: probeOn(place),
    published: publishedOn(place),
    records: recordsOn(place),
    waiting: waitingOn(place),
    zones: zonesOn(place),
  };
  return {
    ports,
    world: lab.world,
    switchArn: lab.file.stateMachineArn,
    run: (work) => held(lab, clock, work),
    loseAnswer: () => control(lab, { fault: 'answer-lost' }),
    inflict: (fault, name) => control(lab, fault === 'heal' ? { fault } : { fault, name }),
    close: async () => {
      await lab.close();
      process.env = before;
      rmSync(folder, { recursive: true });
    },
  };
}

/** Runs a stepped clock until the work is done. */
async function stepped<T>(clock: SteppedClock, work: () => Promise<T>): Promise<T> {
  let over = false;
  const done = work().finally(() => {
    over = true;
  });
  done.catch(() => {});
  await clock.runUntil(() => over);
  return done;
}

/** The same behind sockets: whoever works holds the lab's time. */
function held<T>({ time }: Lab, clock: LabClock, work: () => Promise<T>): Promise<T> {
  if (time.stepped === undefined) throw new Error('the lab of this test is stepped');
  const untilHeld = time.stepped.hold();
  return stepped(time.stepped, async () => {
    await clock.hold('contract');
    untilHeld();
    try {
      return await work();
    } finally {
      await clock.release();
    }
  });
}

async function control({ file }: Lab, body: object): Promise<void> {
  const answer = await fetch(`${file.endpoint}/_lab/fault`, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
}

/** Stands in for the build: containers need files. */
export function echoes(folder: string): string {
  const dist = join(folder, 'dist');
  for (const { key } of functions) {
    mkdirSync(join(dist, key), { recursive: true });
    writeFileSync(join(dist, key, 'index.cjs'), `exports.handler = ${echo.toString()};`);
  }
  return dist;
}
