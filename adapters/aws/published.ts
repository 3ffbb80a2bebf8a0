/** The published copy in SSM Parameter Store. A parameter that is not there reads as undefined. */
import type { Published } from '../../core/ports.ts';
import type { SsmCalls } from './calls.ts';

export function publishedOver(ssm: SsmCalls): Published {
  const write = (Name: string, Value: string) => ssm.putParameter({ Name, Value, Type: 'String', Overwrite: true });
  return {
    async read(pair) {
      const { Parameters = [] } = await ssm.getParameters({ Names: [activeName(pair), stateName(pair)] });
      const said = (name: string) => Parameters.find(({ Name }) => Name === name)?.Value;
      return { active: said(activeName(pair)), state: said(stateName(pair)) };
    },
    async write(pair, active, state) {
      await write(stateName(pair), state);
      await write(activeName(pair), active);
    },
  };
}

export function activeName(pair: string): string {
  return `/throwover/${pair}/active-cluster`;
}

export function stateName(pair: string): string {
  return `/throwover/${pair}/state`;
}
