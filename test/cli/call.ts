import { main } from '../../cli/main.ts';
import { outputTo } from '../../cli/output.ts';

interface Called {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Around {
  readonly env?: Record<string, string>;
  readonly folder?: string;
  /** As if stdout were a terminal. */
  readonly terminal?: boolean;
}

/** `throwover …` in this process: what it printed and its exit code. */
export async function call(argv: readonly string[], around: Around = {}): Promise<Called> {
  const printed = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof printed) => ({
    isTTY: around.terminal === true,
    write(text: string) {
      printed[name] += text;
    },
  });
  const env = around.env ?? {};
  const exitCode = await main(argv, {
    output: outputTo(stream('stdout'), stream('stderr'), env),
    env,
    folder: around.folder ?? process.cwd(),
  });
  return { exitCode, ...printed };
}
