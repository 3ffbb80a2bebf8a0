/** What was gathered, as the status of a pair. Pure. */
import { standsAway } from '../../core/drill/orphan.ts';
import { type Ledger, pausedAt } from '../../core/ledger/ledger.ts';
import { locksAt } from '../../core/ledger/locks.ts';
import { fenceFactsOf } from '../../core/observe/cluster-fence.ts';
import { zoneFactsOf } from '../../core/observe/faces.ts';
import { comesFirst, stillSaid, WRITTEN } from '../../core/observe/last-look.ts';
import { steeredNames } from '../../core/plan/reading.ts';
import type { ClusterFenceRead } from '../../core/ports.ts';
import type { ZoneRecord } from '../../core/record.ts';
import { clusterNames, titleOf } from '../../core/topology/pair.ts';
import { zoneRecords } from '../../functions/report.ts';
import { effectiveOf, NOT_ASKED } from '../../functions/zone-answers.ts';
import type { Gathered } from './gathering.ts';
import { nextCommand } from './next.ts';
import type { ConfigMapSeen, Faces, FenceSeen, HolderSeen, PublishedSeen, Status } from './status.ts';

export function statusOf(gathered: Gathered): Status {
  const { facts, unread } = gathered;
  const { pair, ledger, now } = facts;
  const zones = rows(gathered);
  const fences = fencesIn(gathered);
  const configMaps = configMapsIn(gathered);
  const published = publishedIn(gathered);
  return {
    pair: pair.name,
    at: now,
    mode: pair.mode,
    clusters: clusterNames(pair),
    ...(ledger === undefined ? {} : ledgerIn(ledger, now)),
    ...toldOf(gathered),
    zones,
    fences,
    ...(published === undefined ? {} : { published }),
    configMaps,
    faces: facesOf(fences, zones, published, configMaps),
    ...holderIn(gathered),
    locks: ledger === undefined ? [] : locksAt(ledger, now),
    ...cooldownIn(gathered),
    ...leftIn(gathered),
    debts: ledger?.debts ?? [],
    unread,
    next: nextCommand(gathered),
  };
}

/** Nobody looked at the clusters here: what is written was read, and the watch has looked. */
function toldOf({ facts, situation, look }: Gathered): Pick<Status, 'situation' | 'because' | 'watched'> {
  const said = stillSaid(look, facts);
  const held = said?.held ?? [];
  const watched = look === undefined ? {} : { watched: { at: look.at, situation: look.situation, held } };
  const written = WRITTEN.find((name) => name === situation.name);
  if (written !== undefined && (said === undefined || !comesFirst(said.situation, written)))
    return { situation: written, because: situation.because, ...watched };
  return said === undefined || said.situation === 'Healthy'
    ? { situation: '', because: '', ...watched }
    : { situation: said.situation, because: said.because, ...watched };
}

function ledgerIn(ledger: Ledger, now: number): Partial<Status> {
  const { epoch, acknowledged, active, since, abort, awaitsPerson, interrupted, repair } = ledger;
  const pause = pausedAt(ledger, now);
  return {
    epoch,
    acknowledged,
    ...(active === undefined ? {} : { active }),
    ...(since === undefined ? {} : { since }),
    ...(abort === undefined ? {} : { abort }),
    ...(pause === undefined ? {} : { pause }),
    ...(awaitsPerson === undefined ? {} : { awaitsPerson }),
    ...(interrupted === undefined ? {} : { interrupted }),
    ...(repair === undefined ? {} : { repair }),
  };
}

function leftIn({ facts: { ledger }, left: { drill, reaped } }: Gathered): Pick<Status, 'drill' | 'reaped'> {
  const away = drill !== undefined && ledger !== undefined && standsAway(drill, ledger) ? drill.to : undefined;
  return {
    ...(drill === undefined
      ? {}
      : {
          drill: {
            ...{ name: drill.name, outcome: drill.outcome, because: drill.because },
            ...(away === undefined ? {} : { away }),
          },
        }),
    ...(reaped === undefined ? {} : { reaped: { run: reaped.run, because: reaped.because } }),
  };
}

