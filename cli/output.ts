import { styleText } from 'node:util';

/** Where lines go. `process.stdout` is one; tests collect. */
export interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

type Format = Parameters<typeof styleText>[0];

/** What a verb prints with. Results go to stdout, everything said about them to stderr, so that `$(…)` stays clean. */
export interface Output {
  print(line?: string): void;
  /** One value as one line of JSON. */
  printJson(value: unknown): void;
  complain(line: string): void;
  /** Coloured only when stdout is a terminal and NO_COLOR (no-color.org) is not set. */
  styled(format: Format, text: string): string;
}

export function outputTo(stdout: Stream, stderr: Stream, env: Readonly<Record<string, string | undefined>>): Output {
  const coloured = stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return {
    print: (line = '') => void stdout.write(`${line}\n`),
    printJson: (value) => void stdout.write(`${JSON.stringify(value)}\n`),
    complain: (line) => void stderr.write(`${line}\n`),
    styled: (format, text) => (coloured ? styleText(format, text, { validateStream: false }) : text),
  };
}

/** `1 zone`, `2 zones`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
