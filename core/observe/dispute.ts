/**
 * Who wrote what is not ours, as far as the zones themselves show it: a fence names the ledger and the run that wrote it,
 * weights name nobody. Who it was stands in CloudTrail, minutes later; a person asks there.
 */
import type { Facts, ZoneFacts } from '../facts.ts';
import { someOf } from '../gates/wording.ts';
import { standingOf } from '../plan/reading.ts';
import { saidBy, type ZoneFace, zoneFactsOf } from './faces.ts';

export interface Dispute {
  zones: readonly string[];
  /** Records and fences with what stands in them. The same words as long as nothing else is written. */
  evidence: string;
}

/** Lists who changed record sets lately. Not ours: a command of AWS, for a person. */
export const WHO_WROTE =
  'aws cloudtrail lookup-events --region us-east-1 --lookup-attributes AttributeKey=EventName,AttributeValue=ChangeResourceRecordSets';

/** Undefined: nobody but us wrote there. */
export function disputeIn(faces: readonly ZoneFace[], facts: Pick<Facts, 'zones'>): Dispute | undefined {
  const foreign = faces.filter(({ state }) => state === 'foreign fence' || state === 'foreign weights');
  if (foreign.length === 0) return undefined;
  const told = foreign.map((face) =>
    face.state === 'foreign weights'
      ? weightsTold(face, zoneFactsOf({ id: face.id, title: face.zone }, facts))
      : fenceTold(face),
  );
  return { zones: foreign.map(({ zone }) => zone), evidence: told.join('; ') };
}

function fenceTold({ because, fence }: ZoneFace): string {
  return fence === undefined ? because : `${because} (by=${fence.by} epoch=${fence.epoch} run=${fence.run})`;
}

/** Each name that is not where the fence says, with its weights. */
function weightsTold({ zone, because, fence }: ZoneFace, seen: ZoneFacts | undefined): string {
  if (fence === undefined || seen?.reading === undefined) return because;
  const strange = seen.reading.names
    .filter((name) => ![saidBy(fence, name.ring), 'none'].includes(standingOf([name])))
    .flatMap(({ name, ring, groups }) =>
      groups.map(({ type, sides }) => {
        const weights = Object.entries(sides).map(
          ([cluster, { weight }]) => `${cluster} ${weight ?? 'without a weight'}`,
        );
        return `${name} ${type} has ${weights.sort().join(', ')}, the fence says ${saidBy(fence, ring)}`;
      }),
    );
  return strange.length === 0 ? because : `${zone}: ${someOf(strange)}`;
}
