/**
 * Where a pair stands, as plain values: gathered in one place (gathering.ts), shown in another (showing.ts). What could not
 * be read is named in `unread`, and everything else is still there.
 */

import type { Gate } from '../../core/gates/gate.ts';
import type { Debt, Holder, Ledger, Pause } from '../../core/ledger/ledger.ts';
import type { ChangeLock } from '../../core/ledger/locks.ts';
import type { FaceState } from '../../core/observe/faces.ts';
import type { ZoneRecord } from '../../core/record.ts';

export interface Status {
  pair: string;
  /** When all this was read, in milliseconds since the epoch. */
  at: number;
  /** What automation may do. */
  mode: string;
  clusters: readonly string[];
  /** What is decided, by the ledger. Undefined: it could not be read, or says nothing yet. */
  active?: string;
  epoch?: number;
  /** Since when `active` is. */
  since?: number;
  /** By what is written, or by the watch's last look; empty: nothing is known to be wrong. */
  situation: string;
  because: string;
  /** When the watch looked last, what it found, and why it moved nobody for that; left out: it never did, or its note could not be read. */
  watched?: { at: number; situation: string; held: readonly string[] };
  /** Weights and answers, one for each zone and ring. */
  zones: readonly ZoneRecord[];
  fences: readonly FenceSeen[];
  published?: PublishedSeen;
  configMaps: readonly ConfigMapSeen[];
  /** What each of the four says: the name of a cluster, several joined, or undefined when it says nothing. */
  faces: Faces;
  holder?: HolderSeen;
  /** What a person has asked of the run that holds the pair. */
  abort?: Ledger['abort'];
  /** Who changes a cluster now, and until when. */
  locks: readonly ChangeLock[];
  pause?: Pause;
  acknowledged?: boolean;
  /** Until when automation moves nothing more after its last move. */
  cooldownUntil?: number;
  awaitsPerson?: string;
  interrupted?: Ledger['interrupted'];
  /** The drill whose leg moved the pair last: how it ended, and where it left its users. */
  drill?: { name: string; outcome: string; because: readonly string[]; away?: string };
  /** The record of a run that died holding the pair, in the watch's words. */
  reaped?: { run: string; because: readonly string[] };
  /** The watch's own repair, while it has not brought the pair to rest. */
  repair?: Ledger['repair'];
  debts: readonly Debt[];
  unread: readonly Unread[];
  /** With `--gates` only. */
  gates?: readonly Gate[];
  /** The one next command. */
  next: string;
}

export interface Unread {
  readonly what: string;
  readonly because: string;
}

export interface Faces {
  readonly dnsTxt?: string;
  readonly weights?: string;
  readonly ssm?: string;
  readonly configMap?: string;
}

export interface FenceSeen {
  readonly zone: string;
  readonly state: FaceState;
  /** One line with what stands there. */
  readonly because: string;
  readonly active?: string;
  readonly epoch?: number;
  readonly seq?: number;
  readonly run?: string;
  readonly move?: { readonly to: string; readonly share: number };
  /** When its epoch began. */
  readonly at?: number;
}

export interface PublishedSeen {
  readonly active?: string;
  readonly epoch?: number;
  readonly at?: number;
}

export interface ConfigMapSeen {
  readonly cluster: string;
  readonly role?: string;
  readonly rings?: Readonly<Record<string, string>>;
  readonly epoch?: number;
  readonly at?: number;
  /** Why there is no role. */
  readonly because?: string;
}

export interface HolderSeen extends Pick<Holder, 'id' | 'kind' | 'from' | 'to' | 'ring' | 'since'> {
  /** Of its execution; undefined for a person, or when Step Functions could not be asked. */
  readonly status?: string;
  readonly step?: { readonly state: string; readonly since: number };
}
