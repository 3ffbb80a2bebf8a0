/** Questions about names of private zones, asked where alone they are answered: at the resolver of the clusters' VPC. */
import * as z from 'zod/mini';
import type { DnsAnswer } from '../core/ports.ts';
import type { World } from './world.ts';

export const AskInput = z.object({
  questions: z.array(z.object({ name: z.string(), type: z.enum(['A', 'AAAA', 'TXT']) })),
});
export type AskInput = z.output<typeof AskInput>;
export type Question = AskInput['questions'][number];

/** As many as one call should bring: their answers stay far below the 6 MB that Lambda allows. */
export const QUESTIONS_MAX = 500;

/** @returns the answers in the order of the questions */
export async function askInside(
  { questions }: AskInput,
  { dns }: Pick<World, 'dns'>,
): Promise<{ answers: DnsAnswer[] }> {
  return { answers: await Promise.all(questions.map(({ name, type }) => dns.ask(name, type))) };
}
