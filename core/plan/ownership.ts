/**
 * Ownership of records. A dead cluster's ExternalDNS may live, or come back, and publish its weights again every minute.
 * It filters every update and delete by the owner that a registry TXT names, and reads owners afresh each loop: so in
 * unplanned runs we become the owner of the old side's records, keep the old owner's name beside it, and give it back
 * when that cluster has been seen to stand by (facts/route53.md, section 8).
 */
import { type Change, replaced } from './batch.ts';
import type { NameAsRead, ZoneAsRead } from './reading.ts';
import type { RecordSet } from './records.ts';

/** The owner that no ExternalDNS has. */
export const OUR_OWNER = 'throwover';

const OWNER = /external-dns\/owner=([^,"]*)/;
const KEPT = /,throwover\/owner=([^,"]*)/;

/** Registry TXTs of `name` on the side `setIdentifier`: every form in which ExternalDNS has ever written them. */
export function registryOf(reading: ZoneAsRead, name: NameAsRead, setIdentifier: string): RecordSet[] {
  return reading.records.filter(
    (record) =>
      record.type === 'TXT' &&
      record.setIdentifier === setIdentifier &&
      isRegistryNameOf(record.name, name.name) &&
      ownerOf(record) !== undefined,
  );
}

/** `shop.example.test.` is registered at `a-shop…`, `aaaa-shop…`, `cname-shop…`, `shop…`, each also behind a dotted prefix. */
function isRegistryNameOf(registry: string, name: string): boolean {
  if (!registry.endsWith(name)) return false;
  return /^(.*\.)?((a|aaaa|cname)-)?$/.test(registry.slice(0, -name.length));
}

/** The owner a registry TXT names; undefined when it is no registry TXT. */
export function ownerOf(record: RecordSet): string | undefined {
  const [value] = record.values ?? [];
  return value?.includes('heritage=external-dns') ? OWNER.exec(value)?.[1] : undefined;
}

/** The changes that make us the owner of a name's records on one side; none when we are already. */
export function takenChanges(reading: ZoneAsRead, name: NameAsRead, setIdentifier: string): Change[] {
  return registryOf(reading, name, setIdentifier)
    .filter((record) => ownerOf(record) !== OUR_OWNER)
    .flatMap((record) => replaced(record, { ...record, values: [taken(record.values?.[0] ?? '')] }));
}

/** The changes that give ownership back to whom we took it from. */
export function returnedChanges(reading: ZoneAsRead, name: NameAsRead, setIdentifier: string): Change[] {
  return registryOf(reading, name, setIdentifier)
    .filter((record) => ownerOf(record) === OUR_OWNER)
    .flatMap((record) => replaced(record, { ...record, values: [returned(record.values?.[0] ?? '')] }));
}

function taken(value: string): string {
  const owner = OWNER.exec(value)?.[1] ?? '';
  return value.replace(OWNER, `external-dns/owner=${OUR_OWNER}`).replace(/"?$/, `,throwover/owner=${owner}"`);
}

function returned(value: string): string {
  const owner = KEPT.exec(value)?.[1] ?? '';
  return value.replace(KEPT, '').replace(OWNER, `external-dns/owner=${owner}`);
}
