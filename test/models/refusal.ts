import { ServiceError } from '../../models/service-error.ts';

/** The refusal of a modelled service as `[name, message]`; fails loudly when there was none. */
export function refusal(attempt: () => unknown): [name: string, message: string] {
  const { name, message } = serviceError(attempt);
  return [name, message];
}

export function serviceError(attempt: () => unknown): ServiceError {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
