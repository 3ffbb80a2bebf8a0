/** The shapes of the Route 53 API (SDK v3), except that times are milliseconds since the epoch. */
export interface ResourceRecord {
  readonly Value: string;
}

export interface AliasTarget {
  readonly HostedZoneId: string;
  readonly DNSName: string;
  readonly EvaluateTargetHealth: boolean;
}

export interface ResourceRecordSet {
  readonly Name: string;
  readonly Type: string;
  readonly SetIdentifier?: string | undefined;
  readonly Weight?: number | undefined;
  readonly Region?: string | undefined;
  readonly Failover?: string | undefined;
  readonly GeoLocation?: Readonly<Record<string, string>> | undefined;
  readonly MultiValueAnswer?: boolean | undefined;
  readonly TTL?: number | undefined;
  readonly ResourceRecords?: readonly ResourceRecord[] | undefined;
  readonly AliasTarget?: AliasTarget | undefined;
  readonly HealthCheckId?: string | undefined;
}

export type Action = 'CREATE' | 'DELETE' | 'UPSERT';

export interface Change {
  readonly Action: Action;
  readonly ResourceRecordSet: ResourceRecordSet;
}

export interface ChangeResourceRecordSetsInput {
  readonly HostedZoneId: string;
  readonly ChangeBatch: { readonly Comment?: string | undefined; readonly Changes: readonly Change[] };
}

export interface ChangeInfo {
  Id: string;
  Status: 'PENDING' | 'INSYNC';
  /** Milliseconds since the epoch. */
  SubmittedAt: number;
  Comment?: string;
}

export interface ListResourceRecordSetsInput {
  readonly HostedZoneId: string;
  readonly StartRecordName?: string | undefined;
  readonly StartRecordType?: string | undefined;
  readonly StartRecordIdentifier?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface ListResourceRecordSetsOutput {
  ResourceRecordSets: ResourceRecordSet[];
  IsTruncated: boolean;
  NextRecordName?: string;
  NextRecordType?: string;
  NextRecordIdentifier?: string;
  MaxItems: number;
}

export interface HostedZone {
  /** With its prefix: `/hostedzone/Z…`. */
  Id: string;
  Name: string;
  CallerReference: string;
  Config: { PrivateZone: boolean };
  ResourceRecordSetCount: number;
  Features?: { AcceleratedRecoveryStatus: string };
}

export interface ListHostedZonesInput {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface ListHostedZonesOutput {
  HostedZones: HostedZone[];
  Marker: string;
  IsTruncated: boolean;
  NextMarker?: string;
  MaxItems: number;
}

export interface ListHostedZonesByNameInput {
  readonly DNSName?: string | undefined;
  readonly HostedZoneId?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface ListHostedZonesByNameOutput {
  HostedZones: HostedZone[];
  DNSName?: string;
  HostedZoneId?: string;
  IsTruncated: boolean;
  NextDNSName?: string;
  NextHostedZoneId?: string;
  MaxItems: number;
}

export interface GetHostedZoneOutput {
  HostedZone: HostedZone;
  /** Public zones only. */
  DelegationSet?: { NameServers: string[] };
  /** Private zones only. */
  VPCs?: { VPCRegion: string; VPCId: string }[];
}
