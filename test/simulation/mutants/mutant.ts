import type { Case } from '../case.ts';
import type { Meddling } from '../simulated.ts';
import type { Story } from '../stories.ts';

export interface Mutant {
  protection: string;
  /** What is done instead. */
  instead: string;
  meddling: Meddling;
  /** Stories in which it matters; every one when left out. */
  stories?: readonly Story[];
  /** Where it matters seldom by chance: what happens in its worlds instead of what their seeds have drawn. */
  happens?: (drawn: Case) => Partial<Case>;
  /** Where chance needs more worlds than usual. */
  worldsMax?: number;
  /** Why no promise is broken without it: it saves something, or others protect as well. */
  expectedAlive?: string;
}
