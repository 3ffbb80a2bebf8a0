import { describe, expect, it } from 'vitest';
import { type DeploymentSeen, instanceIn, registryNames } from '../../../core/external-dns/instance.ts';
import { registryName } from '../../../models/external-dns/registry.ts';

function deployment(args: string[], { image = 'registry.k8s.io/external-dns/external-dns:v0.23.0', env = {} } = {}) {
  return {
    cluster: 'blue',
    namespace: 'dns',
    name: 'edns',
    containers: [{ image, args, env }],
  } satisfies DeploymentSeen;
}

describe('an ExternalDNS, read from its Deployment', () => {
  it('has the defaults of the program for what is not said', () => {
    expect(instanceIn(deployment([]))).toEqual({
      cluster: 'blue',
      where: 'dns/edns',
      serviceAccount: 'default',
      version: 'v0.23.0',
      owner: 'default',
      registry: 'txt',
      txtPrefix: '',
      txtSuffix: '',
      encrypts: false,
      cacheSeconds: 0,
      intervalSeconds: 60,
      annotationPrefix: 'external-dns.kubernetes.io/',
      evaluatesTargetHealth: true,
    });
  });

  it.each([
    [['--txt-owner-id=blue'], { owner: 'blue' }],
    [['--txt-owner-id', 'blue', '--policy', 'sync'], { owner: 'blue', policy: 'sync' }],
    [['--interval=1m30s', '--txt-cache-interval=2h'], { intervalSeconds: 90, cacheSeconds: 7_200 }],
    [['--txt-encrypt-enabled', '--no-aws-evaluate-target-health'], { encrypts: true, evaluatesTargetHealth: false }],
    [['--policy=sync', '--policy=upsert-only'], { policy: 'upsert-only' }],
    [['--annotation-prefix=example.com/'], { annotationPrefix: 'example.com/' }],
  ])('takes %j as the program does', (args, expected) => {
    expect(instanceIn(deployment(args))).toMatchObject(expected);
  });

  it('may be told by its environment, which its arguments win over', () => {
    const env = { EXTERNAL_DNS_TXT_OWNER_ID: 'green', EXTERNAL_DNS_POLICY: 'sync' };
    expect(instanceIn(deployment(['--policy=upsert-only'], { env }))).toMatchObject({
      owner: 'green',
      policy: 'upsert-only',
    });
  });

  it.each([
    ['bitnami/external-dns:v0.21.4', 'external-dns.alpha.kubernetes.io/'],
    ['external-dns:v0.22.0', 'external-dns.kubernetes.io/'],
    ['external-dns:v1.0.0', 'external-dns.kubernetes.io/'],
    ['external-dns@sha256:aa', undefined],
  ])('of the image %s reads the annotations under %s', (image, prefix) => {
    expect(instanceIn(deployment([], { image }))?.annotationPrefix).toBe(prefix);
  });

  it.each(['external-dns-operator:v1', 'traefik:v3.6'])('is not %s', (image) => {
    expect(instanceIn(deployment([], { image }))).toBeUndefined();
  });
});

describe('the names of its registry', () => {
  it.each([
    ['', ''],
    ['edns.', ''],
    ['', '-owner'],
  ])('with prefix "%s" and suffix "%s" are those that the program writes', (txtPrefix, txtSuffix) => {
    const forms = { A: ['a', 'cname', ''], AAAA: ['aaaa'], CNAME: ['cname', ''] };
    for (const [type, expected] of Object.entries(forms))
      expect(registryNames({ txtPrefix, txtSuffix }, 'shop.example.test.', type)).toEqual(
        expected.map((form) => registryName('shop.example.test.', form, { prefix: txtPrefix, suffix: txtSuffix })),
      );
  });

  it('hold the type where a template asks for it', () => {
    expect(registryNames({ txtPrefix: '%{record_type}-x.', txtSuffix: '' }, 'shop.example.test.', 'AAAA')).toEqual([
      'aaaa-x.shop.example.test.',
    ]);
  });
});
