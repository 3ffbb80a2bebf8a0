/** Puts a notice on the bus, for functions whose bundle has no room for another client. */
import * as z from 'zod/mini';
import type { Notice } from '../core/notices/notice.ts';
import type { World } from './world.ts';

/** Made by our own functions, which made sure of its schema. */
export const AnnounceInput = z.object({ type: z.string(), detail: z.record(z.string(), z.unknown()) });

export async function announce(
  notice: z.output<typeof AnnounceInput>,
  { announcer }: Pick<World, 'announcer'>,
): Promise<void> {
  await announcer.announce(notice as Notice);
}
