/**
 * The CloudFormation template, compiled by `serverless package` with its network cut. It takes a while, so it is kept for
 * exactly these sources: what reads the template (tests of rights, of alarms, the bill) compiles it once.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const root = join(import.meta.dirname, '../..');
/** The larger of the two that osls writes. */
export const TEMPLATE = 'cloudformation-template-update-stack.json';
const KEPT_STAGE = 'prod';
/** All that the template is made of; what is inside the zips is not in it. */
const SOURCES = [
  'serverless.yml',
  'throwover.yaml',
  'package-lock.json',
  'functions/list.ts',
  'statemachines/*.yaml',
  'observability/**/*',
  'scripts/*.{ts,cjs}',
  'scripts/build/*.ts',
  'core/topology/**/*.ts',
  'adapters/aws/published.ts',
];

export interface TemplateResource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation has no types, and a wrong path fails its test
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export type Resources = Readonly<Record<string, TemplateResource>>;

/** The resources of the template for stage `prod`, by logical id. */
export function compiledResources(): Resources {
  return JSON.parse(compiledTemplate()).Resources;
}

/** The whole template for stage `prod`, as text. */
export function compiledTemplate(): string {
  const kept = keptPath();
  if (!existsSync(kept)) compile();
  return readFileSync(kept, 'utf8');
}

function keptPath(): string {
  return join(tmpdir(), `throwover-template-${process.getuid?.() ?? 0}-${digestOfSources()}.json`);
}

function compile(): void {
  const folder = mkdtempSync(join(tmpdir(), 'throwover-package-'));
  try {
    packageInto(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Of its own name first: two may compile at once. */
function keep(template: string): void {
  const kept = keptPath();
  const whole = `${kept}.${process.pid}`;
  writeFileSync(whole, readFileSync(template));
  renameSync(whole, kept);
}

/** Writes the zips and the template; gives the template's path. Throws with what serverless said. */
export function packageInto(folder: string, stage = KEPT_STAGE): string {
  // serverless reads dist/ before its own build, and refuses one that was older than the sources
  execFileSync(process.execPath, [join(root, 'scripts/build.ts')], { cwd: root });
  const bin = join(root, 'node_modules/.bin');
  const where = ['--package', folder, '--stage', stage];
  const [program = '', ...args] = [...withoutNetwork(), join(bin, 'serverless'), 'package', ...where];
  const env = { PATH: `${bin}${delimiter}${process.env.PATH}`, HOME: join(folder, 'no-home') };
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`serverless package: ${stdout}\n${stderr}`);
  const template = join(folder, TEMPLATE);
  if (stage === KEPT_STAGE) keep(template);
  return template;
}

/** Without any network where the machine can do that; a machine that cannot may still have none. */
function withoutNetwork(): string[] {
  return spawnSync('unshare', ['-rn', 'true']).status === 0 ? ['unshare', '-rn'] : [];
}

function digestOfSources(): string {
  const digest = createHash('sha256');
  for (const path of globSync(SOURCES, { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort())
    digest.update(path.slice(root.length)).update('\0').update(readFileSync(path));
  return digest.digest('hex').slice(0, 24);
}
