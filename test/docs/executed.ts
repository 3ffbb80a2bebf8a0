/**
 * Which commands of the documents are run, and which are not, with the reason. A block that is in neither list may hold only
 * `npx throwover …`, whose verbs and options are checked, and lines that are run elsewhere.
 */
import { type Block, documentAt } from './markdown.ts';

/** Blocks that test/docs/lab.test.ts runs against a lab, in this order. */
export const ranInLab = {
  firstLook: blockOf('docs/runbook/never-activated.md', 'What to do', 0),
  activation: blockOf('docs/runbook/never-activated.md', 'What to do', 1),
  whichIsActive: blockOf('README.md', 'Which cluster is active?', 0),
  inNode: blockOf('README.md', 'Which cluster is active?', 0, 'js'),
  inPython: blockOf('README.md', 'Which cluster is active?', 0, 'python'),
  threeInTheMorning: blockOf('docs/runbook/README.md', 'It is three in the morning', 0),
  inTheConsole: blockOf('docs/runbook/README.md', 'Without this repository', 0),
  theLedger: blockOf('docs/runbook/README.md', 'Without this repository', 1),
  whereUsersAre: blockOf('docs/runbook/uncertain.md', 'Where traffic is', 0),
  standbyUnfit: blockOf('docs/runbook/situations.md', 'StandbyUnfit', 0),
  changeLock: blockOf('docs/runbook/change-lock.md', 'In a pipeline', 0),
  apiDown: blockOf('docs/runbook/situations.md', 'ActiveApiDownOnly', 0),
};

/** Blocks that test/docs/deploy.test.ts runs against a lab with an empty account, in this order. */
export const ranInEmptyLab = {
  check: blockOf('docs/deploy.md', '2. Say what you have', 0),
  deploy: blockOf('docs/deploy.md', 'The same with plain CloudFormation', 1),
  events: blockOf('docs/deploy.md', 'The same with plain CloudFormation', 2),
  alarms: blockOf('docs/deploy.md', '5. Who is told', 1),
  doctor: blockOf('docs/deploy.md', '6. First activation, in observe', 0),
  activation: blockOf('docs/deploy.md', '6. First activation, in observe', 1),
  ringZero: blockOf('docs/deploy.md', '7. Ring 0, by hand', 0),
};

/** Blocks that test/docs/clusters.test.ts runs against two clusters in which nothing of ours is, in this order. */
export const ranOnClusters = {
  lookBefore: blockOf('docs/runbook/clusters.md', '1. Look before', 0),
  printed: blockOf('docs/runbook/clusters.md', '2. Install', 0),
  kustomized: blockOf('docs/runbook/clusters.md', '2. Install', 1),
  label: blockOf('docs/runbook/clusters.md', '3. Who takes part', 1),
  touch: blockOf('docs/runbook/clusters.md', '3. Who takes part', 2),
  prove: blockOf('docs/runbook/clusters.md', '4. Prove it', 0),
  values: blockOf('docs/runbook/clusters.md', 'Without mutating policies', 0),
  upgrade: blockOf('docs/runbook/clusters.md', 'Later', 0),
  away: blockOf('docs/runbook/clusters.md', 'Away with it', 0),
};

const route53 = [
  'What only a real account can show',
  'Does a DELETE compare the weight?',
  'Another TTL within a weighted group',
  'The TTL of a whole group in one batch',
  'CREATE before DELETE',
  'DELETE and CREATE of the same record set',
  'How * is listed',
  'Clean up',
  'An alias to a load balancer that is not there',
];

/** Blocks that test/docs/unverified.test.ts runs against the model of Route 53, in this order. */
export const ranAgainstRoute53 = route53.map((heading) => blockOf('docs/unverified.md', heading, 0));

const real = 'asks what only the real service answers';
const notOurs = 'another test plays it';

/** By how the command begins. */
export const notRun: Readonly<Record<string, string>> = {
  'npm ci && npm run demo': `${notOurs}: test/cli/demo.test.ts; CI runs npm ci`,
  'npm ci && npm test': 'CI runs it: .ci/run, which test/tree/readme.test.ts reads',
  'data "aws_ssm_parameter"': 'Terraform would load a provider from the network',
  'npx serverless deploy': `${notOurs}: test/e2e/deploy.test.ts`,
  'aws s3 cp --only-show-errors release/throwover.template.json':
    'one file more beside those that test/docs/deploy.test.ts copies; test/docs/terraform.test.ts compares the places',
  'npm run package': `${notOurs}: test/docs/deploy.test.ts makes the same release by the same function`,
  'npm run test:deploy': `${notOurs}: test/e2e/deploy.test.ts`,
  'aws sns subscribe': 'the lab has no mail',
  'resource "aws_cloudformation_stack"': 'Terraform would load a provider from the network',
  'aws cloudtrail lookup-events': 'the lab has no CloudTrail',
  'aws arc-zonal-shift': 'the lab has no zonal shift',
  'kubectl --context blue -n kube-system rollout undo': 'the lab keeps no history of rollouts',
  'kubectl --context blue get events -A': 'test/functions/observe-inside.test.ts asks for the same events',
  'kubectl --context blue -n ingress get pods': 'a list of pods, as kubectl makes it',
  'role() { aws iam': 'it makes access entries in a real account; cfn-lint and test/clusters read the template',
  'aws cloudformation deploy': 'the same',
  'curl -sS': 'the name of the balancer is known to the lab’s own DNS only',
};

/** Blocks of docs/unverified.md, by their heading. */
export const notRunUnverified: Readonly<Record<string, string>> = {
  'The buckets': 'real time passes between its calls',
  'Half a batch on one name server': real,
  'How long a change takes': real,
  'Several healthy sets of weight 0': 'the lab makes no health checks',
  'A locked zone, and changes of another account': real,
  'Members that are undefined': real,
  'Events after a redrive and of a retry': real,
  'Smaller guesses': real,
  'DynamoDB, SSM, EventBridge': real,
  "How late the balancers' metrics are": real,
  'An alarm with too few datapoints': real,
  Signals: real,
  'Is MutatingAdmissionPolicy there?': real,
  'The policy set, as it is now': real,
  'Does EKS show the Leases of its control plane?': real,
  'A minimum above the desired size': real,
  'The quota of vCPUs': real,
  'Static capacity of Karpenter': 'the lab has no Karpenter, but a model of its NodePools',
  'How long admission follows the old ConfigMap': real,
  'The token': real,
  'An update that is under way': real,
  'Lambda and the network': real,
  ExternalDNS: real,
  IAM: real,
};

function blockOf(path: string, heading: string, nth: number, language = 'bash'): Block {
  const found = documentAt(path).blocks.filter((block) => block.heading === heading && block.language === language);
  const block = found[nth];
  if (block === undefined) throw new RangeError(`${path} has no ${language} block ${nth + 1} below "${heading}"`);
  return block;
}
