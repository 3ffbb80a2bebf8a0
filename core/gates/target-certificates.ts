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
  const shown = new Map(
    target?.cluster === to ? target.certificates.map(({ host, daysLeft }) => [host, daysLeft]) : undefined,
  );
  const unseen = hosts.filter((host) => shown.get(host) === undefined);
  const short = hosts.filter((host) => (shown.get(host) ?? certificateDaysMin) < certificateDaysMin);
  const bad = [
    ...short.map((host) => `${host} has ${shown.get(host)} days left`),
    ...unseen.map((host) => `${host} shows none`),
  ];
  return {
    name: 'TargetCertificates',
    state: short.length > 0 ? 'closed' : unseen.length > 0 || hosts.length === 0 ? 'unknown' : 'open',
    because: `${hosts.length - bad.length} of ${hosts.length} hosts show a certificate of ≥ ${certificateDaysMin} days through ${to}${bad.length === 0 ? '' : `; ${someOf(bad)}`}`,
    opensWhen: `the certificates on ${to} are renewed, or probe.certificateDaysMin (${certificateDaysMin}) is lowered`,
    applies: 'before claim',
    overridable: 'person',
  };
}
