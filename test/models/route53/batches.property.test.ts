import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResourceRecordSet, Route53 } from '../../../models/route53/route53.ts';
import type { Change } from '../../../models/route53/shapes.ts';
import { generous, listing, refusal, send, world } from './world.ts';

/** The same rules written plainly over a list: slow, and with nothing in common with the model. */
type Plain = readonly ResourceRecordSet[];
const keyOf = (set: ResourceRecordSet) => [set.Name, set.Type, set.SetIdentifier ?? ''].join('|');
const valuesOf = ({ Weight: _, ...rest }: ResourceRecordSet) => JSON.stringify(Object.entries(rest).sort());

function plainly(zone: Plain, changes: readonly Change[]): Plain | 'refused' {
  let sets = [...zone];
  const deleted = new Set<string>();
  for (const { Action, ResourceRecordSet: set } of changes) {
    const current = sets.find((other) => keyOf(other) === keyOf(set));
    if (Action === 'DELETE') {
      if (current === undefined || valuesOf(current) !== valuesOf(set) || deleted.has(keyOf(set))) return 'refused';
      deleted.add(keyOf(set));
      sets = sets.filter((other) => other !== current);
      continue;
    }
    if (Action === 'CREATE' && current !== undefined) return 'refused';
    const others = sets.filter((other) => other !== current);
    const group = others.filter((other) => other.Name === set.Name && other.Type === set.Type);
    if (group.some((other) => (other.Weight === undefined) !== (set.Weight === undefined))) return 'refused';
    if (set.Weight !== undefined && group.some((other) => other.TTL !== set.TTL)) return 'refused';
    sets = [...others, set];
  }
  return sets;
}

const sets: fc.Arbitrary<ResourceRecordSet> = fc
  .record({
    Name: fc.constantFrom('one.example.test.', 'two.example.test.'),
    Type: fc.constantFrom('A', 'TXT'),
    id: fc.constantFrom(undefined, 'blue', 'green'),
    Weight: fc.constantFrom(0, 1, 100),
    TTL: fc.constantFrom(60, 60, 60, 300),
    value: fc.constantFrom(1, 2),
  })
  .map(({ Name, Type, id, Weight, TTL, value }) => ({
    Name,
    Type,
    ...(id === undefined ? {} : { SetIdentifier: id, Weight }),
    TTL,
    ResourceRecords: [{ Value: Type === 'A' ? `192.0.2.${value}` : `"${value}"` }],
  }));
const changes: fc.Arbitrary<Change> = fc.record({
  Action: fc.constantFrom('CREATE' as const, 'UPSERT' as const, 'DELETE' as const, 'DELETE' as const),
  ResourceRecordSet: sets,
});

/** Every second batch is made of what is there, so that many are taken. */
const batches = fc.array(
  fc.record({
    kind: fc.constantFrom('random', 'random', 'swap', 'swap and more'),
    random: fc.array(changes, { minLength: 1, maxLength: 4 }),
    waitMs: fc.nat(20_000),
  }),
  { minLength: 3, maxLength: 12 },
);

function batchOf(zone: Plain, { kind, random }: { kind: string; random: Change[] }): Change[] {
  if (kind === 'random' || zone.length === 0) return random;
  const swap = zone.flatMap((set) => {
    const other = set.Weight === undefined ? set : { ...set, Weight: 100 - set.Weight };
    return [
      { Action: 'DELETE' as const, ResourceRecordSet: set },
      { Action: 'CREATE' as const, ResourceRecordSet: other },
    ];
  });
  return kind === 'swap' ? swap : [...swap, ...random];
}

const sorted = (zone: Plain) => zone.map((set) => JSON.stringify(Object.entries(set).sort())).sort();
const own = (zone: Plain) => zone.filter(({ Type }) => Type !== 'NS' && Type !== 'SOA');

/** Everything a server says about both names, each weighted set picked once. */
function shownBy(route53: Route53, server: number): string {
  const names = ['one.example.test.', 'two.example.test.'];
  const questions = names.flatMap((name) =>
    ['A', 'TXT'].flatMap((type) => [0, 0.499, 0.501, 0.99].map((pick) => ({ name, type, pick }))),
  );
  return JSON.stringify(questions.map((question) => route53.answer({ ...question, server })));
}

describe('any batches', () => {
  it('leave the zone as a naive application does, and a refused one leaves it byte for byte', () => {
    let taken = 0;
    fc.assert(
      fc.property(batches, (sequence) => {
        const { route53 } = world(generous);
        let plain: Plain = [];
        for (const drawn of sequence) {
          const batch = batchOf(plain, drawn);
          const before = JSON.stringify(listing(route53));
          const expected = plainly(plain, batch);
          const answer = refusal(() => send(route53, ...batch));
          expect(answer === 'nothing', `${answer} of ${JSON.stringify(batch)}`).toBe(expected !== 'refused');
          if (expected === 'refused') expect(JSON.stringify(listing(route53))).toBe(before);
          else {
            taken++;
            plain = expected;
            expect(sorted(own(listing(route53)))).toEqual(sorted(plain));
          }
        }
      }),
    );
    expect(taken).toBeGreaterThan(100);
  });

  it('are shown by each name server whole, in order and up to the one it has', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (sequence) => {
        const { route53, clock } = world(generous);
        const twin = world({ ...generous, propagationMs: { min: 0, max: 0 } }); // shows everything at once
        const after = new Map([['', shownBy(twin.route53, 0)]]);
        const shows = ['', ''];
        route53.onVisible = (batch, server) => {
          shows[server] = batch.id;
        };
        const check = () => {
          for (const server of [0, 1]) expect(shownBy(route53, server)).toEqual(after.get(shows[server] ?? ''));
        };
        for (const drawn of sequence) {
          const batch = batchOf(own(listing(route53)), drawn);
          route53.onChange = ({ id, changes: applied }) => {
            send(twin.route53, ...applied);
            after.set(id, shownBy(twin.route53, 0));
          };
          refusal(() => send(route53, ...batch));
          check();
          await clock.run(drawn.waitMs);
          check();
        }
        await clock.run(30_000);
        check();
      }),
      { numRuns: 40 },
    );
  });
});
