/**
 * The console on AWS, and on the lab, which is the same under another endpoint. Nobody is asked before somebody needs to
 * know: `throwover active --from dns` works without an AWS account.
 */
import { hostname } from 'node:os';
import { switchRunsClient } from '../adapters/aws/clients/switch-runs.ts';
import { type Deployment, machineArn } from '../adapters/aws/names.ts';
import { clockFromEnvironment } from '../adapters/clock/from-environment.ts';
import { isLoopback } from '../adapters/clock/loopback.ts';
import { systemClock } from '../adapters/clock/system.ts';
import { type TimedClock, TimedOut } from '../adapters/clock/timed.ts';
import { topologyDigest } from '../core/topology/digest.ts';
import type { Topology } from '../core/topology/schema.ts';
import {
  alarmsOn,
  announcerOn,
  clustersOn,
  controlPlanesOn,
  credentialsOn,
  dnsOn,
  executionsOn,
  insideOn,
  ledgerOn,
  locksOn,
  metricsOn,
  nodeGroupsOn,
  notesOn,
  probeOn,
  publishedOn,
  recordsOn,
  waitingOn,
  zonesOn,
} from '../functions/connect.ts';
import type { Place } from '../functions/place.ts';
import type { Connect, Deployed, HistoryEvent, Own, RunSeen } from './console.ts';
import { Unreachable } from './reach.ts';
import { Refused, type Surroundings } from './verb.ts';

type Runs = ReturnType<typeof switchRunsClient>;

/** Longer than any answer takes that is worth waiting for; `reached` has the patience of a person before that. */
const TIMEOUT_MILLISECONDS = 5_000;

export const connect: Connect = async (topology, env) => {
  const { clock, world, close } = await clocks(env);
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || regionOf(topology);
  const place: Place = {
    topology,
    digest: topologyDigest(topology),
    stage: '',
    clock,
    ids: namesOf(clock),
    deployment: { partition: 'aws', region, accountId: '', stage: '' },
    resolver: env.THROWOVER_DNS || topology.dns.resolver,
    lab: isLoopback(env.AWS_ENDPOINT_URL),
  };
  const runs = switchRunsClient({ clock, region, timeoutMilliseconds: TIMEOUT_MILLISECONDS });
  let found: Promise<Deployed> | undefined;
  return {
    topology,
    clock: world,
    ids: place.ids,
    zones: zonesOn(place),
    dns: dnsOn(place),
    clusters: clustersOn(place),
    published: publishedOn(place),
    metrics: metricsOn(place),
    controlPlanes: controlPlanesOn(place),
    deployed: () => (found ??= deployedAt(place, runs, env.THROWOVER_STAGE || undefined)),
    own: async (machine) =>
      ownAt(
        place,
        world === clock ? world : polled(world, clock),
        machine === undefined ? await stageOf(place, runs, env.THROWOVER_STAGE || undefined) : known(machine),
      ),
    close,
  };
};

/**
 * Ages are the lab's where it has the time, and so is the wait between two looks at a run. Time-outs and what waits for
 * Route 53 to have tokens again are this machine's, because so is the person who waits; that wait ends with the console,
 * because it would keep this process.
 */
async function clocks(env: Surroundings['env']): Promise<{ clock: TimedClock; world: TimedClock; close: () => void }> {
  let close = () => {};
  const closed = new Promise<never>((_, reject) => {
    close = () => reject(new Error('the console was closed'));
  });
  closed.catch(() => {}); // nobody was waiting
  const { within } = systemClock;
  const wait = async (milliseconds: number) => {
    await within(milliseconds, () => closed).catch((cause: unknown) => {
      if (!(cause instanceof TimedOut)) throw cause;
    });
  };
  const chosen = clockFromEnvironment(env);
  if (chosen.kind === 'system') {
    const clock = { now: systemClock.now, wait, within };
    return { clock, world: clock, close };
  }
  await chosen.clock.begin(`terminal-${process.pid}`);
  return { clock: { now: () => chosen.clock.now(), wait, within }, world: chosen.clock, close };
}

/** As short as a person does not notice. */
const POLL_MILLISECONDS = 50;

/**
 * Many waits at once on a clock that runs by itself: each looks at what time it is. A wait that the lab holds would have to
 * be taken back whenever a shorter one begins.
 */
