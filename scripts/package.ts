/**
 * `npm run package [-- --out release] [-- --stage prod]`: the release as files, made without a network and without an account:
 * a template for plain CloudFormation (or Terraform's aws_cloudformation_stack) and the functions' zips. docs/deploy.md says how
 * they get into an account.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { FUNCTIONS, releaseInto } from './build/release.ts';

const { values } = parseArgs({
  options: { out: { type: 'string', default: 'release' }, stage: { type: 'string', default: 'prod' } },
});
const out = resolve(values.out);
console.log(`template   ${releaseInto(out, values.stage)}`);
console.log(`functions  ${resolve(out, FUNCTIONS)}`);
