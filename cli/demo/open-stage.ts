/** Opens the stage of a demo: the lab on free ports, stepped; or the same world in this process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Topology } from '../../core/topology/schema.ts';
import { inMemoryStage } from '../../lab/in-memory/stage.ts';
import { startLab } from '../../lab/lab.ts';
import { environmentOf } from '../../lab/lab-file.ts';
import type { Stage } from '../../lab/stage.ts';
import { builtFunctions } from '../lab/built-functions.ts';
import type { Surroundings } from '../verb.ts';
import { wireStage } from './wire-stage.ts';

export interface StageToOpen {
  topology: Topology;
  seed: number;
  active: string;
  inMemory: boolean;
}

/** Lab time begins here in every demo, so that the same seed gives the same play. */
const BEGINS = Date.UTC(2026, 0, 1, 3);
const ANY_FREE = { aws: 0, dns: 0, http: 0, https: 0, kubernetes: 0 };

export async function openStage(
  { topology, seed, active, inMemory }: StageToOpen,
  surroundings: Surroundings,
): Promise<Stage> {
  if (inMemory) {
    const stage = inMemoryStage({ topology, seed, active });
    await stage.start({ mode: 'accept', active, reason: 'first activation of the lab' });
    return stage;
  }
  return openLabStage({ topology, seed, active }, await builtFunctions(surroundings));
}

/** @param dist where the packaged functions are: one folder each */
export async function openLabStage(
  setup: Pick<StageToOpen, 'topology' | 'seed' | 'active'>,
  dist: string,
): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'throwover-demo-'));
  const lab = await startLab({ ...setup, speed: 'stepped', startsAt: BEGINS, ports: ANY_FREE, folder, dist });
  const { THROWOVER_CLOCK_URL: _, ...environment } = environmentOf(lab.file);
  const restore = withEnvironment(environment);
  const stage = await wireStage(lab, environment);
  return {
    ...stage,
    close: async () => {
      await stage.close();
      restore();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The SDK reads where AWS is and who asks from the process's environment. The result puts back what was there. */
function withEnvironment(environment: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, environment);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
