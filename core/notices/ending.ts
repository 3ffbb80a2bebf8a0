/** How a run that did not simply succeed is told; that a cluster became active is told by the debt `announce`. */
import type { Decision } from '../decision.ts';
import type { RunRecord } from '../record.ts';
import { type Notice, notice } from './notice.ts';

export function endingNotice(record: RunRecord, decision: Decision): Notice | undefined {
  const { outcome, active, epoch, because, next, zones } = record;
  const { pair, run, mode, from, to, situation, closed, blocks } = decision;
  const ending = {
    ...{ pair, run, mode, from, to, because: [...because], next },
    ...(active === undefined ? {} : { active }),
    ...(epoch === undefined ? {} : { epoch }),
  };
  if (outcome === 'Held')
    return notice('Switch Held', {
      ...ending,
      situation,
      closed: [...closed],
      wouldHaveActed: blocks.includes('Policy'),
    });
  if (outcome === 'Abandoned') return notice('Switch Abandoned', ending);
  if (outcome !== 'Uncertain') return undefined;
  const stands = zones.map(({ zone, ring, weights }) => ({ zone, ring, weights: { ...weights } }));
  return notice('Switch Uncertain', { ...ending, zones: stands });
}
