/** Throwover as a person runs it: a process of its own, which is ended by its id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabFile } from '../../lab/lab-file.ts';
import { root } from '../tree/sources.ts';

export const executable = join(root, 'bin/throwover.mjs');
export const anyPorts = ['aws', 'dns', 'http', 'https', 'kubernetes'].flatMap((which) => [`--${which}-port`, '0']);

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Nothing of whoever runs the tests: no AWS settings, no clock. */
function plainEnvironment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => /^(PATH|HOME|LANG|LC_ALL|TMPDIR)$/.test(name));
  return { ...Object.fromEntries(kept), ...extra };
}

export function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  program = process.execPath,
): Running {
  const child = spawn(program, [...args], { cwd: root, env: plainEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { process: child, ended };
}

/** Runs `throwover …` to its end. */
export function throwover(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return start([executable, ...args], env).ended;
}

export interface StartedLab {
  readonly folder: string;
  readonly file: LabFile;
  readonly env: Readonly<Record<string, string>>;
  readonly running: Running;
  /** Presses Ctrl-C, as it were, and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<Ended>;
}

/** `throwover lab` on any free ports, up and written down. Rejects with what it said when it ended instead. */
export async function startedLab(options: readonly string[] = []): Promise<StartedLab> {
  const folder = mkdtempSync(join(tmpdir(), 'throwover-e2e-'));
  const running = start([executable, 'lab', ...anyPorts, '--folder', folder, '--json', ...options]);
  const up = new Promise<void>((resolve) => running.process.stdout?.once('data', () => resolve()));
  const early = running.ended.then(({ stderr }) => {
    throw new Error(`the lab ended before it was up: ${stderr}`);
  });
  early.catch(() => {});
  await Promise.race([up, early]);
  const { stdout } = await throwover(['lab', 'env', '--json', '--folder', folder]);
  return {
    folder,
    file: JSON.parse(readFileSync(join(folder, 'lab.json'), 'utf8')) as LabFile,
    env: JSON.parse(stdout) as Record<string, string>,
    running,
    async end(signal = 'SIGINT') {
      running.process.kill(signal);
      const ended = await running.ended;
      rmSync(folder, { recursive: true, force: true });
      return ended;
    },
  };
}

/** Asks until the answer is the wanted one; the lab goes on meanwhile. */
export async function until<Answer>(
  ask: () => Promise<Answer>,
  isWanted: (answer: Answer) => boolean,
): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
