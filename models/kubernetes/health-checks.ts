const common = [
  'ping',
  'log',
  'poststarthook/start-apiserver-admission-initializer',
  'poststarthook/generic-apiserver-start-informers',
  'poststarthook/storage-object-count-tracker-hook',
  'poststarthook/crd-informer-synced',
  'poststarthook/storage-readiness',
  'poststarthook/rbac/bootstrap-roles',
  'poststarthook/bootstrap-controller',
  'poststarthook/apiservice-discovery-controller',
  'poststarthook/kube-apiserver-autoregistration',
  'autoregister-completion',
];

export interface HealthAnswer {
  readonly status: number;
  readonly body: string;
  readonly delayMs: number;
}

/** The etcd check gives up after two seconds. */
const ETCD_CHECK_MS = 2_000;

/**
 * `/healthz`, `/livez` and `/readyz`, as text, with one line a check when verbose. As on the recorded server, etcd is a
 * check of livez (and healthz) alone: readyz says ok while etcd is frozen. undefined: there is no such check.
 */
export function health(path: string, verbose: boolean, etcdFrozen: boolean): HealthAnswer | undefined {
  const [, endpoint = '', ...rest] = path.split('/');
  const checks = endpoint === 'readyz' ? [...common, 'informer-sync', 'shutdown'] : [...common, 'etcd'];
  const asked = rest.join('/');
  if (asked !== '' && !checks.includes(asked)) return undefined;
  const relevant = asked === '' ? checks : [asked];
  const failed = etcdFrozen && relevant.includes('etcd');
  const delayMs = failed ? ETCD_CHECK_MS : 0;
  if (!failed && !verbose) return { status: 200, body: 'ok', delayMs };
  const lines = relevant.map((check) =>
    failed && check === 'etcd' ? '[-]etcd failed: reason withheld' : `[+]${check} ok`,
  );
  const verdict = `${endpoint} check ${failed ? 'failed' : 'passed'}`;
  return { status: failed ? 500 : 200, body: `${[...lines, verdict].join('\n')}\n`, delayMs };
}
