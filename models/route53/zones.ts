import { ServiceError } from '../service-error.ts';
import { canonicalName, isInside } from './names.ts';
import { bareZoneId } from './record-set.ts';
import { Zone } from './zone.ts';

export interface ZoneToCreate {
  name: string;
  id: string;
  private?: boolean | undefined;
  nameServers?: readonly string[] | undefined;
}

/** The zones of an account, in the order of their creation. */
export class Zones {
  readonly #zones = new Map<string, Zone>();

  create({ name, id, private: isPrivate = false, nameServers }: ZoneToCreate): Zone {
    const canonical = canonicalName(name);
    if (typeof canonical !== 'string') throw new ServiceError('InvalidDomainName', canonical.problem);
    if (this.has(id)) throw new ServiceError('HostedZoneAlreadyExists', `There is a hosted zone ${id} already`, 409);
    const servers = nameServers ?? ['ns-1.awsdns-01.test', 'ns-2.awsdns-02.test'];
    const zone = new Zone({ id, name: canonical, isPrivate, nameServers: [...servers] });
    this.#zones.set(id, zone);
    return zone;
  }

  has(id: string): boolean {
    return this.#zones.has(bareZoneId(id));
  }

  /** By id, with its prefix or without. Throws NoSuchHostedZone. */
  get(id: string): Zone {
    const bare = bareZoneId(id);
    const zone = this.#zones.get(bare);
    if (zone === undefined) throw new ServiceError('NoSuchHostedZone', `No hosted zone found with ID: ${bare}`, 404);
    return zone;
  }

  all(): Zone[] {
    return [...this.#zones.values()];
  }

  /** The zone that answers for a name: the closest one; inside the VPC a private one before any public one. */
  closest(name: string, from: 'internet' | 'vpc'): Zone | undefined {
    let best: Zone | undefined;
    for (const zone of this.#zones.values()) {
      if (!isInside(name, zone.name) || (zone.isPrivate && from === 'internet')) continue;
      const isCloser = zone.isPrivate === best?.isPrivate ? zone.name.length > best.name.length : zone.isPrivate;
      if (best === undefined || isCloser) best = zone;
    }
    return best;
  }
}
