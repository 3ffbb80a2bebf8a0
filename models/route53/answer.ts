import type { Random } from '../random.ts';
import { ServiceError } from '../service-error.ts';
import { canonicalName, isInside, parentName } from './names.ts';
import { policyOf } from './record-set.ts';
import { picked, routingShares } from './routing.ts';
import type { ResourceRecordSet } from './shapes.ts';
import type { View, Zone } from './zone.ts';

export interface AnswerRecord {
  name: string;
  type: string;
  /** Seconds. */
  ttl: number;
  /** As in a ResourceRecord's Value: text in quotation marks, names with their dot. */
  data: string;
}

export interface ChosenSet {
  name: string;
  type: string;
  setIdentifier?: string;
}

export interface Answer {
  rcode: 'NOERROR' | 'NXDOMAIN' | 'REFUSED';
  answers: AnswerRecord[];
  /** The SOA of the zone when there is no such name or type; its TTL is how long that may be remembered. */
  authority: AnswerRecord[];
  /** The record sets that were followed, in order; the last one gave the data. */
  sets: ChosenSet[];
}

export interface LoadBalancer {
  addresses: { v4: readonly string[]; v6: readonly string[] };
  healthy: boolean;
}

/** What answers depend on besides the records. */
export interface Health {
  loadBalancer(dnsName: string): LoadBalancer | undefined;
  healthCheck(id: string): boolean;
}

const LOAD_BALANCER_TTL_SECONDS = 60;
/** More aliases or CNAMEs one after the other than this are a loop. */
const LINKS_MAX = 16;

/** Answers questions about one zone as it is at one moment. */
export class Answering {
  readonly #zone: Zone;
  readonly #view: View;
  readonly #health: Health;

  constructor(zone: Zone, view: View, health: Health) {
    this.#zone = zone;
    this.#view = view;
    this.#health = health;
  }

