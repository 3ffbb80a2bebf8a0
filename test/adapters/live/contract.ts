/** Every claim, tried against one subject, and compared with what is known of it. */
import type { Claim, Subject } from './claim.ts';
import { ofDynamoDb } from './dynamodb.ts';
import { ofRoute53 } from './route53.ts';
import { ofSsm } from './ssm.ts';
import { ofStates } from './states.ts';

export const claims: readonly Claim[] = [...ofRoute53, ...ofDynamoDb, ...ofSsm, ...ofStates];

/** By who is asked, by `service: sentence`, why it is known to be otherwise there. */
export type Deviations = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface Tried {
  claim: string;
  /**
   * `otherwise`: it does not hold, and nobody knew; `known`: it does not hold, and that is in the list; `holds again`: the list
   * says that it does not.
   */
  is: 'holds' | 'known' | 'otherwise' | 'holds again';
  because: string;
}

/** One after the other: names of one round are used again. */
export async function tried(
  subject: Subject,
  known: Deviations[string] = {},
  services: readonly string[] = [],
): Promise<Tried[]> {
  const found: Tried[] = [];
  for (const [index, { service, says, holds }] of claims.entries()) {
    if (services.length > 0 && !services.includes(service)) continue;
    const claim = `${service}: ${says}`;
    const because = await whyNot(() => holds({ ...subject, round: `${subject.round}-${index}` }));
    const listed = known[claim];
    if (because === undefined && listed === undefined) found.push({ claim, is: 'holds', because: '' });
    else if (because === undefined) found.push({ claim, is: 'holds again', because: `the list says: ${listed}` });
    else found.push({ claim, is: listed === undefined ? 'otherwise' : 'known', because });
  }
  return found;
}

async function whyNot(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (cause) {
    return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  }
}
