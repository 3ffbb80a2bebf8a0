/** What happens to a world from outside, as data: what people do, what breaks, and when. */
import type { ObserverClass } from '../../core/observe/observation.ts';
import type { Fault as ClusterFault } from '../../models/kubernetes/faults.ts';
import type { Signalling } from './signals.ts';

/** A service of AWS that we call, by the first word of its calls. */
export const SERVICES = ['dynamodb', 'route53', 'ssm', 'states', 'events', 'cloudwatch', 'eks', 's3'] as const;
export type Service = (typeof SERVICES)[number];

export type Doing =
  | Signalling
  | { what: 'inflict'; cluster: string; fault: ClusterFault; how?: 'refused' | 'silent' }
  | { what: 'heal'; cluster: string; fault?: ClusterFault }
  /** Clusters that this class of observers does not see; inside, nothing of the VPC sees them. */
  | { what: 'blind'; observer: ObserverClass; to: readonly string[] }
  | { what: 'sighted'; observer: ObserverClass }
  | { what: 'outage'; service: Service; how: 'throttled' | 'lost' | 'lost answers' }
  | { what: 'outage over'; service: Service }
  | { what: 'lock' | 'unlock'; zone: number }
  /** A zone takes the fence of a failover and, so many seconds later, nothing more for some minutes. */
  | { what: 'lock when fenced'; zone: number; seconds: number }
  /** ExternalDNS stands still with its plan in hand, or goes on. */
  | { what: 'suspend' | 'resume'; cluster: string }
  /** A person, by the console or the CLI. */
  | { what: 'ask'; input: Readonly<Record<string, unknown>> }
  /** A drill begins, by the console, the CLI or the calendar. */
  | { what: 'drill'; input: Readonly<Record<string, unknown>> }
  /** Somebody tries an alarm, as `aws cloudwatch set-alarm-state` does. */
  | { what: 'alarm'; cluster: string }
  /** The newest execution, or an older one, is stopped or redriven. */
  | { what: 'stop' | 'redrive'; older: number }
  /** The newest of those that were stopped goes on where it was. */
  | { what: 'redrive stopped' }
  /** Tidying up, a restore, a slip of the hand. */
  | { what: 'spoil'; thing: Thing; zone: number; olderSeconds: number }
  /** Functions that know only the first services of the pair from now on; the others have those that are there already. */
  | { what: 'deploy'; services: number }
  /** `throwover break-glass move` at somebody's own terminal. */
  | { what: 'break-glass'; who: string; to: string }
  /** The alarm of a cluster goes on and off so many times, within seconds. */
  | { what: 'storm'; cluster: string; many: number }
  /** What users send makes the cluster sick that they are on, for so long. */
  | { what: 'poison'; seconds: number }
  /** Changes of all zones stay PENDING for longer than any run waits, or no longer. */
  | { what: 'strand' | 'strand over' }
  /** Another pair with names in the same zone moves its users, under its own fence. */
  | { what: 'neighbour'; zone: number }
  /** The same by Throwover of its own: a whole switch, with its own clusters, beside ours. */
  | { what: 'neighbour switches' }
  /** Somebody gives a name of a zone other weights in the console. */
  | { what: 'edit'; zone: number; service: number; weights: Readonly<Record<string, number>> };

/**
 * The ledger restored is as it was so many seconds before; from yesterday means as it began. The records lost are those of the
 * side that has less weight, in a zone whose records ExternalDNS makes.
 */
export const THINGS = [
  'fence lost',
  'fence garbled',
  'ledger lost',
  'ledger restored',
  'parameter wrong',
  'records lost',
] as const;
export type Thing = (typeof THINGS)[number];

export type Happening = readonly [seconds: number, doing: Doing];

/** More than any world has. */
export const ALL_SERVICES = 9;

/** Faults begin, and end, so many seconds after the world began. */
export const BEGIN_SECONDS = 120;
export const END_SECONDS = 1_560;
