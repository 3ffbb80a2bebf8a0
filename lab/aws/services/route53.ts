import type { Route53 } from '../../../models/route53/route53.ts';
import type {
  ChangeResourceRecordSetsInput,
  ListHostedZonesByNameInput,
  ListHostedZonesInput,
  ListResourceRecordSetsInput,
} from '../../../models/route53/shapes.ts';
import { route53Protocol } from '../route53-protocol.ts';
import { operation, type Service } from '../service.ts';
import { list, required, structure } from '../shape.ts';

const recordSet = structure({
  Name: required('string'),
  // The model says itself what it thinks of types, weights and the rest: in Route 53's words, with the place.
  Type: required('string'),
  SetIdentifier: 'string',
  Weight: 'integer',
  Region: 'string',
  Failover: 'string',
  GeoLocation: structure({ ContinentCode: 'string', CountryCode: 'string', SubdivisionCode: 'string' }),
  MultiValueAnswer: 'boolean',
  TTL: 'integer',
  ResourceRecords: list(structure({ Value: required('string') })),
  AliasTarget: structure({
    HostedZoneId: required('string'),
    DNSName: required('string'),
    EvaluateTargetHealth: required('boolean'),
  }),
  HealthCheckId: 'string',
});

export function route53Service(route53: Route53): Service {
  return {
    signingName: 'route53',
    title: 'Route 53',
    protocols: [route53Protocol],
    timestamps: new Set(['SubmittedAt']),
    operations: {
      // The answer comes when the zone has processed the change: until then it refuses others.
      ChangeResourceRecordSets: operation(
        {
          HostedZoneId: 'string',
          ChangeBatch: required(
            structure({
              Comment: 'string',
              Changes: required(
                list(structure({ Action: required('string'), ResourceRecordSet: required(recordSet) })),
              ),
            }),
          ),
        },
        (input: ChangeResourceRecordSetsInput, caller) => route53.changeResourceRecordSetsInTime(input, caller),
        { at: 'POST /2013-04-01/hostedzone/{HostedZoneId}/rrset' },
      ),
      GetChange: operation({ Id: 'string' }, (input: { Id: string }, caller) => route53.getChange(input, caller), {
        at: 'GET /2013-04-01/change/{Id}',
      }),
      GetHostedZone: operation(
        { Id: 'string' },
        (input: { Id: string }, caller) => route53.getHostedZone(input, caller),
        { at: 'GET /2013-04-01/hostedzone/{Id}' },
      ),
      ListHostedZones: operation(
        { Marker: 'string', MaxItems: 'integer' },
        (input: ListHostedZonesInput, caller) => route53.listHostedZones(input, caller),
        { at: 'GET /2013-04-01/hostedzone', query: { marker: 'Marker', maxitems: 'MaxItems' } },
      ),
      ListHostedZonesByName: operation(
        { DNSName: 'string', HostedZoneId: 'string', MaxItems: 'integer' },
        (input: ListHostedZonesByNameInput, caller) => route53.listHostedZonesByName(input, caller),
        {
          at: 'GET /2013-04-01/hostedzonesbyname',
          query: { dnsname: 'DNSName', hostedzoneid: 'HostedZoneId', maxitems: 'MaxItems' },
        },
      ),
      ListResourceRecordSets: operation(
        {
          HostedZoneId: 'string',
          StartRecordName: 'string',
          StartRecordType: 'string',
          StartRecordIdentifier: 'string',
          MaxItems: 'integer',
        },
        (input: ListResourceRecordSetsInput, caller) => route53.listResourceRecordSets(input, caller),
        {
          at: 'GET /2013-04-01/hostedzone/{HostedZoneId}/rrset',
          query: {
            name: 'StartRecordName',
            type: 'StartRecordType',
            identifier: 'StartRecordIdentifier',
            maxitems: 'MaxItems',
          },
        },
      ),
    },
  };
}
