import { parseTopology, topologyDigest } from '../../core/topology/index.ts';
import { pairedRatio } from '../../scripts/bench/paired-ratio.ts';
import { atMost, type Bench } from '../../scripts/bench/result.ts';

/** A topology of `count` services, half of them in a pivot zone, as it stands in a function's zip. */
function topologyOf(count: number): unknown {
  const cluster = (name: string) => ({
    eksName: name,
    region: 'eu-west-1',
    setIdentifier: name,
    loadBalancer: { host: `${name}.elb.test`, zone: 'Z0ELB' },
    canaryHost: `canary.${name}.test`,
  });
  const services = Array.from({ length: count }, (_, index) => [
    `service-${index}`,
    {
      hosts: [`service-${index}.${index % 2 === 0 ? 'example' : 'pivot'}.test`],
      healthPath: '/healthz',
      ring: index % 4,
      concurrency: 'safe',
    },
  ]);
  return {
    version: 1,
    pairs: {
      shop: {
        clusters: { blue: cluster('blue'), green: cluster('green') },
        zones: [
          { name: 'example.test', id: 'Z0EXAMPLE', layout: 'records' },
          { name: 'pivot.test', id: 'Z0PIVOT', layout: 'pivot' },
        ],
        services: Object.fromEntries(services),
      },
    },
  };
}

/** Reading the topology costs a small multiple of reading its JSON, and grows with it in a straight line. */
const bench: Bench = ({ print }) => {
  const value = topologyOf(1_000);
  const text = JSON.stringify(value);
  const jsonRoundTrip = () => JSON.stringify(JSON.parse(text));
  const { problems, topology } = parseTopology(value);
  if (topology === undefined) throw new Error(`the bench's topology is wrong: ${JSON.stringify(problems[0])}`);

  const checked = pairedRatio(() => parseTopology(value), jsonRoundTrip);
  const digested = pairedRatio(() => topologyDigest(topology), jsonRoundTrip);
  print(
    `     topology of 1,000 services (${text.length} bytes): checked in ${checked.workMilliseconds.toFixed(2)} ms, ` +
      `digest in ${digested.workMilliseconds.toFixed(2)} ms, JSON there and back in ${checked.yardstickMilliseconds.toFixed(2)} ms`,
  );
  const large = topologyOf(4_000);
  const growth = pairedRatio(
    () => parseTopology(large),
    () => parseTopology(value),
    15,
  );
  return [
    atMost(10, 'topology of 1,000 services, parsed and checked', checked.ratio, 'JSON round trips'),
    atMost(15, 'digest of a topology of 1,000 services', digested.ratio, 'JSON round trips'),
    atMost(8, 'topology of 4,000 services against one of 1,000', growth.ratio, 'times'),
  ];
};

export default bench;
