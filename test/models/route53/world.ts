import { seeded } from '../../../models/random.ts';
import {
  type LoadBalancer,
  type ResourceRecordSet,
  Route53,
  type RulesGiven,
} from '../../../models/route53/route53.ts';
import type { Action, Change } from '../../../models/route53/shapes.ts';
import { ServiceError } from '../../../models/service-error.ts';
import { SteppedClock } from '../../../models/stepped-clock.ts';

/** A zone `example.test` with two balancers, and a clock at 0. */
export function world(rules: RulesGiven = {}, recordSets: readonly ResourceRecordSet[] = []) {
  const clock = new SteppedClock(0);
  const balancers: Record<string, LoadBalancer> = {
    'blue-lb.elb.test': { addresses: { v4: ['127.0.0.11'], v6: ['::11'] }, healthy: true },
    'green-lb.elb.test': { addresses: { v4: ['127.0.0.12'], v6: ['::12'] }, healthy: true },
  };
  const loadBalancers = (dnsName: string) => balancers[dnsName];
  const route53 = new Route53({ clock, random: seeded(1), rules, loadBalancers });
  route53.createZone({ name: 'example.test', id: 'Z1', recordSets });
  return { clock, route53, balancers };
}

export const a = (name: string, value: string, more: Partial<ResourceRecordSet> = {}): ResourceRecordSet => ({
  Name: name,
  Type: 'A',
  TTL: 60,
  ResourceRecords: [{ Value: value }],
  ...more,
});

export const text = (name: string, value: string, more: Partial<ResourceRecordSet> = {}): ResourceRecordSet => ({
  Name: name,
  Type: 'TXT',
  TTL: 60,
  ResourceRecords: [{ Value: `"${value}"` }],
  ...more,
});

export const weighted = (name: string, id: string, weight: number, more: Partial<ResourceRecordSet> = {}) =>
  a(name, id === 'green' ? '192.0.2.2' : '192.0.2.1', { SetIdentifier: id, Weight: weight, ...more });

/** A weighted alias to a cluster's load balancer; it evaluates the target's health only when told so. */
export const balanced = (
  name: string,
  id: string,
  weight: number,
  EvaluateTargetHealth = false,
): ResourceRecordSet => ({
  Name: name,
  Type: 'A',
  SetIdentifier: id,
  Weight: weight,
  AliasTarget: { HostedZoneId: `Z0ELB${id.toUpperCase()}`, DNSName: `${id}-lb.elb.test.`, EvaluateTargetHealth },
});

export const alias = (name: string, target: string, more: Partial<ResourceRecordSet> = {}): ResourceRecordSet => ({
  Name: name,
  Type: 'A',
  AliasTarget: { HostedZoneId: 'Z1', DNSName: target, EvaluateTargetHealth: false },
  ...more,
});

export function change(Action: Action, set: ResourceRecordSet): Change {
  return { Action, ResourceRecordSet: set };
}

export function send(route53: Route53, ...changes: Change[]) {
  return route53.changeResourceRecordSets({ HostedZoneId: 'Z1', ChangeBatch: { Changes: changes } });
}

/** The error a call ends in, as `code: message`; 'nothing' when it does not. */
export function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof ServiceError) return `${error.name}: ${error.message}`;
    throw error;
  }
  return 'nothing';
}

/** The whole zone as listed, page by page; read at set-up speed, so take it with a generous budget. */
export function listing(route53: Route53, HostedZoneId = 'Z1'): ResourceRecordSet[] {
  const all: ResourceRecordSet[] = [];
  let start = {};
  for (;;) {
    const page = route53.listResourceRecordSets({ HostedZoneId, ...start });
    all.push(...page.ResourceRecordSets);
    if (!page.IsTruncated) return all;
    start = {
      StartRecordName: page.NextRecordName,
      StartRecordType: page.NextRecordType,
      StartRecordIdentifier: page.NextRecordIdentifier,
    };
  }
}

export const generous: RulesGiven = {
  processingMs: 0,
  budget: {
    allRequests: { burst: 1e9, perSecond: 1e9 },
    eachAction: { burst: 1e9, perSecond: 1e9 },
    changes: { burst: 1e9, perSecond: 1e9 },
  },
};
