import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../core/plan/batch.ts';
import type { RecordSet } from '../../../core/plan/records.ts';
import type { Side } from './side.ts';

/** The zone that nobody but us writes. */
const ZONE = 'Z0PIVOT';

const text = (name: string, value: string): RecordSet => ({
  name: `${name}.pivot.test.`,
  type: 'TXT',
  policy: 'simple',
  ttlSeconds: 60,
  values: [`"${value}"`],
});
const batch = (...changes: Batch['changes']): Batch => ({ why: 'a test', epoch: 1, seq: 1, changes });
const create = (record: RecordSet) => ({ action: 'CREATE', record }) as const;
const remove = (record: RecordSet) => ({ action: 'DELETE', record }) as const;

export function zonesContract(side: () => Side): void {
  describe('Zones', () => {
    const apply = (one: Batch, zone = ZONE) => side().ports.zones.apply(zone, one);

    it('read every record set with everything that a DELETE must repeat', async () => {
      const records = await side().run(() => side().ports.zones.read(ZONE));
      expect(records.find(({ name, type }) => name === 'live-1.pivot.test.' && type === 'A')).toEqual({
        name: 'live-1.pivot.test.',
        type: 'A',
        policy: 'weighted',
        setIdentifier: 'blue',
        weight: 100,
        alias: { zone: 'Z0ELBBLUE', name: 'blue-lb.elb.test.', evaluateTargetHealth: false },
      });
      expect(records.map(({ type }) => type)).toEqual(expect.arrayContaining(['NS', 'SOA', 'A', 'AAAA']));
    });

    it('apply a batch, which is PENDING first and INSYNC later', async () => {
      const seen = await side().run(async () => {
        const answer = await apply(batch(create(text('applied', 'one'))));
        if (answer.kind !== 'applied') return [answer];
        const early = await side().ports.zones.isInsync(answer.change);
        await side().ports.clock.wait(120_000);
        const late = await side().ports.zones.isInsync(answer.change);
        return [early, late, await side().ports.zones.readName(ZONE, 'applied.pivot.test.')];
      });
      expect(seen).toEqual([false, true, [text('applied', 'one')]]);
    });

    it('read one name only', async () => {
      const seen = await side().run(async () => {
        await apply(batch(create(text('m', '1')), create(text('n', '2')), create(text('x.n', '3'))));
        await side().ports.clock.wait(1_000);
        const names = ['m.pivot.test.', 'n.pivot.test.', 'nobody.pivot.test.'];
        return Promise.all(names.map((name) => side().ports.zones.readName(ZONE, name)));
      });
      expect(seen).toEqual([[text('m', '1')], [text('n', '2')], []]);
    });

    it('read all pages of a large zone', async () => {
      const many = Array.from({ length: 700 }, (_, index) => text(`page-${String(index).padStart(4, '0')}`, 'x'));
      const found = await side().run(async () => {
        expect((await apply(batch(...many.map(create)))).kind).toBe('applied');
        await side().ports.clock.wait(1_000);
        const read = await side().ports.zones.read(ZONE);
        await apply(batch(...many.map(remove)));
        return read.filter(({ name }) => name.startsWith('page-'));
      });
      expect(found.length).toBe(700);
      expect(found[0]).toEqual(many[0]);
    });

    it('refuse a batch whose old record is not as it was read, whole', async () => {
      const seen = await side().run(async () => {
        await apply(batch(create(text('refused', 'now'))));
        await side().ports.clock.wait(1_000);
        const answer = await apply(batch(create(text('beside', 'x')), remove(text('refused', 'before'))));
        return [answer.kind, await side().ports.zones.readName(ZONE, 'beside.pivot.test.')];
      });
      expect(seen).toEqual(['refused', []]);
    });

    it('say busy while another change of the zone is under way', async () => {
      const kinds = await side().run(async () => {
        const both = await Promise.all([apply(batch(create(text('a', '1')))), apply(batch(create(text('b', '1'))))]);
        return both.map(({ kind }) => kind).sort();
      });
      expect(kinds).toEqual(['applied', 'busy']);
    });

    it('say throttled when the account’s tokens are used up, and nothing has happened', async () => {
      const { budget } = side().world.route53.rules;
      const seen = await side().run(async () => {
        budget.share = 0.000_001;
        await side().ports.clock.wait(60_000);
        const answer = await apply(batch(create(text('throttled', 'x'))));
        budget.share = 1;
        await side().ports.clock.wait(60_000);
        return [answer.kind, await side().ports.zones.readName(ZONE, 'throttled.pivot.test.')];
      });
      expect(seen).toEqual(['throttled', []]);
    });

    it('say denied where nothing may be changed', async () => {
      const kinds = await side().run(async () => {
        side().world.route53.setLocked(ZONE, true);
        const locked = await apply(batch(create(text('denied', 'x'))));
        side().world.route53.setLocked(ZONE, false);
        return [locked.kind, (await apply(batch(create(text('denied', 'x'))), 'Z0NOBODY')).kind];
      });
      expect(kinds).toEqual(['denied', 'denied']);
    });

    it('say unknown when the answer was lost, though it has happened', async () => {
      const seen = await side().run(async () => {
        await side().loseAnswer();
        const answer = await apply(batch(create(text('lost', 'x'))));
        await side().ports.clock.wait(1_000);
        return [answer.kind, await side().ports.zones.readName(ZONE, 'lost.pivot.test.')];
      });
      expect(seen).toEqual(['unknown', [text('lost', 'x')]]);
    });

    it('throw ZoneUnreadable for a zone that is not there', async () => {
      await side().run(() =>
        expect(side().ports.zones.read('Z0NOBODY')).rejects.toMatchObject({ name: 'ZoneUnreadable' }),
      );
    });
  });
}
