/** The explicit models, and what is expected of each. */
import { explore } from '../../test/simulation/model/explore.ts';
import { besideExternalDns, type Order } from '../../test/simulation/model/external-dns.ts';
import { protocol, type Second, type Variant } from '../../test/simulation/model/protocol.ts';

export interface ModelExplored {
  model: string;
  states: number;
  /** What was found wrong, by the shortest way; missing: nothing. */
  wrong?: string;
  asExpected: boolean;
}

const PROTOCOL: readonly [Second, Variant, 'good' | 'bad'][] = [
  ['repair', 'as designed', 'good'],
  ['break-glass', 'as designed', 'good'],
  ['repair', 'no look at the ledger', 'good'],
  ['break-glass', 'no look at the ledger', 'good'],
  ['repair', 'no fence-up', 'bad'],
  ['repair', 'only the anchor', 'bad'],
  ['repair', 'read before fence', 'bad'],
  ['repair', 'repair towards the ledger', 'bad'],
  ['repair', 'no fence in the batch', 'bad'],
  ['break-glass', 'no fence-up', 'bad'],
  ['break-glass', 'only the anchor', 'bad'],
  ['break-glass', 'read before fence', 'bad'],
  ['break-glass', 'no fence in the batch', 'bad'],
];
const ORDERS: readonly [Order, 'good' | 'bad'][] = [
  ['raise first, lower last', 'good'],
  ['both first', 'bad'],
  ['both last', 'bad'],
];

export function modelsExplored(): ModelExplored[] {
  const runs = PROTOCOL.map(([second, variant, expected]) =>
    found(`two zones, two runs, the second one ${second}: ${variant}`, explore(protocol(second, variant)), expected),
  );
  const loops = ORDERS.map(([order, expected]) =>
    found(`two ExternalDNS loops beside a move, annotations ${order}`, explore(besideExternalDns(order)), expected),
  );
  return [...runs, ...loops];
}

function found(
  model: string,
  { states, violation }: ReturnType<typeof explore>,
  expected: 'good' | 'bad',
): ModelExplored {
  const asExpected = (violation === undefined) === (expected === 'good');
  return { model, states, asExpected, ...(violation === undefined ? {} : { wrong: violation.wrong }) };
}
