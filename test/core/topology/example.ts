import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** What throwover.yaml in the root says, as data, fresh for every test so that it can be spoiled. */
// biome-ignore lint/suspicious/noExplicitAny: tests write wrong things into it on purpose
export function example(): any {
  return parse(readFileSync(new URL('../../../throwover.yaml', import.meta.url), 'utf8'));
}

/** A second pair that shares nothing with `shop`. */
// biome-ignore lint/suspicious/noExplicitAny: tests write wrong things into it on purpose
export function secondPair(): any {
  const pair = example().pairs.shop;
  pair.clusters = {
    north: { ...pair.clusters.blue, eksName: 'north', setIdentifier: 'north', canaryHost: 'canary.north.example.test' },
    south: {
      ...pair.clusters.green,
      eksName: 'south',
      setIdentifier: 'south',
      canaryHost: 'canary.south.example.test',
    },
  };
  pair.clusters.north.loadBalancer = { host: 'north-lb.elb.test', zone: 'Z0ELB' };
  pair.clusters.south.loadBalancer = { host: 'south-lb.elb.test', zone: 'Z0ELB' };
  pair.zones = [{ name: 'pay.test', id: 'Z0PAY', layout: 'records' }];
  pair.services = { pay: { hosts: ['pay.test'], healthPath: '/', ring: 0 } };
  pair.datastores = {};
  return pair;
}
