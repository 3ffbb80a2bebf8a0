/** Record sets as we speak of them: everything that must be repeated exactly when a record is deleted. */
export interface RecordSet {
  /** Lower case, fully qualified, ends with a dot. */
  name: string;
  type: string;
  /** How the zone chooses between sets of one name; `other` is latency, failover, geolocation and the like. */
  policy: 'simple' | 'weighted' | 'other';
  setIdentifier?: string;
  weight?: number;
  ttlSeconds?: number;
  values?: readonly string[];
  alias?: { zone: string; name: string; evaluateTargetHealth: boolean };
  healthCheck?: string;
}

/** The key under which a zone holds at most one record set. */
export function keyOf(record: RecordSet): string {
  return `${record.name} ${record.type} ${record.setIdentifier ?? ''}`;
}

/** The same record with another weight: nothing else is touched, or health checks and targets would be lost. */
export function weighing(record: RecordSet, weight: number): RecordSet {
  return { ...record, weight };
}
