import { Packet, type Resource } from 'dns2';
import type { Random } from '../../models/random.ts';
import type { Answer, AnswerRecord } from '../../models/route53/answer.ts';
import { isInside } from '../../models/route53/names.ts';
import type { Route53 } from '../../models/route53/route53.ts';
import { fromWire } from './names.ts';
import { resourceOf, typeName } from './records.ts';

/** One of the name servers: which of the zones' servers it is, and whether it stands inside the VPC. */
export interface NameServer {
  readonly server: number;
  readonly from?: 'internet' | 'vpc' | undefined;
}

export interface Authority {
  readonly route53: Route53;
  /** Draws among weighted records. */
  readonly random: Random;
  /** The addresses behind a load balancer's own name (lower case, no dot at the end), which is in no zone of ours. */
  readonly balancers: (name: string) => { readonly v4: readonly string[]; readonly v6: readonly string[] } | undefined;
}

const CLASS_IN = 1;
const CLASS_ANY = 255;
const TYPE_OPT = 41;
/** ANY, and the transfers of whole zones. */
const refusedTypes = new Set([251, 252, 255]);
const PLAIN_BYTES_MAX = 512;
const EDNS_BYTES_MAX = 4096;
/** What we say we can take: it fits one packet on any path. */
const OUR_BYTES_MAX = 1232;
const BALANCER_TTL_SECONDS = 60;
const { NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED, BADVERS } = Packet.RCODE;
const rcodes = { NOERROR, NXDOMAIN, REFUSED };

/** The bytes of the answer to a query, ready for UDP or TCP; undefined: what came is not a query. Never throws. */
export function answerTo(query: Packet, at: NameServer, authority: Authority, isUdp: boolean): Buffer | undefined {
  if (query.header.qr === 1) return undefined;
  const opt = query.additionals.find(({ type }) => type === TYPE_OPT);
  const response = Packet.createResponseFromRequest(query);
  response.header.ra = 0;
  response.header.rcode = fill(response, query, opt, at, authority);
  if (opt !== undefined) response.additionals = [Packet.Resource.EDNS([], { udpPayloadSize: OUR_BYTES_MAX })];
  const bytes = response.toBuffer();
  const limit = opt === undefined ? PLAIN_BYTES_MAX : Math.min(Math.max(opt.class, PLAIN_BYTES_MAX), EDNS_BYTES_MAX);
  return isUdp && bytes.length > limit ? truncated(response) : bytes;
}

/** Only the question, TC and OPT: the client asks again by TCP. */
function truncated(response: Packet): Buffer {
  response.header.tc = 1;
  response.answers = [];
  response.authorities = [];
  return response.toBuffer();
}

/** Puts the answer into the response and returns its code. */
function fill(
  response: Packet,
  query: Packet,
  opt: Resource | undefined,
  at: NameServer,
  authority: Authority,
): number {
  const [question] = query.questions;
  if (query.header.opcode !== 0) return NOTIMP;
  if (question === undefined || query.questions.length > 1 || query.errors.length > 0) return FORMERR;
  if (opt !== undefined && (opt.version ?? 0) > 0) return BADVERS;
  if (question.class !== CLASS_IN && question.class !== CLASS_ANY) return REFUSED;
  if (refusedTypes.has(question.type)) return REFUSED;
  try {
    const said = answer(fromWire(question.name), typeName(question.type), at, authority);
    response.answers = said.answers.map(resourceOf);
    response.authorities = said.authority.map(resourceOf);
    response.header.aa = said.rcode === 'REFUSED' ? 0 : 1;
    return rcodes[said.rcode];
  } catch {
    // A routing policy that is not modelled, or a type whose data cannot be sent.
    response.answers = [];
    response.authorities = [];
    return SERVFAIL;
  }
}

type Said = Pick<Answer, 'rcode' | 'answers' | 'authority'>;

function answer(name: string, type: string, { server, from }: NameServer, authority: Authority): Said {
  const { route53, random, balancers } = authority;
  const said = route53.answer({ name, type, server, from, pick: random });
  if (said.rcode !== 'REFUSED') return said;
  const addresses = balancers(name.slice(0, -1));
  return addresses === undefined ? said : ofBalancer(name, type, addresses);
}

function ofBalancer(
  name: string,
  type: string,
  { v4, v6 }: { readonly v4: readonly string[]; readonly v6: readonly string[] },
): Said {
  const ofType = type === 'A' ? v4 : type === 'AAAA' ? v6 : [];
  const answers = ofType.map((data) => ({ name, type, ttl: BALANCER_TTL_SECONDS, data }));
  return { rcode: 'NOERROR', answers, authority: answers.length > 0 ? [] : [soaAbove(name)] };
}

/** Load balancers have a zone of AWS's own; nobody here can see more of it than this. */
function soaAbove(name: string): AnswerRecord {
  const zone = name.slice(name.indexOf('.') + 1);
  const data = `ns-1.${zone} hostmaster.${zone} 1 7200 900 1209600 ${BALANCER_TTL_SECONDS}`;
  return { name: isInside(name, zone) ? zone : name, type: 'SOA', ttl: BALANCER_TTL_SECONDS, data };
}
