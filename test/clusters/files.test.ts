import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { shippedObjects } from '../../lab/kubernetes/shipped-set.ts';
import { complaintsAbout, type KubernetesObject } from './open-api.ts';
import { rendered, titleOf } from './rendered.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test looks into objects of many kinds
type Loose = any;

const shipped = shippedObjects() as readonly Loose[];
const ofKind = (kind: string): Loose[] => shipped.filter((object) => object.kind === kind);
const named = (kind: string, name: string): Loose => ofKind(kind).find(({ metadata }) => metadata.name === name);
const policies = [...ofKind('MutatingAdmissionPolicy'), ...ofKind('ValidatingAdmissionPolicy')];
const bindings = [...ofKind('MutatingAdmissionPolicyBinding'), ...ofKind('ValidatingAdmissionPolicyBinding')];

const openApi = (file: string): Loose =>
  JSON.parse(readFileSync(new URL(`../fixtures/kubernetes/openapi/${file}.json`, import.meta.url), 'utf8')).components
    .schemas;

/** Policies that decide by the role of a ring; the others guard the ConfigMap, its namespace and our own identity. */
const byRing = policies.filter(
  ({ metadata, spec }) =>
    spec.paramKind !== undefined &&
    // they concern no namespace: one acts on nothing, the other on NodePools
    !['throwover-config-reader', 'throwover-operator-guard-nodepools'].includes(metadata.name),
);

describe('the kustomization', () => {
  it.for(['', 'base', 'blue', 'green'])(
    'renders clusters/%s, and the API server would know every member',
    (folder, context) => {
      const objects = rendered(folder, context);
      expect(objects.map(titleOf).sort()).toEqual(shipped.map(titleOf).sort());
      expect(objects.flatMap((object) => complaintsAbout(object).map((one) => `${titleOf(object)} ${one}`))).toEqual(
        [],
      );
    },
  );

  it.for([
    ['blue', 'active'],
    ['green', 'standby'],
  ] as const)('says in clusters/%s which cluster it is, and nothing else differs', ([name, role], context) => {
    const differing = (object: KubernetesObject) => ['ConfigMap', 'Ingress'].includes(object.kind);
    const own = rendered(name, context);
    const config = own.find(({ kind }) => kind === 'ConfigMap') as Loose;
    expect(config.data).toEqual({ cluster: name, epoch: '0', role });
    expect(config.metadata.labels).toEqual({ 'throwover.dev/role': role, 'throwover.dev/rings': 'same' });
    expect((own.find(({ kind }) => kind === 'Ingress') as Loose).spec.rules[0].host).toBe(
      `canary.${name}.example.test`,
    );
    const rest = own.filter((object) => !differing(object));
    expect(rest).toEqual(rendered('base', context).filter((object) => !differing(object)));
  });
});

describe('the check against the schemas', () => {
  const policy = () => structuredClone(named('MutatingAdmissionPolicy', 'throwover-pod-gate'));

  it('finds a member that is misspelt, missing or of another type', () => {
    const misspelt = policy();
    misspelt.spec.failurePolice = 'Fail';
    expect(complaintsAbout(misspelt)).toEqual(['spec.failurePolice: is not known']);
    const missing = policy();
    delete missing.spec.variables[0].expression;
    expect(complaintsAbout(missing)).toEqual(['spec.variables.0.expression: is missing']);
    const other = policy();
    other.spec.matchConstraints.resourceRules[0].operations = 'CREATE';
    expect(complaintsAbout(other)).toEqual(['spec.matchConstraints.resourceRules.0.operations: is string, not array']);
    expect(complaintsAbout({ ...policy(), kind: 'Nothing' })).toEqual([
      'admissionregistration.k8s.io/v1 Nothing is not known',
    ]);
  });
});

