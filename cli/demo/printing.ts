/** The end of a demo: its figures, what was expected of it, and how it ended. */
import type { Output } from '../output.ts';
import type { Played } from './scenario.ts';

const NAME_WIDTH = 18;

export function printPlayed({ rows, expectations, end }: Played, output: Output): void {
  output.print();
  for (const [name, value] of rows) output.print(`  ${name.padEnd(NAME_WIDTH)} ${value}`);
  output.print();
  for (const { expected, met, seen } of expectations) {
    output.print(
      `  ${met ? output.styled('green', 'ok ') : output.styled('red', 'NO ')} ${expected}${met ? '' : `: ${seen}`}`,
    );
  }
  output.print();
  output.print(end);
}
