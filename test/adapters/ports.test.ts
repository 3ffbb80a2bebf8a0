import { afterAll, beforeAll, describe } from 'vitest';
import { clustersContract } from './contract/clusters.ts';
import { lookingContract } from './contract/looking.ts';
import { inMemory, onTheWire, type Side } from './contract/side.ts';
import { stateContract } from './contract/state.ts';
import { zonesContract } from './contract/zones.ts';

describe.each([
  ['in memory', inMemory],
  ['on the wire', onTheWire],
])('%s', (_, open) => {
  let opened: Side | undefined;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened?.close());
  const side = () => {
    if (opened === undefined) throw new Error('the side did not open');
    return opened;
  };
  zonesContract(side);
  stateContract(side);
  lookingContract(side);
  clustersContract(side);
});
