/**
 * Who started this process, and whether he is still there. Imported first of all (bin/throwover.mjs): a moment later whoever
 * it was may be gone, and somebody else be the parent.
 */
import { readFileSync } from 'node:fs';

const parent = process.ppid;
/** npm and npx put a shell in between, which stays when they are killed. */
const starter = isShellFor(parent) ? parentOf(parent) : undefined;

export function starterIsGone(): boolean {
  return process.ppid !== parent || (starter !== undefined && parentOf(parent) !== starter);
}

function isShellFor(pid: number): boolean {
  const [program = '', option] = readProc(pid, 'cmdline')?.split('\0') ?? [];
  return /(^|\/)(ba|da|a|z)?sh$/.test(program) && option === '-c';
}

/** Undefined where there is no /proc. */
function parentOf(pid: number): number | undefined {
  // `4711 (a name with any ) in it) S 42 …`: the parent is the second field after the name
  const stat = readProc(pid, 'stat');
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}
