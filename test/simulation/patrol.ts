/** Goes round a world every ten seconds and looks for what should have been seen, or put right, by then. */
import type { PairWorld } from '../../lab/world.ts';
import { type ForeignChange, foreignChangesAreSeen } from '../invariants/foreign-change.ts';
import { breaches } from '../invariants/invariant.ts';
import type { LedgerSeen } from '../invariants/ledger-write.ts';
import { copyFollows } from '../invariants/published-copy.ts';
import type { Watching } from '../invariants/watching.ts';

const ROUND_MILLISECONDS = 10_000;
/** Announcements that tell of somebody else's fence or weights. */
const TELLS = ['Foreign Writer Seen', 'Fence Missing', 'Situation Changed', 'Switch Held', 'Switch Uncertain'];

interface Foreign {
  kind: ForeignChange['kind'];
  /** As it stands while nobody has touched it. */
  stands: () => boolean;
  at: number;
  /** Whether the topology that functions have now knows it. */
  declared: () => boolean;
}

export interface Around {
  world: PairWorld;
  watching: Watching;
  /** Since when nothing has been late or cut off, and every service has answered. */
  quietSince: () => number;
  breach: (lines: readonly string[]) => void;
}

export class Patrol {
  readonly #around: Around;
  readonly #foreign = new Map<string, Foreign>();
  #toldAt = 0;
  /** Since when the copy differs, and since when nobody has held the pair. */
  #differsSince: number | undefined;
  #freeSince: number;

  constructor(around: Around) {
    this.#around = around;
    this.#freeSince = around.world.clock.now();
    this.#round();
  }

  /** Somebody changed this by hand. */
  changed(
    where: string,
    { kind, stands, declared = () => true }: Pick<Foreign, 'kind' | 'stands'> & Partial<Foreign>,
  ): void {
    this.#foreign.set(where, { kind, stands, declared, at: this.#around.world.clock.now() });
  }

  announced(type: string): void {
    if (TELLS.includes(type)) this.#toldAt = this.#around.world.clock.now();
  }

  #round(): void {
    const { world, watching } = this.#around;
    const now = world.clock.now();
    const ledger = watching.ledger();
    if (ledger === undefined || ledger.holder !== undefined) this.#freeSince = now;
    this.#lookForForeign(ledger, now);
    this.#lookAtTheCopy(ledger, now);
    world.clock.after(ROUND_MILLISECONDS, () => this.#round());
  }

  #lookForForeign(ledger: LedgerSeen | undefined, now: number): void {
    for (const [where, one] of this.#foreign) {
      // nobody looks for what no topology has; when it is there again its time begins
      if (!one.declared()) one.at = now;
      const { kind, stands, at } = one;
      if (!stands()) {
        this.#foreign.delete(where);
        continue;
      }
      const told = this.#toldAt >= at || ledger?.pause !== undefined || ledger?.awaitsPerson !== undefined;
      const quietSeconds = (now - Math.max(at, this.#freeSince, this.#around.quietSince())) / 1000;
      const lines = breaches([foreignChangesAreSeen], { where, kind, quietSeconds, told });
      this.#around.breach(lines);
      if (told || lines.length > 0) this.#foreign.delete(where);
    }
  }

  #lookAtTheCopy(ledger: LedgerSeen | undefined, now: number): void {
    const copy = this.#around.watching.published().active;
    const differs = ledger?.active !== undefined && copy !== ledger.active && !this.#isBehind(ledger);
    if (!differs) this.#differsSince = undefined;
    else this.#differsSince ??= now;
    if (this.#differsSince === undefined) return;
    const quietSeconds = (now - Math.max(this.#differsSince, this.#around.quietSince())) / 1000;
    const lines = breaches([copyFollows], { ledger: ledger?.active ?? '', copy, quietSeconds });
    this.#around.breach(lines);
    if (lines.length > 0) this.#differsSince = undefined;
  }

  /** What a ledger says that the zones have left behind is not the truth, and is not published for it. */
  #isBehind({ epoch }: LedgerSeen): boolean {
    const { world, watching } = this.#around;
    return world.pair.zones.some(({ id }) => (watching.fence(id)?.epoch ?? 0) > epoch);
  }
}
