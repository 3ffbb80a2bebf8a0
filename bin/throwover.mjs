#!/usr/bin/env node
// Plain JavaScript, so that any Node can read it: everything behind it is TypeScript that only Node 22.19 or newer
// runs as it is. This file never moves: npx remembers it by its path.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const wanted = [22, 19];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major > wanted[0] || (major === wanted[0] && minor >= wanted[1])) {
  await import('../cli/lab/started-by.ts');
  const { main } = await import('../cli/main.ts');
  process.exitCode = await main(process.argv.slice(2));
} else {
  const pinned = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
  if (!existsSync(pinned) || process.env.THROWOVER_RESTARTED) {
    console.error(
      `throwover needs Node ${wanted.join('.')} or newer and found ${process.versions.node}. ` +
        'Run "npm ci" in the repository: it brings a Node 24 along on glibc Linux; elsewhere install Node 24.',
    );
    process.exit(1);
  }
  restartWith(pinned);
}

/** Stands between the caller and the newer Node, and ends with either of them. */
function restartWith(node) {
  const again = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, THROWOVER_RESTARTED: '1' },
  });
  again.on('error', (error) => {
    console.error(`throwover: ${node} cannot be started: ${error.message}`);
    process.exit(1);
  });
  again.on('exit', (status, signal) => process.exit(status ?? 128 + constants.signals[signal]));
  // A terminal sends Ctrl-C to both of us.
  process.on('SIGINT', () => process.stdin.isTTY || again.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => again.kill(signal));
  // The other one notices when we are gone; whether who started us is gone only we can see.
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || process.exit(1), 1_000);
}
