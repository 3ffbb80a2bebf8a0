/** Record sets, there and back. What is written is exactly what was read with the one field changed that is meant. */
import type { RecordSet } from '../../core/plan/records.ts';
import type { AwsRecordSet, WrittenRecordSet } from './calls.ts';

export function fromAws(set: AwsRecordSet): RecordSet {
  const alias = set.AliasTarget;
  return {
    name: set.Name ?? '',
    type: set.Type ?? '',
    policy: policyOf(set),
    ...(set.SetIdentifier === undefined ? {} : { setIdentifier: set.SetIdentifier }),
    // 0 is a weight like any other
    ...(set.Weight === undefined ? {} : { weight: set.Weight }),
    ...(set.TTL === undefined ? {} : { ttlSeconds: set.TTL }),
    ...(set.ResourceRecords === undefined || set.ResourceRecords.length === 0
      ? {}
      : { values: set.ResourceRecords.map(({ Value = '' }) => Value) }),
    ...(alias === undefined
      ? {}
      : {
          alias: {
            zone: alias.HostedZoneId ?? '',
            name: alias.DNSName ?? '',
            evaluateTargetHealth: alias.EvaluateTargetHealth ?? false,
          },
        }),
    ...(set.HealthCheckId === undefined ? {} : { healthCheck: set.HealthCheckId }),
  };
}

function policyOf(set: AwsRecordSet): RecordSet['policy'] {
  if (set.Weight !== undefined) return 'weighted';
  const others = [
    set.Region,
    set.Failover,
    set.GeoLocation,
    set.GeoProximityLocation,
    set.CidrRoutingConfig,
    set.MultiValueAnswer,
  ];
  return others.some((other) => other !== undefined) ? 'other' : 'simple';
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
