/**
 * One ExternalDNS as its Deployment shows it: the arguments of its container, its environment and its image. What is not
 * said has the default of the program (facts/route53.md, section 8).
 */

/** Annotations it reads since v0.22.0, and before. One of them, never both. */
export const PREFIX = 'external-dns.kubernetes.io/';
export const OLD_PREFIX = 'external-dns.alpha.kubernetes.io/';
const DEFAULT_OWNER = 'default';
const DEFAULT_INTERVAL_SECONDS = 60;

export interface Instance {
  readonly cluster: string;
  /** `namespace/name` of its Deployment. */
  readonly where: string;
  /** Who it is in its cluster: its rights in AWS hang on that. */
  readonly serviceAccount: string;
  /** `v0.23.0`; undefined when the image has no such tag. */
  readonly version?: string;
  readonly owner: string;
  /** Undefined: not said. */
  readonly policy?: string;
  readonly registry: string;
  readonly txtPrefix: string;
  readonly txtSuffix: string;
  readonly encrypts: boolean;
  /** How long it goes on believing the owners that it read; 0: it reads them afresh each loop. */
  readonly cacheSeconds: number;
  readonly intervalSeconds: number;
  /** Undefined: neither an argument nor the version says which. */
  readonly annotationPrefix?: string;
  /** What an alias gets whose Ingress says nothing. */
  readonly evaluatesTargetHealth: boolean;
}

/** A Deployment, cut down to what is read. */
export interface DeploymentSeen {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly serviceAccount?: string;
  readonly containers: readonly {
    readonly image: string;
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  }[];
}

/** Undefined: no container of it is an ExternalDNS. */
export function instanceIn({
  cluster,
  namespace,
  name,
  serviceAccount = 'default',
  containers,
}: DeploymentSeen): Instance | undefined {
  const container = containers.find(({ image }) => /(^|\/)external-dns([:@]|$)/.test(image));
  if (container === undefined) return undefined;
  const said = optionsOf(container.args, container.env);
  const version = /:(v\d+\.\d+\.\d+)/.exec(container.image)?.[1];
  const annotationPrefix = said('annotation-prefix') ?? (version && (isBefore22(version) ? OLD_PREFIX : PREFIX));
  const policy = said('policy');
  return {
    cluster,
    where: `${namespace}/${name}`,
    serviceAccount,
    ...(version === undefined ? {} : { version }),
    owner: said('txt-owner-id') ?? DEFAULT_OWNER,
    ...(policy === undefined ? {} : { policy }),
    registry: said('registry') ?? 'txt',
    txtPrefix: said('txt-prefix') ?? '',
    txtSuffix: said('txt-suffix') ?? '',
    encrypts: said('txt-encrypt-enabled') === 'true',
    cacheSeconds: secondsOf(said('txt-cache-interval')) ?? 0,
    intervalSeconds: secondsOf(said('interval')) ?? DEFAULT_INTERVAL_SECONDS,
    ...(annotationPrefix ? { annotationPrefix } : {}),
    evaluatesTargetHealth: said('aws-evaluate-target-health') !== 'false',
  };
}

/** Since v0.22.0 `--policy` must be said and the annotations have another prefix. */
export function isBefore22(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major === 0 && minor < 22;
}

/** `--name=value`, `--name value`, `--name`, `--no-name`; else the variable EXTERNAL_DNS_NAME. The last one wins. */
function optionsOf(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): (name: string) => string | undefined {
  const said = new Map<string, string>();
  for (const [index, arg] of args.entries()) {
    const [, name = '', value] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    const next = args[index + 1];
    if (name.startsWith('no-') && value === undefined) said.set(name.slice('no-'.length), 'false');
    else if (name !== '') said.set(name, value ?? (next?.startsWith('-') === false ? next : 'true'));
  }
  return (name) => said.get(name) ?? env[`EXTERNAL_DNS_${name.toUpperCase().replaceAll('-', '_')}`];
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };

/** Durations as Go writes them: `1m30s`. Undefined: no duration. */
function secondsOf(text: string | undefined): number | undefined {
  const parts = [...(text ?? '').matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  if (text === undefined || parts.length === 0) return undefined;
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNIT_SECONDS[unit] ?? 0), 0);
}

/** How it calls the registry TXT of a name: the forms that it looks for, the newest first. */
export function registryNames(
  instance: Pick<Instance, 'txtPrefix' | 'txtSuffix'>,
  name: string,
  type: string,
): string[] {
  const forms = [type.toLowerCase(), ...(type === 'A' ? ['cname'] : []), ...(type === 'AAAA' ? [] : [''])];
  return forms.map((form) => registryName(instance, name, form));
}

function registryName({ txtPrefix, txtSuffix }: Pick<Instance, 'txtPrefix' | 'txtSuffix'>, name: string, form: string) {
  const [first = '', ...rest] = name.split('.');
  const template = /%\{record_type\}/g;
  const inTemplate = template.test(txtPrefix + txtSuffix);
  const label = inTemplate || form === '' ? first : `${form}-${first}`;
  const filled = (affix: string) => affix.replace(/%\{record_type\}/g, form);
  return [`${filled(txtPrefix)}${label}${filled(txtSuffix)}`, ...rest].join('.').toLowerCase();
}
