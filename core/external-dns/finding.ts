/**
 * What doctor says of ExternalDNS. MUST: a move can be undone behind our back, or records be lost. SHOULD: a move is slower,
 * or somebody is misled. MAY: a choice.
 */
export interface DnsFinding {
  readonly level: 'MUST' | 'SHOULD' | 'MAY';
  /** docs/runbook/external-dns.md has a chapter of this name. */
  readonly name: FindingName;
  /** A cluster, a zone, or the pair. */
  readonly about: string;
  readonly what: string;
  readonly fix: string;
}

export const findingNames = [
  'NotSeen',
  'NoInstance',
  'SeveralInstances',
  'SharedOwner',
  'SyncWithSharedOwner',
  'OwnerIsOurs',
  'NoRegistry',
  'RegistryElsewhere',
  'EncryptedRegistry',
  'CachedOwners',
  'LongInterval',
  'PolicyNotSaid',
  'OnlyAdds',
  'PrefixUnknown',
  'WrongPrefix',
  'OtherSetIdentifier',
  'TargetHealthEvaluated',
  'UnequalTtls',
  'ThirdRecord',
  'KeptByOneOwner',
  'OwnerElsewhere',
  'MissingRegistry',
  'RegistryNotRead',
  'OwnedByUs',
  'NoSource',
  'PivotIsKept',
] as const;
export type FindingName = (typeof findingNames)[number];
