/** Record sets, there and back. What is written is exactly what was read with the one field changed that is meant. */
import type { RecordSet } from '../../core/plan/records.ts';
import type { AwsRecordSet, WrittenRecordSet } from './calls.ts';

export function fromAws(set: AwsRecordSet): RecordSet {
  const { SetIdentifier, Weight, TTL, ResourceRecords, AliasTarget: alias, HealthCheckId } = set;
  const record: RecordSet = { name: set.Name ?? '', type: set.Type ?? '', policy: policyOf(set) };
  if (SetIdentifier !== undefined) record.setIdentifier = SetIdentifier;
  // 0 is a weight like any other
  if (Weight !== undefined) record.weight = Weight;
  if (TTL !== undefined) record.ttlSeconds = TTL;
  if (ResourceRecords !== undefined && ResourceRecords.length > 0)
    record.values = ResourceRecords.map(({ Value = '' }) => Value);
  if (alias !== undefined)
    record.alias = {
      zone: alias.HostedZoneId ?? '',
      name: alias.DNSName ?? '',
      evaluateTargetHealth: alias.EvaluateTargetHealth ?? false,
    };
  if (HealthCheckId !== undefined) record.healthCheck = HealthCheckId;
  return record;
}

function policyOf(set: AwsRecordSet): RecordSet['policy'] {
  if (set.Weight !== undefined) return 'weighted';
  const isOther =
    set.Region !== undefined ||
    set.Failover !== undefined ||
    set.GeoLocation !== undefined ||
    set.GeoProximityLocation !== undefined ||
    set.CidrRoutingConfig !== undefined ||
    set.MultiValueAnswer !== undefined;
  return isOther ? 'other' : 'simple';
}

/** Throws for a policy we do not write: such a record is never ours to change. */
export function toAws(record: RecordSet): WrittenRecordSet {
  if (record.policy === 'other')
    throw new RangeError(`${record.name} ${record.type} has a routing policy that is never written`);
  const { alias } = record;
  return {
    Name: record.name,
    Type: record.type,
    ...(record.setIdentifier === undefined ? {} : { SetIdentifier: record.setIdentifier }),
    ...(record.weight === undefined ? {} : { Weight: record.weight }),
    ...(record.ttlSeconds === undefined ? {} : { TTL: record.ttlSeconds }),
    ...(record.values === undefined ? {} : { ResourceRecords: record.values.map((Value) => ({ Value })) }),
    ...(alias === undefined
      ? {}
      : {
          AliasTarget: {
            HostedZoneId: alias.zone,
            DNSName: alias.name,
            EvaluateTargetHealth: alias.evaluateTargetHealth,
          },
        }),
    ...(record.healthCheck === undefined ? {} : { HealthCheckId: record.healthCheck }),
  };
}
