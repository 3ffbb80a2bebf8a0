/**
 * Who answers for a zone. A public zone has its own servers, and each is asked. A private zone has none that anybody could
 * ask: it is answered by the resolver of its VPC, and only to who stands inside; outside, a public zone of the same name
 * would answer in its place.
 */
import type { DnsAnswer } from '../core/ports.ts';
import type { Zone } from '../core/topology/schema.ts';
import { QUESTIONS_MAX, type Question } from './ask-inside.ts';
import type { World } from './world.ts';

export interface ZoneServer {
  /** Its address, or words. */
  name: string;
  /** Answers in the order of the questions. Whoever cannot be asked is `unreachable`; nothing is thrown. */
  ask(questions: readonly Question[]): Promise<DnsAnswer[]>;
}

type Asking = Pick<World, 'dns' | 'inside'>;

/** Throws `ZoneUnreadable` when a public zone has no servers. */
export async function serversOf(zone: Zone, { dns, inside }: Asking): Promise<ZoneServer[]> {
  if (zone.private) return [{ name: 'the resolver of the VPC', ask: (questions) => askedInside(questions, inside) }];
  const servers = await dns.serversOf(`${zone.name}.`);
  return servers.map((server) => ({
    name: server,
    ask: (questions) => Promise.all(questions.map(({ name, type }) => dns.askServer(server, name, type))),
  }));
}

async function askedInside(questions: readonly Question[], inside: World['inside']): Promise<DnsAnswer[]> {
  const answers: DnsAnswer[] = [];
  for (let first = 0; first < questions.length; first += QUESTIONS_MAX)
    answers.push(...(await askedAtOnce(questions.slice(first, first + QUESTIONS_MAX), inside)));
  return answers;
}

async function askedAtOnce(questions: readonly Question[], inside: World['inside']): Promise<DnsAnswer[]> {
  try {
    const { answers } = (await inside.call('ask-inside', { questions })) as { answers: DnsAnswer[] };
    return answers;
  } catch {
    // an answer like any other: who needs one says which server of which zone did not answer, and goes no further
    return questions.map(() => ({ rcode: 'unreachable', addresses: [], texts: [] }));
  }
}
