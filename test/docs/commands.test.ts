import { execFileSync } from 'node:child_process';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { verbs } from '../../cli/verbs.ts';
import { emptyLedger } from '../../core/ledger/ledger.ts';
import type { LedgerStore } from '../../core/ledger/store.ts';
import { command } from '../../core/observe/commands.ts';
import type { Notes } from '../../core/ports.ts';
import { admit } from '../../functions/admit.ts';
import { SaidInput } from '../../functions/answer.ts';
import { labTopology } from '../lab-topology.ts';
import { notRun, notRunUnverified, ranAgainstRoute53, ranInEmptyLab, ranInLab, ranOnClusters } from './executed.ts';
import { type Block, documents } from './markdown.ts';

const commandLanguages = ['bash', 'sh', 'console', 'indented', 'js', 'python', 'hcl'];
const shown = documents.flatMap(({ blocks }) => blocks).filter(({ language }) => commandLanguages.includes(language));
const ran = [
  ...Object.values(ranInLab),
  ...Object.values(ranInEmptyLab),
  ...Object.values(ranOnClusters),
  ...ranAgainstRoute53,
];

/** What a person would type: without comments and prompts, continued lines joined; output below a prompt is left out. */
function linesOf({ code }: Pick<Block, 'code'>): string[] {
  const joined = code.replace(/\\\n\s*/g, '').split('\n');
  const prompted = joined.some((line) => line.startsWith('$ '));
  return joined
    .filter((line) => !prompted || line.startsWith('$ '))
    .map((line) =>
      line
        .replace(/^\$ /, '')
        .replace(/(^|\s)#.*$/, '')
        .trim(),
    )
    .filter((line) => line !== '');
}

const isVerb = (line: string) => /^npx throwover\b/.test(line);
const ranLines = new Set(ran.flatMap(linesOf));

const reasonWhyNot = (line: string) => Object.keys(notRun).find((beginning) => line.startsWith(beginning));

/** The lines of a block that no test accounts for. */
function unaccounted(block: Block): string[] {
  if (ran.includes(block)) return [];
  if (block.path === 'docs/unverified.md' && notRunUnverified[block.heading] !== undefined) return [];
  const lines = linesOf(block);
  if (block.language === 'hcl' && reasonWhyNot(lines[0] ?? '') !== undefined) return [];
  return lines.filter((line) => !isVerb(line) && !ranLines.has(line) && reasonWhyNot(line) === undefined);
}

/** The words of a command line; quotes keep blanks. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
}

/** Undefined when the verb takes these words; otherwise what it says. */
async function complaintAbout(line: string): Promise<string | undefined> {
  const [, , name = '', ...words] = wordsOf(line);
  if (name === '--help') return undefined;
  const [verb, rest] = name === 'help' ? [words[0] ?? '', []] : [name, words];
  const listed = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (listed === undefined) return `there is no verb ${verb}`;
  const declared = (await listed.load())
    .declare(new Command(verb))
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  try {
    declared.action(() => {}).parse(rest, { from: 'user' });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('commands in the documents', () => {
  it('are run by a test, or are listed with the reason why not', () => {
    const left = shown.flatMap((block) => unaccounted(block).map((line) => `${block.path}, ${block.heading}: ${line}`));
    expect(left, 'run it in test/docs/lab.test.ts, or say in test/docs/executed.ts why not').toEqual([]);
  });

  it('that are listed as not run are still there', () => {
    const lines = shown.flatMap(linesOf);
    const headings = shown.filter(({ path }) => path === 'docs/unverified.md').map(({ heading }) => heading);
    expect(Object.keys(notRun).filter((beginning) => !lines.some((line) => line.startsWith(beginning)))).toEqual([]);
    expect(Object.keys(notRunUnverified).filter((heading) => !headings.includes(heading))).toEqual([]);
  });

  it('use verbs and options that there are', async () => {
    const inBlocks = shown.flatMap((block) => linesOf(block).filter(isVerb));
    const inWords = documents.flatMap(({ text }) =>
      [...text.matchAll(/`(npx throwover [^`]+)`/g)].map(([, line = '']) => line),
    );
    const lines = [...new Set([...inBlocks, ...inWords])];
    expect(lines.length).toBeGreaterThan(20);
    const complaints = await Promise.all(lines.map(async (line) => [line, await complaintAbout(line)] as const));
    expect(complaints.filter(([, complaint]) => complaint !== undefined)).toEqual([]);
  });

  it('that verdicts tell people to type are verbs and options, too', async () => {
    const lines = [
      command.status('shop'),
      command.doctor('shop'),
      command.preview('shop', 'green'),
      command.switchover('shop', 'green'),
      `${command.failover('shop', 'green')} ${command.override('TargetReady')}`,
      command.accept('shop', 'green'),
      command.repair('shop'),
      command.resume('shop'),
      command.acknowledge('shop'),
      command.release('shop'),
      command.abort('shop'),
      command.approve('shop'),
      command.approve('shop', 'run-1'),
      command.check(),
    ];
    const complaints = await Promise.all(lines.map((line) => complaintAbout(`npx ${line}`)));
    expect(complaints.filter((complaint) => complaint !== undefined)).toEqual([]);
  });

  it.each(
    shown.filter(({ language }) => language === 'bash').map((block) => [block.path, block.heading, block] as const),
  )('of %s, %s, are shell', (_, __, { code }) => {
    execFileSync('bash', ['-n', '-c', code], { stdio: 'pipe' });
  });
});

describe('inputs in the documents', () => {
  const inputs = documents.flatMap(({ path, text }) =>
    [...text.matchAll(/(?:--input '|`)(\{(?:"mode".*?)?\})(?:'|`)/g)].map(([, input = '']) => [path, input] as const),
  );
  const ledger: Pick<LedgerStore, 'read'> = {
    read: async (pair) => ({ ...emptyLedger(pair), epoch: 42, active: 'blue' }),
  };
  const world = {
    topology: labTopology(),
    ledger: ledger as LedgerStore,
    notes: {} as Notes,
    clock: { now: () => 0, wait: async () => {} },
    ids: { fresh: () => 'nonce' },
  };

  it('are some', () => {
    expect(inputs.length).toBeGreaterThan(10);
  });

  it.each(inputs)('%s: %s starts what it says', async (_, input) => {
    const asked = JSON.parse(input) as { mode?: string };
    if (['approve', 'reject'].includes(asked.mode ?? '')) {
      expect(z.parse(SaidInput, asked)).toEqual(asked);
      return;
    }
    const admitted = await admit({ input: asked, execution: { id: 'arn', name: 'run' } }, world);
    expect(admitted.kind === 'end' ? admitted.record.because : []).toEqual([]);
    const { mode = 'preview' } = asked;
    const kinds: Readonly<Record<string, string>> = {
      preview: 'preview',
      switchover: 'run',
      failover: 'run',
      repair: 'repair',
    };
    expect(admitted.kind).toBe(kinds[mode] ?? 'control');
  });
});