  /** `pick` gives the number in [0, 1) on which each choice among weighted sets falls. */
  answer(name: string, type: string, pick: Random): Answer {
    const answers: AnswerRecord[] = [];
    const sets: ChosenSet[] = [];
    let owner = name;
    for (let links = 0; links < LINKS_MAX; links++) {
      const from = this.#nameThatAnswers(owner);
      if (from === undefined) return { rcode: 'NXDOMAIN', answers, authority: [this.#soa()], sets };
      let set = this.#choose(from, type, pick);
      const isCname = set === undefined && type !== 'CNAME';
      if (isCname) set = this.#choose(from, 'CNAME', pick);
      if (set === undefined) return { rcode: 'NOERROR', answers, authority: [this.#soa()], sets };
      const found = this.#follow(owner, set, pick, sets);
      answers.push(...found);
      const next = isCname ? found[0]?.data : undefined;
      if (next === undefined || !isInside(next, this.#zone.name)) {
        return { rcode: 'NOERROR', answers, authority: answers.length === 0 ? [this.#soa()] : [], sets };
      }
      owner = next;
    }
    return { rcode: 'NOERROR', answers, authority: [], sets };
  }

  /** The probability of each last set identifier on the way of a question; '' where no set on it has one. */
  shares(name: string, type: string): Map<string, number> {
    const leaves = new Map<string, number>();
    this.#spread(name, type, 1, '', leaves, 0);
    return leaves;
  }

  #spread(name: string, type: string, share: number, above: string, leaves: Map<string, number>, links: number): void {
    const from = this.#nameThatAnswers(name);
    if (from === undefined || links >= LINKS_MAX) return;
    const direct = this.#zone.sets(from, type, this.#view);
    const isCname = direct.length === 0 && type !== 'CNAME';
    const sets = isCname ? this.#zone.sets(from, 'CNAME', this.#view) : direct;
    const shares = this.#sharesOf(sets);
    for (const [at, set] of sets.entries()) {
      const part = share * (shares[at] ?? 0);
      if (part === 0) continue;
      const identifier = set.SetIdentifier ?? above;
      const target = this.#targetInZone(set) ?? (isCname ? dotted(set.ResourceRecords?.[0]?.Value ?? '') : undefined);
      if (target !== undefined && isInside(target, this.#zone.name)) {
        this.#spread(target, set.AliasTarget === undefined ? type : set.Type, part, identifier, leaves, links + 1);
      } else leaves.set(identifier, (leaves.get(identifier) ?? 0) + part);
    }
  }

  /** The name itself, or the wildcard that stands for it below its closest existing ancestor; undefined: NXDOMAIN. */
  #nameThatAnswers(name: string): string | undefined {
    if (this.#zone.exists(name, this.#view)) return name;
    let encloser = parentName(name);
    while (encloser !== this.#zone.name && !this.#zone.exists(encloser, this.#view)) encloser = parentName(encloser);
    const wildcard = `\\052.${encloser}`;
    return this.#zone.has(wildcard, this.#view) ? wildcard : undefined;
  }

  #choose(name: string, type: string, pick: Random): ResourceRecordSet | undefined {
    const sets = this.#zone.sets(name, type, this.#view);
    if (sets.length < 2) return sets[0];
    return sets[picked(this.#sharesOf(sets), pick())];
  }

  #sharesOf(sets: readonly ResourceRecordSet[]): number[] {
    if (sets.length === 1) return [1];
    for (const set of sets) {
      if (policyOf(set) !== 'weighted') {
        throw new ServiceError(
          'NotImplemented',
          `Answers of ${policyOf(set)} record sets are not modelled: ${set.Name}`,
          501,
        );
      }
    }
    return routingShares(sets.map((set) => ({ weight: set.Weight ?? 0, healthy: this.#isHealthy(set, 0) })));
  }

  /** The data of a set; aliases to names of this zone are followed through their own groups. */
  #follow(owner: string, set: ResourceRecordSet, pick: Random, path: ChosenSet[]): AnswerRecord[] {
    let last = set;
    for (let links = 0; links < LINKS_MAX; links++) {
      const { Name: name, Type: type, SetIdentifier: setIdentifier } = last;
      path.push(setIdentifier === undefined ? { name, type } : { name, type, setIdentifier });
      const target = this.#targetInZone(last);
      if (target === undefined) return this.#data(owner, last);
      const next = this.#choose(target, last.Type, pick);
      if (next === undefined) return [];
      last = next;
    }
    return [];
  }

  #targetInZone({ AliasTarget: alias }: ResourceRecordSet): string | undefined {
    return alias?.HostedZoneId === this.#zone.id ? alias.DNSName : undefined;
  }

  #data(owner: string, { Type: type, TTL: ttl, ResourceRecords: records, AliasTarget: alias }: ResourceRecordSet) {
    if (alias === undefined) {
      return (records ?? []).map(({ Value }) => {
        const data = type === 'CNAME' ? dotted(Value) : Value;
        return { name: owner, type, ttl: ttl ?? 0, data };
      });
    }
    const { addresses } = this.#health.loadBalancer(alias.DNSName) ?? { addresses: { v4: [], v6: [] } };
    const ofType = type === 'A' ? addresses.v4 : type === 'AAAA' ? addresses.v6 : [];
    return ofType.map((data) => ({ name: owner, type, ttl: LOAD_BALANCER_TTL_SECONDS, data }));
  }

  /** Its health check's status and, when it evaluates its target, the target's health; neither: healthy. */
  #isHealthy({ HealthCheckId: check, AliasTarget: alias, Type: type }: ResourceRecordSet, links: number): boolean {
    if (check !== undefined && !this.#health.healthCheck(check)) return false;
    if (!alias?.EvaluateTargetHealth) return true;
    if (alias.HostedZoneId !== this.#zone.id) return this.#health.loadBalancer(alias.DNSName)?.healthy ?? false;
    if (links >= LINKS_MAX) return false;
    return this.#zone.sets(alias.DNSName, type, this.#view).some((target) => this.#isHealthy(target, links + 1));
  }

  /** Negative answers are remembered for the smaller of the SOA's own TTL and its minimum. */
  #soa(): AnswerRecord {
    const soa = this.#zone.sets(this.#zone.name, 'SOA', this.#view)[0];
    const data = soa?.ResourceRecords?.[0]?.Value ?? '';
    const ttl = Math.min(soa?.TTL ?? 0, Number(data.split(' ').at(-1)));
    return { name: this.#zone.name, type: 'SOA', ttl, data };
  }
}

/** The target of a CNAME, written as names are kept. */
function dotted(target: string): string {
  const name = canonicalName(target);
  return typeof name === 'string' ? name : target;
}
