/** The block for Terraform in docs/deploy.md: that it is Terraform, and that it speaks of the release as the release is. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { compiledTemplate } from '../../scripts/build/compiled.ts';
import { RELEASE_TEMPLATE, withoutServerless } from '../../scripts/build/release.ts';
import { documentAt } from './markdown.ts';

const page = documentAt('docs/deploy.md').text;
const [, block = ''] = /```hcl\n([\s\S]*?)```/.exec(page) ?? [];
/** `name = "value"` of one level of braces. */
const assigned = (text: string) =>
  Object.fromEntries(
    [...text.matchAll(/^\s*(\w+)\s+=\s+"([^"]*)"$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
const [, inner = ''] = /parameters = \{\n([\s\S]*?)\n {2}\}/.exec(block) ?? [];

describe('the block for Terraform', () => {
  it('gives every parameter of the release a value that it takes, and no other', () => {
    const { Parameters, Resources } = withoutServerless(JSON.parse(compiledTemplate()), (zip) => zip);
    const given = assigned(inner);
    expect(Object.keys(given).sort()).toEqual(Object.keys(Parameters).sort());
    for (const [name, { AllowedPattern }] of Object.entries(Parameters as Record<string, { AllowedPattern: string }>))
      expect(given[name], name).toMatch(new RegExp(AllowedPattern));
    const naming = Object.values(Resources).filter(
      ({ Properties }) => 'RoleName' in Properties || 'ManagedPolicyName' in Properties,
    );
    expect(naming.length).toBeGreaterThan(3);
    expect(block).toContain('capabilities = ["CAPABILITY_NAMED_IAM"]');
  }, 180_000);

  it('fetches the template from where the page has put it', () => {
    const { template_url: url = '' } = assigned(block);
    const { ArtefactsBucket = '', ArtefactsPrefix = '' } = assigned(inner);
    expect(url).toBe(`https://${ArtefactsBucket}.s3.amazonaws.com/${ArtefactsPrefix}${RELEASE_TEMPLATE}`);
    expect(page).toContain(
      `aws s3 cp --only-show-errors release/${RELEASE_TEMPLATE} s3://${ArtefactsBucket}/${ArtefactsPrefix}`,
    );
    expect(page).toContain(`release/functions s3://${ArtefactsBucket}/${ArtefactsPrefix}functions/`);
  });

  it('is written as Terraform writes it, where there is one', (context) => {
    const { error, status, stdout } = spawnSync('terraform', ['fmt', '-check', '-diff', '-'], {
      input: block,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, CHECKPOINT_DISABLE: '1' },
    });
    if (error !== undefined) context.skip('terraform is not here; the other tests read the block');
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });
});
