/** Kubernetes objects as the model keeps them: the members that our rules read are typed, the rest passes through. */

import { remembered } from '../remembered.ts';
import type { Webhook } from './webhooks.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Metadata {
  readonly name: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp: string;
  readonly labels?: Labels;
  readonly annotations?: Labels;
  readonly ownerReferences?: readonly unknown[];
  readonly finalizers?: readonly string[];
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly resources?: { readonly requests?: { readonly cpu?: string; readonly memory?: string } };
}

export interface PodTemplate {
  readonly metadata?: { readonly labels?: Labels; readonly annotations?: Labels };
  readonly spec: { readonly containers: readonly Container[]; readonly [other: string]: unknown };
}

export interface IngressPath {
  readonly path?: string;
  readonly backend: { readonly service?: { readonly name: string } };
}

/** One loose shape for the specs of all kinds. */
export interface Spec {
  readonly replicas?: number;
  readonly selector?: unknown;
  readonly template?: PodTemplate;
  readonly persistentVolumeClaimRetentionPolicy?: { readonly whenScaled?: string };
  readonly schedule?: string;
  readonly suspend?: boolean;
  readonly startingDeadlineSeconds?: number;
  readonly jobTemplate?: { readonly metadata?: unknown; readonly spec: { readonly template: PodTemplate } };
  readonly ingressClassName?: string;
  readonly rules?: readonly {
    readonly host?: string;
    readonly http?: { readonly paths: readonly IngressPath[] };
  }[];
  /** Of a NodePool. */
  readonly limits?: { readonly nodes?: string | number };
  readonly type?: string;
  readonly schedulingGates?: readonly { readonly name: string }[];
  readonly containers?: readonly Container[];
  readonly [other: string]: unknown;
}

/** What a role allows. `*` stands for all. */
export interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

export interface Subject {
  readonly kind: string;
  readonly name: string;
}

/** What is kept of an object: everything but its status, which is made when somebody asks. Replaced, never changed in place. */
export interface Stored {
  readonly metadata: Metadata;
  readonly spec?: Spec;
  readonly data?: Labels;
  readonly immutable?: boolean;
  /** Of roles and their bindings, which have no spec. */
  readonly rules?: readonly Rule[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly Subject[];
  /** Of webhook configurations, which have no spec. */
  readonly webhooks?: readonly Webhook[];
  /** The field manager that owns spec.replicas: all that the model keeps of managedFields. */
  readonly replicasOwner?: string;
  /** What each field manager applied the last time (server-side apply). */
  readonly applied?: Readonly<Record<string, unknown>>;
}

/** An object as it is answered, without kind and apiVersion (items of a list have neither). */
export interface Rendered {
  readonly metadata: Metadata;
  readonly spec?: unknown;
  readonly status?: unknown;
  readonly [other: string]: unknown;
}

const secondText = remembered((second: number) => `${new Date(second * 1000).toISOString().slice(0, 19)}Z`);

/** `2026-11-20T08:13:29Z`: whole seconds, as Kubernetes writes times. */
export function timestamp(milliseconds: number): string {
  return secondText(Math.floor(milliseconds / 1000));
}

/** A 32-bit number from text (FNV-1a), for names and ids that must be the same in every run. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** An id in the form of a UUID (version 4), the same for the same text. */
export const uidOf: (text: string) => string = remembered((text: string) => {
  const first = hashOf(text);
  const hex = (turn: number) => (Math.imul(first ^ turn, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
  const middle = hex(1);
  const end = hex(2);
  const start = first.toString(16).padStart(8, '0');
  return `${start}-${middle.slice(0, 4)}-4${middle.slice(5)}-8${end.slice(1, 4)}-${end.slice(4)}${hex(3)}`;
});

const suffixLetters = 'bcdfghjklmnpqrstvwxz2456789';

/** The letters that Kubernetes appends to generated names (no vowels, nothing that looks alike). */
export function nameSuffix(text: string, length: number): string {
  let rest = hashOf(text);
  let suffix = '';
  for (let at = 0; at < length; at++) {
    suffix += suffixLetters[rest % suffixLetters.length];
    rest = Math.floor(rest / suffixLetters.length) || hashOf(`${text}${at}`);
  }
  return suffix;
}

/** CPU as Kubernetes writes it (`100m`, `2`) in thousandths of a core. */
export function millicores(cpu: string | undefined): number {
  if (cpu === undefined) return 0;
  return cpu.endsWith('m') ? Number(cpu.slice(0, -1)) : Number(cpu) * 1000;
}

/** In Ki, Mi or Gi, as charts write it. */
export function mebibytes(memory: string | undefined): number {
  if (memory === undefined) return 0;
  const scale = { K: 1 / 1024, M: 1, G: 1024 }[memory.slice(-2, -1)];
  if (scale === undefined || !memory.endsWith('i'))
    throw new RangeError(`memory is in Ki, Mi or Gi here, not ${memory}`);
  return Number(memory.slice(0, -2)) * scale;
}

/** Equal as JSON, whatever the order of the members. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const one = a as Record<string, unknown>;
  const other = b as Record<string, unknown>;
  const keys = Object.keys(one);
  return (
    Array.isArray(a) === Array.isArray(b) &&
    keys.length === Object.keys(other).length &&
    keys.every((key) => key in other && sameJson(one[key], other[key]))
  );
}
