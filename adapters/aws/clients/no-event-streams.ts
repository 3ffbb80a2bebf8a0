/**
 * In bundles this stands in for the SDK's event streams (answers that go on arriving), which no command of ours has: the
 * codec is a thirtieth of a bundle. Clients take a provider when they are made; one that is asked to stream says so.
 */
export function eventStreamSerdeProvider(): object {
  return {};
}

export function resolveEventStreamSerdeConfig<Config>(config: Config): Config {
  return config;
}

export class EventStreamSerde {
  constructor() {
    throw new Error('there are no event streams in this bundle (scripts/build/lean-sdk.ts)');
  }
}
