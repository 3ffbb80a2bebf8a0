import type { InMemory } from '../../lab/in-memory/run.ts';
import type { SteppedClock } from '../../models/stepped-clock.ts';
import { atMost, type Bench, type Result } from '../../scripts/bench/result.ts';
import { type Given, type Played, played } from './failover.ts';
import { tokensOf } from './phases.ts';

const LEFT = 0.2;
const TOKENS_PER_SECOND = 100;
const BURST = 1_500;
const NAMES = [30, 100, 300];
const OURS = 'Z0EXAMPLE';
const THEIRS = 'Z0NEIGHBOUR';

/**
 * Somebody else in the account takes 80 % of what Route 53 gives it: because four fifths of every bucket are gone, or
 * because a neighbour spends them while we look. Every move ends all the same, and in nearly the time that is possible.
 */
const bench: Bench = async () => {
  const results: Result[] = [];
  for (const names of NAMES) {
    const smaller = await attempt({ names, layout: 'records', externalDns: false, rules: { budget: { share: LEFT } } });
    results.push(...judged(`${names} names, four fifths of every bucket gone`, smaller, LEFT * BURST));
    const spending = await attempt({ names, layout: 'records', externalDns: false, meanwhile: SPENDER });
    results.push(...judged(`${names} names, a neighbour spends four fifths`, spending, BURST));
  }
  const alive = await attempt({ names: 1_000, layout: 'records' });
  results.push(...judged('1,000 names, an ExternalDNS publishes what we are about to write', alive, BURST, 1));
  return results;
};

async function attempt(given: Given): Promise<Played | undefined> {
  return played(given).catch(() => undefined);
}

function judged(name: string, run: Played | undefined, burst: number, share = LEFT): Result[] {
  const failed = atMost(0, `neighbour, ${name}: failed moves`, run === undefined ? 1 : 0, 'moves');
  if (run === undefined) return [failed];
  const tokens = tokensOf(run.batches) + (share === 1 ? run.othersTokens : 0);
  const tokensSeconds = (tokens - burst) / (TOKENS_PER_SECOND * share);
  // what pods take is no fault of any neighbour
  const fewest = Math.max(tokensSeconds, run.seconds.untilSteer);
  return [
    failed,
    atMost(1.3, `neighbour, ${name}: time of the move against the least`, run.seconds.moved / fewest, 'times'),
  ];
}

/** 80 tokens each second in another zone of the account, and eight questions. */
const SPENDER = {
  name: 'spender',
  begin({ world: { route53 } }: InMemory, clock: SteppedClock): void {
    const sets = Array.from({ length: 40 }, (_, at) => ({
      ...{ Name: `name-${at}.neighbour.test.`, Type: 'A', TTL: 60, ResourceRecords: [{ Value: '192.0.2.1' }] },
    }));
    route53.createZone({ name: 'neighbour.test', id: THEIRS, nameServers: ['192.0.2.53'], recordSets: sets });
    const Changes = sets.map((set) => ({ Action: 'UPSERT' as const, ResourceRecordSet: set }));
    const spend = () => {
      clock.after(1_000, spend);
      patiently(() =>
        route53.changeResourceRecordSets({ HostedZoneId: THEIRS, ChangeBatch: { Changes } }, 'neighbour'),
      );
      for (let asked = 0; asked < 7; asked++)
        patiently(() => route53.listResourceRecordSets({ HostedZoneId: OURS, MaxItems: 1 }, 'neighbour'));
    };
    spend();
  },
};

function patiently(ask: () => unknown): void {
  try {
    ask();
  } catch {
    // throttled like everybody: it asks again in a second
  }
}

export default bench;
