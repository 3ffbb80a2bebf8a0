/** What is done to zones, the ledger and the published copy past our functions: by people with a console, or by another team. */
import { type PairWorld, TABLE } from '../../lab/world.ts';
import type { Change, ResourceRecordSet } from '../../models/route53/shapes.ts';
import { BY_HAND, NEIGHBOUR } from '../invariants/watching.ts';
import type { Doing } from './happenings.ts';
import type { Promises } from './promises.ts';

type Zone = PairWorld['pair']['zones'][number];

export class ByHand {
  readonly #world: PairWorld;
  readonly #tell: (line: string) => void;
  #neighbourSeq = 0;

  constructor(world: PairWorld, tell: (line: string) => void) {
    this.#world = world;
    this.#tell = tell;
  }

  /** Its fence and both sides of its one name, as the software of that pair would write them. */
  neighbour(zone: Zone | undefined): void {
    if (zone === undefined) return;
    const { route53 } = this.#world;
    const there = route53.recordSets(zone.id).filter(({ Name }) => Name.startsWith(NEIGHBOUR));
    const seq = ++this.#neighbourSeq;
    const side = (SetIdentifier: string, Weight: number): ResourceRecordSet => {
      const ResourceRecords = [{ Value: '192.0.2.99' }];
      return { Name: `${NEIGHBOUR}-0.${zone.name}.`, Type: 'A', TTL: 60, SetIdentifier, Weight, ResourceRecords };
    };
    const fence = `"v=1 by=1ab01ab0 epoch=${seq} seq=${seq} active=red run=neighbour"`;
    const sets: ResourceRecordSet[] = [
      {
        Name: `${NEIGHBOUR}._throwover.${zone.name}.`,
        Type: 'TXT',
        TTL: 5,
        ResourceRecords: [{ Value: fence }],
      },
      side('red', seq % 2 === 0 ? 100 : 0),
      side('white', seq % 2 === 0 ? 0 : 100),
    ];
    const Changes: Change[] = [
      ...there.map((set) => ({ Action: 'DELETE' as const, ResourceRecordSet: set })),
      ...sets.map((set) => ({ Action: 'CREATE' as const, ResourceRecordSet: set })),
    ];
    try {
      route53.changeResourceRecordSets({ HostedZoneId: zone.id, ChangeBatch: { Changes } }, NEIGHBOUR);
    } catch (cause) {
      this.#tell(`not done: ${(cause as Error).message}`);
    }
  }

  /** @param ledgers every state of the ledger, oldest first */
  spoil({ thing, zone, olderSeconds }: Extract<Doing, { what: 'spoil' }>, ledgers: Promises['ledgers']): void {
    const { pair, dynamoDb, ssm } = this.#world;
    const Key = { pk: { S: `pair#${pair.name}` }, sk: { S: 'ledger' } };
    if (thing === 'ledger lost') dynamoDb.deleteItem({ TableName: TABLE, Key });
    if (thing === 'ledger restored') {
      const then = this.#world.clock.now() - olderSeconds * 1000;
      const Item = (ledgers.findLast(({ at }) => at <= then) ?? ledgers[0])?.item;
      // not a write of ours, and so none that our promises are about
      if (Item !== undefined) dynamoDb.transactWriteItems({ TransactItems: [{ Put: { TableName: TABLE, Item } }] });
    }
    if (thing === 'parameter wrong')
      ssm.putParameter({
        Name: `/throwover/${pair.name}/active-cluster`,
        Value: 'purple',
        Type: 'String',
        Overwrite: true,
      });
    const known = pair.zones[zone];
    if (thing === 'records lost' && known?.layout === 'records') this.#lose(known);
    if (!thing.startsWith('fence')) return;
    const name = `${pair.name}._throwover.${known?.name}.`;
    const [fence] = this.#world.route53.recordSets(known?.id ?? '').filter(({ Name }) => Name === name);
    if (fence === undefined) return;
    const garbled = { ...fence, ResourceRecords: [{ Value: '"v=1 by=somebody else"' }] };
    const change =
      thing === 'fence lost'
        ? { Action: 'DELETE' as const, ResourceRecordSet: fence }
        : { Action: 'UPSERT' as const, ResourceRecordSet: garbled };
    this.#byHand(known?.id ?? '', [change]);
  }

  /** Somebody gives a name other weights in the console. */
  edit({ zone, service, weights }: Extract<Doing, { what: 'edit' }>): void {
    const { pair, route53 } = this.#world;
    const known = pair.zones[zone];
    if (known === undefined) return;
    const name =
      known.layout === 'pivot' ? `live-${Math.min(service, 1)}.${known.name}.` : `app-${service}.${known.name}.`;
    const sets = route53
      .recordSets(known.id)
      .filter(({ Name, Type, SetIdentifier }) => Name === name && Type !== 'TXT' && SetIdentifier !== undefined);
    if (sets.length === 0) return;
    const changed = (set: ResourceRecordSet) => ({ ...set, Weight: weights[set.SetIdentifier ?? ''] ?? set.Weight });
    this.#byHand(
      known.id,
      sets.map((set) => ({ Action: 'UPSERT' as const, ResourceRecordSet: changed(set) })),
    );
  }

  /** Whatever one side of the first name has, its registry's texts too. */
  #lose({ id, name }: Zone): void {
    const sets = this.#world.route53.recordSets(id);
    const sides = sets.filter(({ Name, Type }) => Name === `app-0.${name}.` && Type === 'A');
    const [least] = sides.sort((one, other) => (one.Weight ?? 0) - (other.Weight ?? 0));
    if (sides.length < 2 || least === undefined) return;
    const isIts = ({ Name, SetIdentifier }: ResourceRecordSet) =>
      SetIdentifier === least.SetIdentifier && Name.endsWith(`app-0.${name}.`);
    this.#byHand(
      id,
      sets.filter(isIts).map((set) => ({ Action: 'DELETE' as const, ResourceRecordSet: set })),
    );
  }

  #byHand(HostedZoneId: string, Changes: readonly Change[]): void {
    try {
      this.#world.route53.changeResourceRecordSets({ HostedZoneId, ChangeBatch: { Changes } }, BY_HAND);
    } catch (cause) {
      this.#tell(`not done: ${(cause as Error).message}`);
    }
  }
}
