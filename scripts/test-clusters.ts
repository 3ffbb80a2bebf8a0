/**
 * npm run test:clusters -- --kubeconfig A --kubeconfig B
 *
 * Tries the contract of clusters/ on two real clusters (kind, EKS; nodes are not needed). It makes namespaces of its own,
 * installs the set where it is missing, and takes away what it brought, but for the two policies that stay
 * (clusters/base/65-reader.yaml). Exit code 1 when a sentence does not hold.
 */
import { parseArgs } from 'node:util';
import { systemClock } from '../adapters/clock/system.ts';
import { httpsTransport } from '../adapters/kubernetes/https.ts';
import { apiOf } from '../cli/clusters/api.ts';
import { doorOfKubeconfig } from '../cli/clusters/kubeconfig.ts';
import { type Tried, tryContract } from '../test/clusters/contract/contract.ts';

const { values } = parseArgs({ options: { kubeconfig: { type: 'string', multiple: true } } });
const files = values.kubeconfig ?? [];
if (files.length !== 2) {
  console.error('say which two clusters: npm run test:clusters -- --kubeconfig A --kubeconfig B');
  process.exit(2);
}

const transport = httpsTransport({
  doorOf: (file) => doorOfKubeconfig(file),
  clock: systemClock,
  timeoutMilliseconds: 10_000,
});
function tell({ says, because, skipped }: Tried): void {
  if (skipped !== undefined) console.log(`  --    ${says}\n        not tried: ${skipped}`);
  else console.log(because === undefined ? `  ok    ${says}` : `  FAIL  ${says}\n        ${because}`);
}

let passed = 0;
let failed = 0;
let skipped = 0;
for (const file of files) {
  console.log(file);
  const suffix = `${process.pid.toString(36)}${systemClock.now().toString(36).slice(-4)}`;
  const tried = await tryContract(apiOf(file, transport), { suffix, wait: systemClock.wait, told: tell });
  const bad = tried.filter(({ because }) => because !== undefined).length;
  const left = tried.filter((one) => one.skipped !== undefined).length;
  failed += bad;
  skipped += left;
  passed += tried.length - bad - left;
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;
