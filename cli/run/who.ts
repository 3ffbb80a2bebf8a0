/** Who is at this terminal, as they say: what AWS knows of them is in CloudTrail. */
import { hostname } from 'node:os';
import type { Surroundings } from '../verb.ts';

export function personAt({ env }: Pick<Surroundings, 'env'>): string {
  return `person:${env.USER ?? 'unknown'}@${hostname()}`;
}
