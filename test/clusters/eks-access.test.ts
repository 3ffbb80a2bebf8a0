import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { functions } from '../../functions/list.ts';
import { shippedObjects } from '../../lab/kubernetes/shipped-set.ts';
import { peer } from '../peers.ts';
import { root } from '../tree/sources.ts';

const path = join(root, 'clusters/eks-access.yaml');
const template = parse(readFileSync(path, 'utf8'), { logLevel: 'silent' }) as {
  Parameters: Record<string, object>;
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
};

describe('the access entries', () => {
  it('have no finding of a CloudFormation linter', (context) => {
    const { stdout, status } = spawnSync(peer('cfn-lint', context), ['-t', path], { encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  }, 120_000);

  it('are those of the functions that ask a Kubernetes API, and of no other', () => {
    const roles = functions.filter(({ uses }) => uses.includes('clusters')).map(({ role }) => role);
    expect(
      Object.keys(template.Resources)
        .map((name) => `${name}Role`)
        .sort(),
    ).toEqual([...roles].sort());
    for (const [name, { Type, Properties }] of Object.entries(template.Resources)) {
      expect([Type, Properties.Type, Properties.PrincipalArn]).toEqual([
        'AWS::EKS::AccessEntry',
        'STANDARD',
        `${name}RoleArn`,
      ]);
      expect(Properties).not.toHaveProperty('AccessPolicies');
    }
  });

  it('give the one group that the cluster knows', () => {
    const bound = shippedObjects().flatMap(({ subjects = [] }) => subjects.map(({ kind, name }) => `${kind} ${name}`));
    expect(new Set(bound)).toEqual(new Set(['Group throwover:operators']));
    const given = Object.values(template.Resources).flatMap(({ Properties }) => Properties.KubernetesGroups);
    expect(new Set(given)).toEqual(new Set(['throwover:operators']));
  });
});
