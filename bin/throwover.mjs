#!/usr/bin/env node
// Plain JavaScript, so that any Node can read it: everything behind it is TypeScript that only Node 22.19 or newer
// runs as it is. This file never moves: npx remembers it by its path.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const wanted = [22, 19];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major > wanted[0] || (major === wanted[0] && minor >= wanted[1])) {
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
  const again = spawnSync(pinned, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, THROWOVER_RESTARTED: '1' },
  });
  process.exit(again.status ?? 1);
}
