/** What the arguments of the instances say, before any record is looked at. */
import { OUR_OWNER } from '../plan/ownership.ts';
import type { DnsFinding } from './finding.ts';
import { type Instance, isBefore22 } from './instance.ts';

/** An instance publishes at most once in this time: what waits one interval waits so long. */
const LONGEST_INTERVAL_SECONDS = 60;

/** @param eksName what EKS calls the cluster: the second rung is a command of AWS */
export function lintInstances(cluster: string, instances: readonly Instance[], eksName: string): DnsFinding[] {
  if (instances.length === 0)
    return [
      {
        level: 'SHOULD',
        name: 'NoInstance',
        about: cluster,
        what: `no Deployment of ${cluster} runs an image called external-dns`,
        fix: 'install one, or know who else keeps the records of this cluster: a new load balancer would reach nobody',
      },
    ];
  return [...severalIn(cluster, instances), ...instances.flatMap((instance) => lintInstance(instance, eksName))];
}

/** Both clusters together: two owners of one name are unsupported, and `sync` deletes what it owns and does not want. */
export function lintPair(instances: readonly Instance[]): DnsFinding[] {
  const sharing = instances.filter(({ cluster, owner }) =>
    instances.some((other) => other.cluster !== cluster && other.owner === owner),
  );
  const owners = new Set(sharing.map(({ owner }) => owner));
  return [...owners].flatMap((owner): DnsFinding[] => {
    const those = sharing.filter((one) => one.owner === owner);
    const deleting = those.filter(({ policy }) => policy === 'sync');
    const told = those.map(({ cluster, where }) => `${where} of ${cluster}`).join(' and ');
    const fix = `a \`--txt-owner-id\` of its own for each cluster, as in ${those.map(({ cluster }) => `--txt-owner-id=${cluster}`).join(', ')}; take the policy to upsert-only first, and back when the registry names the new owners`;
    return [
      { level: 'MUST', name: 'SharedOwner', about: 'the pair', what: `${told} both call themselves ${owner}`, fix },
      ...deleting.map(
        ({ cluster, where }): DnsFinding => ({
          level: 'MUST',
          name: 'SyncWithSharedOwner',
          about: cluster,
          what: `${where} of ${cluster} has --policy=sync and shares the owner ${owner}: it deletes the records of the other cluster as soon as it does not see their Ingresses`,
          fix: `now: --policy=upsert-only in ${cluster}; then an owner of its own`,
        }),
      ),
    ];
  });
}

function severalIn(cluster: string, instances: readonly Instance[]): DnsFinding[] {
  const twice = instances.filter(({ owner }, at) => instances.findIndex((one) => one.owner === owner) !== at);
  return twice.map(({ where, owner }) => ({
    level: 'SHOULD',
    name: 'SeveralInstances',
    about: cluster,
    what: `${where} is one of several in ${cluster} that call themselves ${owner}`,
    fix: 'one instance for each owner: two with one owner and different sources delete each other’s records',
  }));
}

/**
 * What takes the rights of an instance away, for a person in a failover: automation never writes IAM. First the one for Pod
 * Identity, then the one for a role that its service account names.
 */
function secondRung({ cluster, where, serviceAccount }: Instance, eksName: string): readonly [string, string] {
  const [namespace = ''] = where.split('/');
  const account = `--cluster-name ${eksName} --namespace ${namespace} --service-account ${serviceAccount}`;
  const association = `$(aws eks list-pod-identity-associations ${account} --query 'associations[0].associationId' --output text)`;
  const arn = `$(kubectl --context ${cluster} --namespace ${namespace} get serviceaccount ${serviceAccount} --output jsonpath='{.metadata.annotations.eks\\.amazonaws\\.com/role-arn}')`;
  const deny = { Effect: 'Deny', Action: 'route53:ChangeResourceRecordSets', Resource: '*' };
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [deny] });
  return [
    `aws eks delete-pod-identity-association --cluster-name ${eksName} --association-id "${association}"`,
    `aws iam put-role-policy --role-name "$(basename "${arn}")" --policy-name throwover-silence --policy-document '${policy}'`,
  ];
}

function silencing(instance: Instance, eksName: string): string {
  const [podIdentity, role] = secondRung(instance, eksName);
  return `keep ownership readable in TXT records; until then a person takes its rights away when it must be silent: \`${podIdentity}\`, or where its service account names a role \`${role}\``;
}

function lintInstance(instance: Instance, eksName: string): DnsFinding[] {
  const { cluster, where, owner, registry, cacheSeconds, intervalSeconds, policy, version } = instance;
  const found: DnsFinding[] = [];
  const say = (level: DnsFinding['level'], name: DnsFinding['name'], what: string, fix: string) =>
    found.push({ level, name, about: cluster, what: `${where} of ${cluster} ${what}`, fix });
  if (owner === OUR_OWNER)
    say(
      'MUST',
      'OwnerIsOurs',
      `calls itself ${owner}: taking its records from it has no effect`,
      'another --txt-owner-id',
    );
  if (registry === 'noop')
    say(
      'MUST',
      'NoRegistry',
      'has no registry: it writes every record it finds, whoever owns it',
      '--registry=txt with a --txt-owner-id',
    );
  else if (registry !== 'txt')
    say(
      'MUST',
      'RegistryElsewhere',
      `keeps its registry in ${registry}: its records cannot be taken from it`,
      silencing(instance, eksName),
    );
  if (instance.encrypts)
    say(
      'MUST',
      'EncryptedRegistry',
      'encrypts its registry: its records cannot be taken from it',
      silencing(instance, eksName),
    );
  if (cacheSeconds > intervalSeconds)
    say(
      'MUST',
      'CachedOwners',
      `believes the owners it read for ${cacheSeconds} s: so long does it go on after its records were taken`,
      'leave --txt-cache-interval out',
    );
  if (intervalSeconds > LONGEST_INTERVAL_SECONDS)
    say(
      'SHOULD',
      'LongInterval',
      `loops every ${intervalSeconds} s: what is given back is given one minute after its role is right`,
      `--interval=1m`,
    );
  if (policy === undefined && version !== undefined && !isBefore22(version))
    say(
      'MUST',
      'PolicyNotSaid',
      `is ${version} and says no --policy: it does not start`,
      '--policy=upsert-only, or sync when it owns what it deletes',
    );
  if (policy === 'create-only')
    say(
      'MAY',
      'OnlyAdds',
      'only creates: a new load balancer, and the weight after a move, reach no record',
      '--policy=upsert-only',
    );
  if (instance.annotationPrefix === undefined)
    say(
      'MAY',
      'PrefixUnknown',
      'has an image without a version: which annotations it reads is not known',
      'say --annotation-prefix',
    );
  return found;
}
