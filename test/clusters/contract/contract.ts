/** The contract of a cluster, tried sentence by sentence. */
import type { Api } from '../../../cli/clusters/api.ts';
import { close, expectStatus, type Grounds, NotTried, open, survey } from './grounds.ts';
import { sentences } from './sentences.ts';

export interface Tried {
  readonly says: string;
  /** Why it does not hold. */
  readonly because?: string;
  /** Why it was not tried. Neither: it holds. */
  readonly skipped?: string;
}

export interface Around {
  /** Ends the names of what is made, so that two who try at once do not meet. */
  readonly suffix: string;
  readonly wait: Grounds['wait'];
  /** Called after each sentence. */
  readonly told?: (tried: Tried) => void;
}

/** Everything that was tried. Cleans up behind itself, also when the first sentence fails. */
export async function tryContract(api: Api, { suffix, wait, told }: Around): Promise<Tried[]> {
  const all: Tried[] = [];
  const attempt = async <T>(says: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      const result = await work();
      note({ says });
      return result;
    } catch (error) {
      if (error instanceof NotTried) note({ says, skipped: error.message });
      else note({ says, because: error instanceof Error ? error.message : String(error) });
      return undefined;
    }
  };
  const note = (tried: Tried) => {
    all.push(tried);
    told?.(tried);
  };
  const served = await attempt('the API server serves MutatingAdmissionPolicy', async () => {
    const { resources } = expectStatus(await api.get('/apis/admissionregistration.k8s.io/v1'), 200);
    const names = (resources as { name: string }[]).map(({ name }) => name);
    if (!names.includes('mutatingadmissionpolicies')) throw new Error('it does not: see docs/runbook/clusters.md');
    return true;
  });
  if (served === undefined) return all;
  const grounds = await attempt('the cluster says whether the set is there', () => survey(api, suffix, wait));
  if (grounds === undefined) return all;
  const opened = await attempt('the set is installed and acts', async () => {
    await open(grounds);
    return true;
  });
  if (opened) for (const [says, holds] of sentences) await attempt(says, () => holds(grounds));
  await attempt('nothing of this is left behind', () => close(grounds));
  return all;
}
