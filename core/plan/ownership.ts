/**
 * Ownership of records. A dead cluster's ExternalDNS may live, or come back, and publish its weights again every minute.
 * It filters every update and delete by the owner that a registry TXT names, and reads owners afresh each loop: so in
 * unplanned runs we become the owner of the old side's records, keep the old owner's name beside it, and give it back
 * when that cluster has been seen to stand by (facts/route53.md, section 8).
 */
import { type Change, replaced } from './batch.ts';
import type { NameAsRead, ZoneAsRead } from './reading.ts';
import type { RecordSet } from './records.ts';
import { registeredName } from './registry-name.ts';

/** The owner that no ExternalDNS has. */
export const OUR_OWNER = 'throwover';

/**
 * ExternalDNS plans at most once in this time (`--interval`, `doctor` says when it is longer): what it planned when it was
 * still the owner has landed by then, or never will.
 */
export const INTERVAL_SECONDS = 60;

/** One string of a TXT value, with its quotes. */
const MOST_CHARACTERS_OF_STRING = 255 + 2;
const OWNER = /external-dns\/owner=([^,"]*)/;
const RESOURCE = /external-dns\/resource=([^,"]*)/;
/** At the end, where we wrote it: whatever stood in the text before comes back as it was. */
const KEPT = /,throwover\/owner=([^,"]*)("?)$/;

/** Registry TXTs of `name` on the side `setIdentifier`: every form in which ExternalDNS has ever written them. */
export function registryOf(reading: ZoneAsRead, name: NameAsRead, setIdentifier: string): readonly RecordSet[] {
  return registryIn(reading.records).get(keyFor(name.name, setIdentifier)) ?? [];
}

/** Looking for 10,000 names among 80,000 records one by one would take minutes: they are sorted once for each reading. */
const sorted = new WeakMap<readonly RecordSet[], ReadonlyMap<string, readonly RecordSet[]>>();

function registryIn(records: readonly RecordSet[]): ReadonlyMap<string, readonly RecordSet[]> {
  const known = sorted.get(records);
  if (known !== undefined) return known;
  const names = new Set(records.filter(({ type }) => type !== 'TXT').map((set) => keyFor(set.name, set.setIdentifier)));
  const registry = new Map<string, RecordSet[]>();
  for (const record of records) {
    if (record.type !== 'TXT' || ownerOf(record) === undefined) continue;
    const name = registeredName(record.name, (candidate) => names.has(keyFor(candidate, record.setIdentifier)));
    if (name === undefined) continue;
    const key = keyFor(name, record.setIdentifier);
    const there = registry.get(key);
    if (there) there.push(record);
    else registry.set(key, [record]);
  }
  sorted.set(records, registry);
  return registry;
}

function keyFor(name: string, setIdentifier: string | undefined): string {
  return `${name} ${setIdentifier ?? ''}`;
}

/** The owner a registry TXT names; undefined when it is no registry TXT. */
export function ownerOf(record: RecordSet): string | undefined {
  const value = onlyValue(record);
  return value?.includes('heritage=external-dns') ? OWNER.exec(value)?.[1] : undefined;
}

/** The object in its cluster that a registry TXT names, as `ingress/shop/shop`. */
export function resourceOf(record: RecordSet): string | undefined {
  return RESOURCE.exec(onlyValue(record) ?? '')?.[1];
}

function onlyValue({ values }: RecordSet): string | undefined {
  return values?.length === 1 ? values[0] : undefined;
}

/**
 * Registry TXTs of a name on one side that name another owner than us. A text that has no room for the old owner beside the
 * new one is left out and left alone: it could not be given back.
 */
export function notOurs(reading: ZoneAsRead, name: NameAsRead, setIdentifier: string): RecordSet[] {
  return registryOf(reading, name, setIdentifier).filter(
    (record) => ownerOf(record) !== OUR_OWNER && taken(record).length <= MOST_CHARACTERS_OF_STRING,
  );
}

/** The changes that make us the owner of a name's records on one side; none when we are already. */
export function takenChanges(reading: ZoneAsRead, name: NameAsRead, setIdentifier: string): Change[] {
  return notOurs(reading, name, setIdentifier).flatMap((record) =>
    replaced(record, { ...record, values: [taken(record)] }),
  );
}

/**
 * The object that keeps us from giving a name back: the registry names it, and it is none of those that are `there`, seen in
 * the cluster and under our policies. Without it nobody knows what its ExternalDNS would do: delete the record (`sync`), or
 * publish a weight that nobody lowered. Undefined: nothing does.
 */
export function missingSource(
  reading: ZoneAsRead,
  name: NameAsRead,
  setIdentifier: string,
  there: ReadonlySet<string>,
): string | undefined {
  return registryOf(reading, name, setIdentifier)
    .filter((record) => ownerOf(record) === OUR_OWNER)
    .flatMap((record) => resourceOf(record) ?? [])
    .find((resource) => !there.has(resource));
}

/** The changes that give ownership back to whom we took it from. */
export function returnedChanges(reading: ZoneAsRead, name: NameAsRead, setIdentifier: string): Change[] {
  return registryOf(reading, name, setIdentifier)
    .filter((record) => ownerOf(record) === OUR_OWNER && KEPT.test(onlyValue(record) ?? ''))
    .flatMap((record) => replaced(record, { ...record, values: [returned(record)] }));
}

function taken(record: RecordSet): string {
  return owned(onlyValue(record) ?? '', OUR_OWNER).replace(
    /("?)$/,
    (quote) => `,throwover/owner=${ownerOf(record)}${quote}`,
  );
}

function returned(record: RecordSet): string {
  const value = onlyValue(record) ?? '';
  return owned(value.replace(KEPT, '$2'), KEPT.exec(value)?.[1] ?? '');
}

/** The same registry TXT with another owner. */
export function ownedBy(record: RecordSet, owner: string): RecordSet {
  return { ...record, values: [owned(onlyValue(record) ?? '', owner)] };
}

function owned(value: string, owner: string): string {
  return value.replace(OWNER, () => `external-dns/owner=${owner}`);
}
