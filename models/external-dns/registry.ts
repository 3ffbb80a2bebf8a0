import { remembered } from '../remembered.ts';
import { kept } from '../route53/record-set.ts';
import type { ResourceRecordSet } from '../route53/shapes.ts';

/** The TXT registry: which record set has which owner (facts: ExternalDNS). */
export interface RegistryNames {
  readonly prefix?: string | undefined;
  readonly suffix?: string | undefined;
  /** How the TXT of an alias of type A is called: `a-` now, `cname-` in older versions. */
  readonly aliasForm?: 'a' | 'cname' | undefined;
}

export type Labels = Readonly<Record<string, string>>;

const TXT_TTL_SECONDS = 300;
const LABEL = 'external-dns/';

/** `a-app.example.test.` of the A record `app.example.test.`, with prefix and suffix around the first label. */
export function registryName(name: string, form: string, { prefix = '', suffix = '' }: RegistryNames): string {
  const [first = '', ...rest] = name.split('.');
  const typed = form === '' ? first : `${form}-${first}`;
  return [`${prefix}${typed}${suffix}`, ...rest].join('.');
}

/** The text of a registry record: the labels in alphabetical order. */
export function labelText(labels: Labels): string {
  const tokens = Object.keys(labels)
    .sort()
    .map((key) => `${LABEL}${key}=${labels[key]}`);
  return `"${['heritage=external-dns', ...tokens].join(',')}"`;
}

/** The labels in such a text; keys that are not ExternalDNS's own are passed over. Undefined: not of ExternalDNS. */
export const labelsIn = remembered((text: string): Labels | undefined => {
  const labels: Record<string, string> = {};
  let isHeritage = false;
  for (const token of text.replace(/^"|"$/g, '').split(',')) {
    const [key = '', value, more] = token.split('=');
    if (value === undefined || more !== undefined) continue;
    if (key === 'heritage') isHeritage = value === 'external-dns';
    else if (key.startsWith(LABEL)) labels[key.slice(LABEL.length)] = value;
  }
  return isHeritage ? labels : undefined;
});

/** The registry record beside a record set: the same set identifier, weight and other provider properties. */
export function registryRecord(set: ResourceRecordSet, labels: Labels, names: RegistryNames): ResourceRecordSet {
  const isAlias = set.AliasTarget !== undefined;
  const form = isAlias && set.Type === 'A' ? (names.aliasForm ?? 'a') : set.Type.toLowerCase();
  const { AliasTarget: _, ...properties } = set;
  const name = registryName(set.Name, form, names);
  const record = { TTL: TXT_TTL_SECONDS, ResourceRecords: [{ Value: labelText(labels) }] };
  return kept(name, { ...properties, Name: name, Type: 'TXT', ...record });
}

/** The labels of every record set of a listing, read afresh in every form the registry ever had. */
export class Registry {
  readonly #labels = new Map<string, Labels>();
  readonly #names: RegistryNames;

  constructor(listed: readonly ResourceRecordSet[], names: RegistryNames) {
    this.#names = names;
    for (const set of listed) {
      if (set.Type !== 'TXT') continue;
      const labels = labelsIn(set.ResourceRecords?.[0]?.Value ?? '');
      if (labels !== undefined) this.#labels.set(`${set.Name} ${set.SetIdentifier ?? ''}`, labels);
    }
  }

  /** The newest form wins; an alias of type A may still be called `cname-`, and everything but AAAA may have no type. */
  labelsOf(set: ResourceRecordSet): Labels | undefined {
    const forms = [set.Type.toLowerCase()];
    if (set.Type === 'A' && set.AliasTarget !== undefined) forms.push('cname');
    if (set.Type !== 'AAAA') forms.push('');
    for (const form of forms) {
      const labels = this.#labels.get(`${registryName(set.Name, form, this.#names)} ${set.SetIdentifier ?? ''}`);
      if (labels !== undefined) return labels;
    }
    return undefined;
  }
}
