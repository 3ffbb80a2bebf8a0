/** docs/situations.md: the table of situations and the classes of observers, as the core has them. */
import { classesOf, traitsOf } from '../../core/observe/classes.ts';
import type { ObserverClass } from '../../core/observe/observation.ts';
import { SITUATION_NAMES, SITUATIONS, type SituationName } from '../../core/observe/situations.ts';
import { parseTopology } from '../../core/topology/index.ts';
import type { NamedPair } from '../../core/topology/pair.ts';

/** Situations that have a page of their own in the runbook. */
const OWN_PAGES: Partial<Record<SituationName, string>> = {
  NeverActivated: 'never-activated.md',
  Disputed: 'disputed.md',
  FenceMissing: 'fence-missing.md',
  ImplicitFailover: 'implicit-failover.md',
};

const SEES: Readonly<Record<ObserverClass, string>> = {
  outside: 'the canary and the services of the lowest tier, through each load balancer, from outside the VPC',
  inside:
    'the same from inside the VPC, and each Kubernetes API: whether anything is still written there, pods without network, nodes by zone, datastores',
  aws: 'CloudWatch: healthy hosts, requests and 5xx of each load balancer, errors of the control plane, datastores with a metric',
  prometheus: 'one query for each cluster, with bounds',
  resolvers: 'where public resolvers lead users; it never calls a cluster well or dead',
};

export function situationsPage(): string {
  return `${[...opening, ...table(), ...observers(), ...SITUATION_NAMES.flatMap(section)].join('\n').trimEnd()}\n`;
}

const opening = [
  '<!-- Made from core/observe/situations.ts and core/observe/classes.ts by "npm run reference". Change it there. -->',
  '',
  '# Situations',
  '',
  'The one name for everything that was seen. They are asked for in this order, and the first that fits is the name.',
  'Seeing is not acting: automation starts a failover only where the second column says so, and only with every gate open.',
  '',
];

function table(): string[] {
  const rows = SITUATION_NAMES.map((name) => {
    const { actsAlone, pages } = SITUATIONS[name];
    return `| [${name}](#${name.toLowerCase()}) | ${actsAlone ? 'yes' : 'no'} | ${pages ? 'yes' : 'no'} | [what to do](runbook/${todo(name)}) |`;
  });
  return ['| Situation | A failover starts by itself | Pages | Runbook |', '|---|---|---|---|', ...rows, ''];
}

function todo(name: SituationName): string {
  return OWN_PAGES[name] ?? `situations.md#${name.toLowerCase()}`;
}

function observers(): string[] {
  const pair = pairWithEveryClass();
  const rows = classesOf(pair).map((observer) => {
    const { cause, ageSecondsMax } = traitsOf(observer, pair);
    return `| \`${observer}\` | ${SEES[observer]} | ${cause} | ${ageSecondsMax} s |`;
  });
  return [
    '## Who looks',
    '',
    'An observer may call a cluster dead only while it gets an answer, of any status, from the other one: otherwise its own way',
    'may be what is broken, and it abstains. So does one whose word is too old, or that is not authorized. Classes that could be',
    'fooled by the same fault count once. `unhealthyClassesMin` of them must agree for `confirmSeconds`; one must have looked at',
    'the users’ path itself, and none may see users served. CloudWatch speaks of past minutes: its good word counts only for a',
    'minute that began after the first look that found the cluster dead.',
    '',
    '| Class | Sees | What could fool it | Its word counts for |',
    '|---|---|---|---|',
    ...rows,
    '',
    'Ages are the defaults: `evidenceAgeSecondsMax`, `metricAgeSecondsMax` and the one of `prometheus`. A Prometheus in the VPC',
    'shares its cause with `inside`; one that is asked from outside is a managed one and shares it with `aws`.',
    '',
  ];
}

function section(name: SituationName): string[] {
  const { means, cause, order, actsAlone, next } = SITUATIONS[name];
  const facts = { pair: { name: 'shop' }, from: 'blue', to: 'green' } as Parameters<typeof next>[0];
  return [
    `## ${name}`,
    '',
    means,
    '',
    `**Cause:** ${cause}`,
    '',
    `**Automation:** ${actsAlone ? 'starts a failover.' : 'starts nothing.'} **Next:** \`${next(facts, [])}\` ([what to do](runbook/${todo(name)}))`,
    '',
    `**Its place in the order:** ${order}.`,
    '',
  ];
}

/** A topology with every default, and both classes that a pair may do without. */
function pairWithEveryClass(): NamedPair {
  const cluster = (name: string) => ({
    eksName: name,
    region: 'eu-west-1',
    setIdentifier: name,
    loadBalancer: { host: `${name}-lb.elb.test`, zone: 'Z0ELB' },
    canaryHost: `canary.${name}.example.test`,
  });
  const { topology, problems } = parseTopology({
    version: 1,
    pairs: {
      shop: {
        clusters: { blue: cluster('blue'), green: cluster('green') },
        zones: [{ name: 'example.test', id: 'Z0EXAMPLE', layout: 'records' }],
        services: { shop: { hosts: ['shop.example.test'], healthPath: '/', ring: 0 } },
        probe: { publicResolvers: ['192.0.2.1:53'] },
        prometheus: {
          url: 'http://prometheus.test',
          clusters: { blue: { query: 'up', min: 1 }, green: { query: 'up', min: 1 } },
        },
      },
    },
  });
  const pair = topology?.pairs.shop;
  if (pair === undefined) throw new Error(JSON.stringify(problems));
  return { ...pair, name: 'shop' };
}
