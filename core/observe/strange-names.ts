/** The names of a reading that are not as they should be, one by one: weights that the fence does not say, records that cannot be steered. */
import type { Facts, ZoneFacts } from '../facts.ts';
import { dnsFindings } from '../gates/dns-fit.ts';
import type { ZoneAsRead } from '../plan/reading.ts';
import { namesInZone } from '../topology/pair.ts';
import { zoneFaces } from './faces.ts';

export function strangeNames(facts: Facts): string[] {
  return facts.zones.flatMap((seen) => {
    const { reading } = seen;
    if (reading === undefined) return [];
    return namesOf(reading, facts).filter((name) => isStrange(name, seen, reading, facts));
  });
}

function namesOf(reading: ZoneAsRead, { pair }: Facts): readonly string[] {
  const all = [...reading.names, ...namesInZone(pair, reading.zone)].map(({ name }) => name);
  return [...new Set(all)].filter((name) => reading.only?.has(name) ?? true);
}

/** The zone as if it had no other name. */
function isStrange(name: string, seen: ZoneFacts, reading: ZoneAsRead, facts: Facts): boolean {
  const alone = { ...reading, names: reading.names.filter((one) => one.name === name), only: new Set([name]) };
  const zone = { ...seen, answers: [], reading: alone };
  const narrowed = { ...facts, pair: { ...facts.pair, zones: [reading.zone] }, zones: [zone] };
  const faces = zoneFaces(narrowed);
  return (
    faces.some(({ state }) => state === 'foreign weights') ||
    dnsFindings(narrowed, { faces }).findings.some(({ kind }) => kind === 'unfit')
  );
}
