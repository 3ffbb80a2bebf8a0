import { systemClock } from '../../adapters/clock/system.ts';
import { main } from '../../cli/main.ts';
import { outputTo } from '../../cli/output.ts';
import type { Surroundings } from '../../cli/verb.ts';

export interface Called {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Around extends Partial<Pick<Surroundings, 'clock' | 'connect' | 'ask' | 'interrupted'>> {
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
    clock: around.clock ?? systemClock,
    connect: around.connect ?? nowhere,
    interrupted: around.interrupted ?? (() => () => {}),
    ...(around.ask === undefined ? {} : { ask: around.ask }),
  });
  return { exitCode, ...printed };
}

const nowhere: Surroundings['connect'] = async () => {
  throw new Error('this test is connected to nothing');
};
