/**
 * What a function could not do and went on without. It is never silent: it stands in the answer, in the log under the error's
 * own name, and is counted. A member `troubles` of an answer, or a line of `did` that begins so, is one.
 */
const FAILED = 'failed: ';

/** The error's name comes with it: people search logs for that. */
export function causeOf(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}

/** As a line of what was done. */
export function failed(cause: unknown, what?: string): string {
  return `${FAILED}${what === undefined ? '' : `${what}: `}${causeOf(cause)}`;
}

export interface Troubles {
  pair?: string;
  because: readonly string[];
}

/** In an answer for one pair, or for each of several; nothing where all went well. */
export function troublesIn(answer: unknown): Troubles[] {
  const answers: readonly unknown[] = Array.isArray(answer) ? answer : [answer];
  return answers.flatMap((one) => {
    if (typeof one !== 'object' || one === null) return [];
    const { pair, did, troubles } = one as Readonly<Record<string, unknown>>;
    const because = [...linesOf(troubles), ...linesOf(did).filter((line) => line.startsWith(FAILED))];
    return because.length === 0 ? [] : [{ ...(typeof pair === 'string' ? { pair } : {}), because }];
  });
}

function linesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((line) => typeof line === 'string') : [];
}
