/** The published copy in SSM Parameter Store. A parameter that is not there reads as undefined. */
import type { Published } from '../../core/ports.ts';
import type { SsmCalls } from './calls.ts';

export function publishedOver(ssm: SsmCalls): Published {
  const read = async (name: string) => {
    try {
      return (await ssm.getParameter({ Name: name })).Parameter?.Value;
    } catch (cause) {
      if (cause instanceof Error && cause.name === 'ParameterNotFound') return undefined;
      throw cause;
    }
  };
  const write = (Name: string, Value: string) => ssm.putParameter({ Name, Value, Type: 'String', Overwrite: true });
  return {
    async read(pair) {
      const [active, state] = await Promise.all([read(activeName(pair)), read(stateName(pair))]);
      return { active, state };
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