function polled(world: TimedClock, here: TimedClock): TimedClock {
  const pass = async (milliseconds: number, isOver: () => boolean) => {
    const due = world.now() + milliseconds;
    while (!isOver() && world.now() < due) await here.wait(POLL_MILLISECONDS);
  };
  return {
    now: () => world.now(),
    wait: (milliseconds) => pass(milliseconds, () => false),
    async within(milliseconds, call) {
      const late = new AbortController();
      let ended = false;
      const timeout = async (): Promise<never> => {
        await pass(milliseconds, () => ended);
        const cause = new TimedOut(milliseconds);
        late.abort(cause);
        throw cause;
      };
      try {
        return await Promise.race([call(late.signal), timeout()]);
      } finally {
        ended = true;
      }
    },
  };
}

function regionOf({ pairs }: Topology): string {
  const [pair] = Object.values(pairs);
  return Object.values(pair?.clusters ?? {})[0]?.region ?? '';
}

/** Two terminals do not start at the same millisecond on one machine under one process id. */
function namesOf(clock: TimedClock): Place['ids'] {
  let made = 0;
  const where = hostname()
    .toLowerCase()
    .replace(/[^0-9a-z]/g, '')
    .slice(0, 8);
  return { fresh: () => `${clock.now().toString(36)}${process.pid.toString(36)}${where}${(made++).toString(36)}` };
}

/** The stage is part of every name of ours; the one switch that is there says it, or the person does where there are several. */
async function stageOf(place: Place, runs: Runs, wanted: string | undefined): Promise<Deployment> {
  const found = (await runs.machines()).flatMap((arn) => deploymentIn(arn) ?? []);
  const known = found.map(({ stage }) => stage).sort();
  const fitting = found.filter(({ stage }) => wanted === undefined || stage === wanted);
  const [deployment, ...others] = fitting;
  if (deployment === undefined)
    throw new Unreachable(
      `there is no state machine throwover-${wanted ?? '<stage>'}-switch in ${place.deployment.region}${known.length === 0 ? ': is Throwover deployed there?' : `; stages there: ${known.join(', ')}.`}`,
    );
  if (others.length > 0)
    throw new Refused(`several stages are deployed (${known.join(', ')}): say which with THROWOVER_STAGE.`);
  return deployment;
}

async function deployedAt(place: Place, runs: Runs, wanted: string | undefined): Promise<Deployed> {
  const deployment = await stageOf(place, runs, wanted);
  const there = { ...place, deployment };
  const machine = machineArn(deployment, 'switch');
  return {
    machine,
    ledger: ledgerOn(there),
    locks: locksOn(there),
    notes: notesOn(there),
    runs: runsOf(runs, machine),
    drills: runsOf(runs, machineArn(deployment, 'drill')),
    answers: runsOf(runs, machineArn(deployment, 'answer')),
  };
}

function known(machine: string): Deployment {
  const deployment = deploymentIn(machine);
  if (deployment === undefined)
    throw new Refused(`${machine} is not the ARN of a state machine throwover-<stage>-switch.`);
  return deployment;
}

/** What functions have, each over a client with this terminal's credentials. */
function ownAt(here: Place, world: TimedClock, deployment: Deployment): Own {
  const place = { ...here, deployment };
  return {
    machine: machineArn(deployment, 'switch'),
    clock: world,
    functions: insideOn(place),
    ports: {
      topology: place.topology,
      digest: place.digest,
      stage: deployment.stage,
      clock: world,
      ids: place.ids,
      ledger: ledgerOn(place),
      notes: notesOn(place),
      zones: zonesOn(place),
      dns: dnsOn(place),
      probe: probeOn(place, credentialsOn(place)),
      clusters: clustersOn(place),
      metrics: metricsOn(place),
      nodeGroups: nodeGroupsOn(place),
      controlPlanes: controlPlanesOn(place),
      published: publishedOn(place),
      announcer: announcerOn(place),
      records: recordsOn(place),
      alarms: alarmsOn(place),
      executions: executionsOn(place),
      waiting: waitingOn(place),
    },
  };
}

function deploymentIn(arn: string): Deployment | undefined {
  const [, partition = '', , region = '', accountId = '', , name = ''] = arn.split(':');
  const stage = /^throwover-(.+)-switch$/.exec(name)?.[1];
  return stage === undefined ? undefined : { partition, region, accountId, stage };
}

function runsOf(runs: Runs, machine: string): Deployed['runs'] {
  return {
    start: (name, input) => runs.start(machine, name, JSON.stringify(input)),
    describe: async (arn) => (await runs.describe(arn)) as RunSeen | undefined,
    history: async (arn) => (await runs.history(arn)) as HistoryEvent[],
  };
}