describe('the policies', () => {
  it('are each bound once, by a binding of the same name', () => {
    expect(bindings.map(({ spec }) => spec.policyName).sort()).toEqual(
      policies.map(({ metadata }) => metadata.name).sort(),
    );
    expect(bindings.filter(({ metadata, spec }) => metadata.name !== spec.policyName)).toEqual([]);
  });

  it('fail closed, and those that read the role do so in namespaces that opted in and nowhere else', () => {
    expect(policies.filter(({ spec }) => spec.failurePolicy !== 'Fail').map(titleOf)).toEqual([]);
    expect(byRing.length).toBe(8);
    for (const { metadata, kind } of byRing) {
      const { spec } = named(`${kind}Binding`, metadata.name);
      expect(spec.matchResources, metadata.name).toEqual({
        namespaceSelector: { matchExpressions: [{ key: 'throwover.dev/ring', operator: 'Exists' }] },
      });
      expect(spec.paramRef).toEqual({
        name: 'throwover',
        namespace: 'throwover-system',
        parameterNotFoundAction: 'Deny',
      });
    }
  });

  it('elsewhere concern the ConfigMap, its namespace and our own group, so that nothing of others can be refused', () => {
    for (const { metadata, kind, spec } of policies.filter((policy) => !byRing.includes(policy))) {
      const ofOurs = spec.matchConditions?.some((one: Loose) =>
        one.expression.includes("'throwover:operators' in request"),
      );
      const one = spec.matchConstraints.resourceRules.every((rule: Loose) => rule.resourceNames?.length === 1);
      expect(ofOurs || one, `${kind} ${metadata.name}`).toBe(true);
    }
  });

  it('include one of each kind that reads the ConfigMap and stays, because an API server reads it again for nobody', () => {
    for (const kind of ['MutatingAdmissionPolicy', 'ValidatingAdmissionPolicy']) {
      const { spec, metadata } = named(kind, 'throwover-config-reader');
      const binding = named(`${kind}Binding`, 'throwover-config-reader');
      expect(spec.paramKind).toEqual({ apiVersion: 'v1', kind: 'ConfigMap' });
      expect(binding.spec.paramRef).toMatchObject({ name: 'throwover', parameterNotFoundAction: 'Allow' });
      expect([metadata.labels, binding.metadata.labels]).toEqual([
        { 'throwover.dev/stays': 'true' },
        { 'throwover.dev/stays': 'true' },
      ]);
    }
    const staying = shipped.filter(({ metadata }) => metadata.labels?.['throwover.dev/stays'] !== undefined);
    expect(staying).toHaveLength(4);
  });

  it('let what is exempt alone', () => {
    for (const name of ['throwover-workloads-stop', 'throwover-cronjobs-suspend', 'throwover-pod-gate']) {
      const { spec } = named('MutatingAdmissionPolicy', name);
      expect(spec.matchConditions.map((one: Loose) => one.expression)).toContainEqual(
        expect.stringContaining('throwover.dev/exempt'),
      );
    }
  });

  it('write both prefixes of ExternalDNS, with the same values', () => {
    const { expression } = named('MutatingAdmissionPolicy', 'throwover-dns-weight').spec.mutations[0]
      .applyConfiguration;
    const written = [...expression.matchAll(/'(external-dns[^']+)\/([^']+)': ([^,\s]+)/g)].map(
      ([, prefix, key, value]) => [prefix, key, value],
    );
    const of = (prefix: string) => written.filter(([one]) => one === prefix).map(([, ...rest]) => rest);
    expect(of('external-dns.kubernetes.io')).toHaveLength(2);
    expect(of('external-dns.kubernetes.io')).toEqual(of('external-dns.alpha.kubernetes.io'));
  });

  it('pin every member of a spec that the recorded API has, but the one that may change', () => {
    const may: Readonly<Record<string, readonly string[]>> = {
      deployments: ['replicas'],
      statefulsets: ['replicas'],
      cronjobs: ['suspend'],
    };
    const schemas: Readonly<Record<string, readonly [file: string, name: string]>> = {
      deployments: ['apis_apps_v1', 'io.k8s.api.apps.v1.DeploymentSpec'],
      statefulsets: ['apis_apps_v1', 'io.k8s.api.apps.v1.StatefulSetSpec'],
      cronjobs: ['apis_batch_v1', 'io.k8s.api.batch.v1.CronJobSpec'],
    };
    for (const [plural, free] of Object.entries(may)) {
      const { validations } = named('ValidatingAdmissionPolicy', `throwover-operator-guard-${plural}`).spec;
      const pinned = [...validations.at(-1).expression.matchAll(/ object\.spec\.\?(\w+)|^object\.spec\.\?(\w+)/gm)].map(
        ([, a, b]) => a ?? b,
      );
      const [file = '', name = ''] = schemas[plural] ?? [];
      const all = Object.keys(openApi(file)[name].properties);
      expect([...new Set([...pinned, ...free])].sort(), plural).toEqual(all.sort());
    }
  });
});

describe('the canary', () => {
  it('is exempt, with its pods, and its namespace is in no ring', () => {
    const { metadata, spec } = named('Deployment', 'canary');
    expect(metadata.labels['throwover.dev/exempt']).toBe('true');
    expect(spec.template.metadata.labels['throwover.dev/exempt']).toBe('true');
    expect(named('Namespace', metadata.namespace).metadata.labels ?? {}).not.toHaveProperty('throwover.dev/ring');
    expect(named('Service', 'canary').spec.selector).toEqual({ app: spec.template.metadata.labels.app });
  });
});
