/**
 * Hosted zones over Route 53. A change call is sent once and never retried here: a retry of one that had an effect is
 * refused by its own fence, and only the caller can tell. Reads are retried when they are throttled.
 */
import { ZoneUnreadable } from '../../core/errors.ts';
import type { Batch } from '../../core/plan/batch.ts';
import type { RecordSet } from '../../core/plan/records.ts';
import type { ChangeAnswer, Clock, Zones } from '../../core/ports.ts';
import type { Route53Calls } from './calls.ts';
import { courseOver, type Start, startOf } from './listing.ts';
import { fromAws, toAws } from './record-shape.ts';

/** The most that a page holds; a zone may give less. */
const PAGE = 300;
/** More than one name has: each cluster's records of each type, their registry, and strays. */
const FEW = 20;
const COMMENT_CHARACTERS = 256;
const READ_TRIES = 8;
const FIRST_WAIT_MILLISECONDS = 500;

export function zonesOver(route53: Route53Calls, clock: Clock): Zones {
  const pageOf = async (zoneId: string, from: Start, items: number): Promise<Page> => {
    const ask = () => route53.listResourceRecordSets({ HostedZoneId: zoneId, MaxItems: items, ...from });
    const page = await patiently(ask, zoneId, clock);
    const records = (page.ResourceRecordSets ?? []).map(fromAws);
    if (page.IsTruncated !== true) return { records };
    return { records, next: startOf(page.NextRecordName, page.NextRecordType, page.NextRecordIdentifier) };
  };

  const zones: Zones = {
    async read(zoneId) {
      const records: RecordSet[] = [];
      for (let from: Start | undefined = {}; from !== undefined; ) {
        const page: Page = await pageOf(zoneId, from, PAGE);
        records.push(...page.records);
        from = page.next;
      }
      return records;
    },

    async readName(zoneId, name) {
      const { records } = await pageOf(zoneId, { StartRecordName: name }, FEW);
      return records.filter((record) => record.name === name);
    },

    async readNames(zoneId, names) {
      const wanted = new Set(names);
      const found: RecordSet[] = [];
      const course = courseOver(wanted);
      for (let from = course.first; from !== undefined; ) {
        const { records, next }: Page = await pageOf(zoneId, from, PAGE);
        found.push(...records.filter(({ name }) => wanted.has(name)));
        from = next === undefined ? undefined : course.after(next);
      }
      for (const { name } of found) wanted.delete(name);
      // the zone may keep its names in another order than we think: a name is missing only when it was asked for by itself
      if (wanted.size > FEW) return (await zones.read(zoneId)).filter(({ name }) => names.includes(name));
      for (const name of wanted) found.push(...(await zones.readName(zoneId, name)));
      return found;
    },

    async apply(zoneId, batch) {
      try {
        const { ChangeInfo } = await route53.changeResourceRecordSets({
          HostedZoneId: zoneId,
          ChangeBatch: changeBatch(batch),
        });
        const change = ChangeInfo?.Id;
        return change === undefined
          ? { kind: 'unknown', because: 'an answer without a ChangeId' }
          : { kind: 'applied', change };
      } catch (cause) {
        return answerTo(cause);
      }
    },

    async isInsync(change) {
      const { ChangeInfo } = await patiently(() => route53.getChange({ Id: change }), change, clock);
      return ChangeInfo?.Status === 'INSYNC';
    },
  };
  return zones;
}

interface Page {
  records: RecordSet[];
  /** Undefined: this was the last page. */
  next?: Start;
}

function changeBatch({ why, changes }: Batch) {
  return {
    Comment: why.slice(0, COMMENT_CHARACTERS),
    Changes: changes.map(({ action, record }) => ({ Action: action, ResourceRecordSet: toAws(record) })),
  };
}

const THROTTLED = ['Throttling', 'ThrottlingException', 'TooManyRequestsException', 'RequestLimitExceeded'];
const REFUSED = ['InvalidChangeBatch', 'InvalidInput', 'NoSuchHealthCheck'];
const DENIED = ['AccessDenied', 'AccessDeniedException', 'HostedZoneLocked', 'NoSuchHostedZone'];

/** What an error of a change call says about the batch. Anything we do not know may have happened. */
function answerTo(cause: unknown): ChangeAnswer {
  if (!(cause instanceof Error)) return { kind: 'unknown', because: String(cause) };
  const because = `${cause.name}: ${cause.message}`;
  if (cause.name === 'PriorRequestNotComplete') return { kind: 'busy', because };
  if (THROTTLED.includes(cause.name)) return { kind: 'throttled', because };
  if (REFUSED.includes(cause.name)) return { kind: 'refused', because };
  return { kind: DENIED.includes(cause.name) ? 'denied' : 'unknown', because };
}

/** A read may be asked again as often as one likes; it waits longer each time it is throttled. */
async function patiently<T>(ask: () => Promise<T>, what: string, clock: Clock): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (cause) {
      if (!(cause instanceof Error)) throw cause;
      if (attempt >= READ_TRIES || DENIED.includes(cause.name))
        throw new ZoneUnreadable(`${what}: ${cause.name}: ${cause.message}`, { what }, { cause });
      await clock.wait(FIRST_WAIT_MILLISECONDS * 2 ** Math.min(attempt - 1, 4));
    }
  }
}
