import type { Facts } from '../facts.ts';
import type { Gate } from './gate.ts';
import { moves } from './move.ts';
import { someOf } from './wording.ts';

/**
 * The target shows a certificate for every host that will move, valid for long enough, through its own balancer. It can
 * be asked while the pods sleep, which is when a renewal that stopped working stays unnoticed.
 */
export function targetCertificates(facts: Facts): Gate {
  const { pair, target, to } = facts;
  const { certificateDaysMin } = pair.probe;
  const hosts = Object.values(pair.services)
    .filter((service) => moves(service.ring, facts))
    .flatMap((service) => service.hosts);
  const shown = target?.cluster === to ? target.certificates.filter(({ ring }) => moves(ring, facts)) : [];
  const short = shown.reduce((sum, ring) => sum + ring.short.count, 0);
  const good = shown.reduce((sum, ring) => sum + ring.hosts - ring.none.count, 0) - short;
  const unseen = hosts.length - good - short;
  const told = shown.flatMap(({ short: soon, none }) => [
    ...soon.some,
    ...none.some.map((host) => `${host} shows none`),
  ]);
  const bad =
    told.length > 0 ? `; ${someOf(told, 3, short + unseen)}` : unseen > 0 ? `; ${unseen} were not asked for` : '';
  return {
    name: 'TargetCertificates',
    state: short > 0 ? 'closed' : unseen > 0 || hosts.length === 0 ? 'unknown' : 'open',
    because: `${good} of ${hosts.length} hosts show a certificate of ≥ ${certificateDaysMin} days through ${to}${bad}`,
    opensWhen: `the certificates on ${to} are renewed, or probe.certificateDaysMin (${certificateDaysMin}) is lowered`,
    applies: 'before claim',
    overridable: 'person',
  };
}
