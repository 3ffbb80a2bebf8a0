/** However a lab ends, all of it ends: nothing listens any more, nothing is written down, no process is left. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LabFile } from '../../lab/lab-file.ts';
import { anyPorts, executable, start, startedLab, throwover, until } from './process.ts';

function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

const doorsOf = ({ endpoint, dns, clusters }: LabFile) => [
  endpoint,
  `tcp://${dns}`,
  ...Object.values(clusters).flatMap(({ http, https, kubernetes }) => [http, https, kubernetes]),
];
const listening = async (file: LabFile) => (await Promise.all(doorsOf(file).map(isListening))).filter(Boolean).length;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a lab', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends cleanly by %s',
    async (signal) => {
      const lab = await startedLab();
      expect(await listening(lab.file)).toBe(doorsOf(lab.file).length);
      lab.running.process.kill(signal);
      const { code, stderr } = await lab.running.ended;
      expect(code, stderr).toBe(0);
      expect(existsSync(join(lab.folder, 'lab.json'))).toBe(false);
      expect(await listening(lab.file)).toBe(0);
      rmSync(lab.folder, { recursive: true });
    },
    60_000,
  );

  it.each([
    ['when it is up', 'lab.json', ''],
    ['while it is still starting', 'functions', ''],
    // as npm and npx do; the command behind it keeps the shell from becoming the lab itself
    ['when a shell is between them', 'lab.json', 'sh'],
  ])(
    'ends with the process that started it, %s',
    async (_, written, shell) => {
      const folder = mkdtempSync(join(tmpdir(), 'throwover-e2e-'));
      const command = [process.execPath, executable, 'lab', ...anyPorts, '--folder', folder];
      const [program, ...args] = shell === '' ? command : [shell, '-c', `${command.join(' ')}; true`];
      const spawned = `spawn(${JSON.stringify(program)}, ${JSON.stringify(args)}, { stdio: 'ignore' })`;
      const script = `console.log(require('node:child_process').${spawned}.pid); setInterval(() => {}, 1e6)`;
      const parent = start(['--eval', script]);
      const pid = await new Promise<number>((resolve) => parent.process.stdout?.once('data', (text) => resolve(+text)));
      await until(
        async () => existsSync(join(folder, written)),
        (isThere) => isThere,
      );
      parent.process.kill('SIGKILL');
      await until(
        async () => isAlive(pid),
        (alive) => !alive,
      );
      expect(existsSync(join(folder, 'lab.json'))).toBe(false);
      rmSync(folder, { recursive: true });
    },
    60_000,
  );

  it('says in one sentence which flag chooses another port when one is taken, and leaves nothing open', async () => {
    const lab = await startedLab();
    const port = new URL(lab.file.endpoint).port;
    const folder = mkdtempSync(join(tmpdir(), 'throwover-e2e-'));
    const second = await throwover(['lab', ...anyPorts, '--aws-port', port, '--folder', folder]);
    await lab.end();
    expect(second.code).toBe(1);
    expect(second.stderr.trimEnd().split('\n').at(-1)).toBe(
      `throwover: Port ${port} of 127.0.0.1 is taken by another program: choose another with --aws-port.`,
    );
    expect(second.stderr).not.toMatch(/^\s+at /m);
    expect(existsSync(join(folder, 'lab.json'))).toBe(false);
    rmSync(folder, { recursive: true });
  }, 60_000);

  it('stands beside another on other ports', async () => {
    const labs = await Promise.all([startedLab(), startedLab(['--seed', '2'])]);
    const actives = await Promise.all(labs.map(({ env }) => throwover(['active'], env)));
    expect(actives.map(({ stdout }) => stdout)).toEqual(['blue\n', 'blue\n']);
    const [first, second] = labs.map(({ file }) => doorsOf(file));
    expect(second?.filter((door) => first?.includes(door))).toEqual([]);
    await Promise.all(labs.map((lab) => lab.end()));
  }, 60_000);
});
