/** Calls other functions of this deployment, and gives their errors back under their own names. */
import { ClusterUnreachable } from '../../core/errors.ts';
import type { LambdaCalls } from './calls.ts';

/** @param nameOf a function by its key */
export function functionsOver(
  lambda: LambdaCalls,
  nameOf: (key: string) => string,
): { call(key: string, input: unknown): Promise<unknown> } {
  return {
    async call(key, input) {
      const { FunctionError, Payload } = await reached(key, () =>
        lambda.invoke({ FunctionName: nameOf(key), Payload: JSON.stringify(input) }),
      );
      const answer: unknown = Payload === '' ? undefined : JSON.parse(Payload);
      if (FunctionError === undefined) return answer;
      const { errorType = 'Error', errorMessage = '' } = answer as { errorType?: string; errorMessage?: string };
      throw Object.assign(new Error(errorMessage), { name: errorType });
    },
  };
}

/** What these functions look at are clusters; when they cannot be asked, the clusters cannot be reached from here. */
async function reached<T>(key: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    const said = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new ClusterUnreachable(`${key} could not be called: ${said}`, { key }, { cause });
  }
}
