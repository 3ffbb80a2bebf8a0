/**
 * How large the functions' bundles are and how long they take to load, against files with exactly the AWS clients and commands
 * that each of them imports, made with the same options. Load times are CPU times of fresh processes in turns: what
 * loading a file computes, whatever else the machine has to do.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build as esbuild, type Metafile } from 'esbuild';
import { functions } from '../../functions/list.ts';
import { median } from '../../scripts/bench/paired-ratio.ts';
import { atMost, type Bench } from '../../scripts/bench/result.ts';
import { bundling } from '../../scripts/build/bundles.ts';
import { build, topologyIn } from '../../scripts/build.ts';

const root = join(import.meta.dirname, '../..');
const KILOBYTE = 1_000;
const PAIRS = 9;
/** What decides grows with every gate: room for those to come is kept below the limit of 450 KB. */
const GROWING = ['watch', 'judge'];
const ROOM_LEFT_UNTIL = 420;

const bench: Bench = async ({ print }) => {
  const folder = mkdtempSync(join(tmpdir(), 'throwover-bundles-'));
  try {
    await build(join(folder, 'dist'), topologyIn(join(root, 'throwover.yaml')));
    const metafile: Metafile = JSON.parse(readFileSync(join(folder, 'dist/metafile.json'), 'utf8'));
    const yardsticks = await yardsticksFor(folder, metafile);
    const measured = functions.flatMap(({ key }) => {
      const path = join(folder, 'dist', key, 'index.cjs');
      const kilobytes = statSync(path).size / KILOBYTE;
      const yardstick = yardsticks.get(key);
      if (yardstick === undefined) return [{ key, kilobytes, size: 0, load: 0 }];
      const { ratio, work, yard } = loadRatio(path, yardstick);
      print(
        `     ${key}: ${kilobytes.toFixed(0)} KB, loaded in ${work.toFixed(0)} ms; its clients alone in ${yard.toFixed(0)} ms`,
      );
      return [{ key, kilobytes, size: statSync(path).size / statSync(yardstick).size, load: ratio }];
    });
    const most = (of: 'kilobytes' | 'size' | 'load') => Math.max(...measured.map((one) => one[of]));
    return [
      atMost(450, 'largest bundle of a function', most('kilobytes'), 'KB'),
      ...GROWING.map((key) => atMost(ROOM_LEFT_UNTIL, `bundle of ${key}`, sizeOf(measured, key), 'KB')),
      atMost(1.3, 'largest bundle against one of its AWS clients and commands', most('size'), 'times'),
      atMost(1.35, 'longest load time against one of its AWS clients and commands', most('load'), 'times'),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
};

function sizeOf(measured: readonly { key: string; kilobytes: number }[], key: string): number {
  return measured.find((one) => one.key === key)?.kilobytes ?? Number.POSITIVE_INFINITY;
}

/** For each function with AWS clients a bundle of those alone. Functions with the same clients share one. */
async function yardsticksFor(folder: string, metafile: Metafile): Promise<Map<string, string>> {
  const imports = new Map(functions.map(({ key }) => [key, importsOf(metafile, key)] as const));
  const texts = [...new Set(imports.values())].filter((text) => text !== '');
  mkdirSync(join(folder, 'yardsticks'));
  const entryPoints = texts.map((text, index) => {
    const path = join(folder, 'yardsticks', `${index}.ts`);
    writeFileSync(path, text);
    return path;
  });
  await esbuild({
    ...bundling,
    entryPoints,
    outdir: join(folder, 'yardsticks'),
    nodePaths: [join(root, 'node_modules')],
  });
  const pathOf = (text: string) => join(folder, 'yardsticks', `${texts.indexOf(text)}.cjs`);
  return new Map([...imports].filter(([, text]) => text !== '').map(([key, text]) => [key, pathOf(text)]));
}

/** What the adapters in a bundle import from the SDK, as exports. */
function importsOf({ outputs }: Metafile, key: string): string {
  const output = Object.entries(outputs).find(([path]) => path.endsWith(`/${key}/index.cjs`))?.[1];
  const adapters = Object.entries(output?.inputs ?? {})
    .filter(([path, { bytesInOutput }]) => path.startsWith('adapters/aws/clients/') && bytesInOutput > 0)
    .map(([path]) => readFileSync(join(root, path), 'utf8'));
  const imported = adapters
    .flatMap((text) => [...text.matchAll(/^import \{([^}]+)\} from '(@aws-sdk\/client-[\w-]+)';/gm)])
    .flatMap(([, names = '', client]) =>
      names
        .replace(/type \w+,?/g, '')
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '')
        .map((name) => `export { ${name} } from '${client}';`),
    );
  // two adapters of one client import some of the same commands
  return [...new Set(imported)].sort().join('\n');
}

function loadRatio(path: string, yardstick: string): { ratio: number; work: number; yard: number } {
  const pairs = Array.from({ length: PAIRS }, (_, pair) => {
    if (pair % 2 === 0) return { work: loadTime(path), yard: loadTime(yardstick) };
    const yard = loadTime(yardstick);
    return { work: loadTime(path), yard };
  });
  return {
    ratio: median(pairs.map(({ work, yard }) => work / yard)),
    work: median(pairs.map(({ work }) => work)),
    yard: median(pairs.map(({ yard }) => yard)),
  };
}

/** In a process of its own, in milliseconds of all of its threads. */
function loadTime(path: string): number {
  const script =
    'const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };' +
    'const start = cpu(); require(process.argv[1]); console.log(cpu() - start);';
  return Number(execFileSync(process.execPath, ['-e', script, path], { encoding: 'utf8', env: {} }));
}

export default bench;