/** Weights as written, answers as given: what a user gets is weights times health. */
function rows({ facts }: Gathered): ZoneRecord[] {
  const { pair } = facts;
  return pair.zones.flatMap((zone) => {
    const seen = zoneFactsOf({ id: zone.id, title: titleOf(zone) }, facts);
    const names = steeredNames(pair, zone);
    const answers = seen?.answers ?? [];
    if (seen?.reading !== undefined) return zoneRecords(pair, seen.reading, answers);
    const rings = [...new Set(names.map(({ ring }) => ring))].sort((a, b) => a - b);
    return rings.map((ring) => ({
      zone: titleOf(zone),
      ring,
      weights: {},
      effective: effectiveOf(pair, zone, ring, answers),
    }));
  });
}

function fencesIn({ situation, epochsBegan }: Gathered): FenceSeen[] {
  return situation.faces.map(({ zone, state, because, fence }) => {
    if (fence === undefined) return { zone, state, because };
    const { active, epoch, seq, run, move } = fence;
    const at = epochsBegan.get(epoch);
    return {
      ...{ zone, state, because, active, epoch, seq, run },
      ...(move === undefined ? {} : { move }),
      ...(at === undefined ? {} : { at }),
    };
  });
}

function publishedIn({ facts: { published }, epochsBegan }: Gathered): PublishedSeen | undefined {
  if (published === undefined) return undefined;
  const epoch = epochIn(published.state);
  const at = epochsBegan.get(epoch ?? -1);
  return {
    ...(published.active === undefined ? {} : { active: published.active }),
    ...(epoch === undefined ? {} : { epoch }),
    ...(at === undefined ? {} : { at }),
  };
}

function epochIn(state: string | undefined): number | undefined {
  try {
    const { epoch } = JSON.parse(state ?? '{}') as { epoch?: unknown };
    return typeof epoch === 'number' ? epoch : undefined;
  } catch {
    return undefined;
  }
}

function configMapsIn({ configMaps, epochsBegan }: Gathered): ConfigMapSeen[] {
  return Object.entries(configMaps).map(([cluster, read]) => {
    const fence = read.kind === 'fence' ? fenceFactsOf(read.data) : undefined;
    if (fence === undefined) return { cluster, because: whyNone(read) };
    const at = epochsBegan.get(fence.epoch);
    return {
      cluster,
      role: fence.role,
      rings: fence.rings,
      epoch: fence.epoch,
      ...(at === undefined ? {} : { at }),
    };
  });
}

function whyNone(read: ClusterFenceRead): string {
  return read.kind === 'fence' ? 'it has no legal role and epoch' : read.because;
}

function facesOf(
  fences: readonly FenceSeen[],
  zones: readonly ZoneRecord[],
  published: PublishedSeen | undefined,
  configMaps: readonly ConfigMapSeen[],
): Faces {
  const highest = Math.max(-1, ...configMaps.map(({ epoch }) => epoch ?? -1));
  const says = {
    dnsTxt: fences.flatMap(({ active }) => active ?? []),
    weights: zones.map(({ effective }) => effective).filter((cluster) => cluster !== NOT_ASKED),
    ssm: published?.active === undefined ? [] : [published.active],
    configMap: configMaps
      .filter(({ role, epoch }) => role === 'active' && epoch === highest)
      .map(({ cluster }) => cluster),
  };
  return Object.fromEntries(
    Object.entries(says).flatMap(([face, said]) =>
      said.length === 0 ? [] : [[face, [...new Set(said)].sort().join(' and ')]],
    ),
  );
}

function holderIn({ facts: { ledger }, run }: Gathered): { holder?: HolderSeen } {
  const holder = ledger?.holder;
  if (holder === undefined) return {};
  const { id, kind, from, to, ring, since } = holder;
  return {
    holder: {
      id,
      kind,
      from,
      to,
      since,
      ...(ring === undefined ? {} : { ring }),
      ...(run === undefined ? {} : { status: run.status }),
      ...(run?.step === undefined || run.status !== 'RUNNING' ? {} : { step: run.step }),
    },
  };
}

function cooldownIn({ facts: { ledger, pair, now } }: Gathered): { cooldownUntil?: number } {
  const last = ledger?.lastAutomaticMove;
  if (last === undefined) return {};
  const cooldownUntil = last.at + pair.timing.cooldownSeconds * 1_000;
  return cooldownUntil > now ? { cooldownUntil } : {};
}
