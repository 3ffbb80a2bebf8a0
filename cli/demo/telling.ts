/** How a demo speaks: one line per thing that happened, with the lab time since the fault, paced so that a person can read. */
import type { Clock } from '../../core/ports.ts';
import type { Output } from '../output.ts';

export interface Telling {
  /** `at` is lab time in milliseconds; what was told last about the same thing (`about`, else the subject) is not repeated. */
  tell(at: number, subject: string, text: string, how?: { tone?: Tone; about?: string }): Promise<void>;
}

export type Tone = 'plain' | 'good' | 'bad' | 'loud';

const SUBJECT_WIDTH = 13;
/** Real time for a second of the lab: a play of three minutes is told in about fifteen seconds. */
const MILLISECONDS_PER_SECOND = 75;
const LONGEST_PAUSE_MILLISECONDS = 1_500;

export function tellingTo(output: Output, zero: () => number, pace: Clock | undefined): Telling {
  let first: { at: number; clock: number } | undefined;
  const last = new Map<string, string>();
  return {
    async tell(at, subject, text, { tone = 'plain', about = subject } = {}) {
      if (last.get(about) === text) return;
      last.set(about, text);
      if (pace !== undefined) {
        first ??= { at, clock: pace.now() };
        // what the play itself takes is part of the time that a person reads
        const due = first.clock + ((at - first.at) / 1000) * MILLISECONDS_PER_SECOND;
        await pace.wait(Math.max(0, Math.min(due - pace.now(), LONGEST_PAUSE_MILLISECONDS)));
      }
      output.print(`  ${timeOf(at - zero())}  ${subject.padEnd(SUBJECT_WIDTH)} ${toned(output, tone, text)}`);
    },
  };
}

function toned(output: Output, tone: Tone, text: string): string {
  if (tone === 'good') return output.styled('green', text);
  if (tone === 'bad') return output.styled('red', text);
  return tone === 'loud' ? output.styled('bold', text) : text;
}

/** ` 01:14`, `-00:20`. */
function timeOf(milliseconds: number): string {
  const seconds = Math.round(Math.abs(milliseconds) / 1000);
  const sign = milliseconds <= -500 ? '-' : ' ';
  return `${sign}${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}
