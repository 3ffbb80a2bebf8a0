import { describe, expect, it } from 'vitest';
import type { AppliedBatch, Route53 } from '../../../models/route53/route53.ts';
import { a, change, refusal, send, text, world } from './world.ts';

const shows = (route53: Route53, server: number, name = 'www.example.test') =>
  route53.answer({ name, type: 'A', server }).answers.map(({ data }) => data);

describe('a change on its way', () => {
  it('reaches each name server in its own time and is INSYNC with the last one', async () => {
    const { route53, clock } = world({}, [a('www.example.test', '192.0.2.1')]);
    const seen: [number, number][] = [];
    route53.onVisible = (_, server) => seen.push([server, clock.now()]);
    const { Id } = send(route53, change('UPSERT', a('www.example.test', '192.0.2.2'))).ChangeInfo;
    const status = () => route53.getChange({ Id }).ChangeInfo.Status;
    await clock.runUntil(() => seen.length === 1);
    const [first, second] = seen[0]?.[0] === 0 ? [0, 1] : [1, 0];
    expect([shows(route53, first), shows(route53, second), status()]).toEqual([
      ['192.0.2.2'],
      ['192.0.2.1'],
      'PENDING',
    ]);
    await clock.runUntil(() => seen.length === 2);
    expect([shows(route53, first), shows(route53, second), status()]).toEqual([['192.0.2.2'], ['192.0.2.2'], 'INSYNC']);
    for (const [, at] of seen) {
      expect(at).toBeGreaterThanOrEqual(2_000);
      expect(at).toBeLessThanOrEqual(30_000);
    }
  });

  it('is INSYNC in the very moment in which the last server shows it, whichever that is', async () => {
    const { route53, clock } = world();
    const last = new Set<number>();
    for (let value = 1; value <= 12; value++) {
      const seen: number[] = [];
      route53.onVisible = (_, server) => seen.push(server);
      const { Id } = send(route53, change('UPSERT', a('www.example.test', `192.0.2.${value}`))).ChangeInfo;
      await clock.runUntil(() => seen.length === 1);
      expect(route53.getChange({ Id }).ChangeInfo.Status).toBe('PENDING');
      await clock.runUntil(() => seen.length === 2);
      expect(route53.getChange({ Id }).ChangeInfo.Status).toBe('INSYNC');
      last.add(seen[1] ?? -1);
    }
    expect(last).toEqual(new Set([0, 1]));
  });

  it('can be read by checkers as each server shows it, without a token', async () => {
    const { route53, clock } = world({}, [a('www.example.test', '192.0.2.1')]);
    send(
      route53,
      change('CREATE', a('app.example.test', '192.0.2.2')),
      change('DELETE', a('www.example.test', '192.0.2.1')),
    );
    const names = (server?: number) =>
      route53.recordSets('Z1', server).flatMap(({ Name, Type }) => (Type === 'A' ? [Name] : []));
    expect([names(), names(0), names(1)]).toEqual([
      ['app.example.test.'],
      ['www.example.test.'],
      ['www.example.test.'],
    ]);
    expect(route53.isInsync('Z1')).toBe(false);
    await clock.run(30_000);
    expect([names(0), names(1), route53.isInsync('Z1')]).toEqual([['app.example.test.'], ['app.example.test.'], true]);
    expect(route53.counters.total.allCalls).toBe(1);
  });

  it('never arrives before an older one', async () => {
    const { route53, clock } = world({ processingMs: 0 }, [a('www.example.test', '192.0.2.1')]);
    for (let value = 2; value < 30; value++) send(route53, change('UPSERT', a('www.example.test', `192.0.2.${value}`)));
    const shown: number[][] = [[], []];
    for (let second = 0; second <= 30; second++) {
      for (const server of [0, 1]) shown[server]?.push(Number(shows(route53, server)[0]?.split('.')[3]));
      await clock.run(1_000);
    }
    for (const values of shown) {
      expect(values).toEqual([...values].sort((one, other) => one - other));
      expect(values.at(-1)).toBe(29);
    }
  });

  it('shows a deleted name until it is gone from that server', async () => {
    const { route53, clock } = world({}, [a('www.example.test', '192.0.2.1')]);
    send(route53, change('DELETE', a('www.example.test', '192.0.2.1')));
    expect(shows(route53, 0)).toEqual(['192.0.2.1']);
    await clock.run(30_000);
    expect(route53.answer({ name: 'www.example.test', type: 'A', server: 0 }).rcode).toBe('NXDOMAIN');
  });

  it('is whole on a server or not there at all, unless half batches are asked for', async () => {
    for (const halfBatches of [false, true]) {
      const names = Array.from({ length: 20 }, (_, at) => `n${at}.example.test`);
      const { route53, clock } = world(
        { halfBatches },
        names.map((name) => a(name, '192.0.2.1')),
      );
      let mixed = 0;
      for (const address of ['192.0.2.2', '192.0.2.3', '192.0.2.4']) {
        send(route53, ...names.map((name) => change('UPSERT', a(name, address))));
        for (let second = 0; second <= 60; second++) {
          for (const server of [0, 1])
            if (new Set(names.flatMap((name) => shows(route53, server, name))).size > 1) mixed++;
          await clock.run(1_000);
        }
      }
      expect(mixed > 0).toBe(halfBatches);
      expect(shows(route53, 1, 'n0.example.test')).toEqual(['192.0.2.4']);
    }
  });

  it('is unknown by another id', () => {
    expect(refusal(() => world().route53.getChange({ Id: '/change/C9' }))).toBe(
      'NoSuchChange: Could not find resource with ID: /change/C9',
    );
  });
});

describe('a zone that is being changed', () => {
  it('refuses a second writer while it processes the first', async () => {
    const { route53, clock } = world();
    const write = (value: string) => refusal(() => send(route53, change('UPSERT', a('www.example.test', value))));
    expect(write('192.0.2.1')).toBe('nothing');
    await clock.run(199);
    expect(write('192.0.2.2')).toBe(
      'PriorRequestNotComplete: The request was rejected because Route 53 was still processing a prior request.',
    );
    await clock.run(1);
    expect(write('192.0.2.3')).toBe('nothing');
  });

  it('answers in time when the caller waits for the processing, so one writer is never refused', async () => {
    const { route53, clock } = world();
    let isDone = false;
    const writing = (async () => {
      for (const value of ['1', '2', '3']) {
        const Changes = [change('UPSERT', text('f.example.test', value))];
        await route53.changeResourceRecordSetsInTime({ HostedZoneId: 'Z1', ChangeBatch: { Changes } });
      }
      isDone = true;
    })();
    await clock.runUntil(() => isDone);
    await writing;
    expect(clock.now()).toBe(600);
  });

  it('leaves other zones alone', () => {
    const { route53 } = world();
    route53.createZone({ name: 'pivot.test', id: 'Z2' });
    send(route53, change('UPSERT', a('www.example.test', '192.0.2.1')));
    const Changes = [change('UPSERT', a('www.pivot.test', '192.0.2.1'))];
    const other = () => route53.changeResourceRecordSets({ HostedZoneId: '/hostedzone/Z2', ChangeBatch: { Changes } });
    expect(refusal(other)).toBe('nothing');
  });
});

describe('a locked zone', () => {
  it('refuses changes, answers and lists as before, and says that it is locked', () => {
    const { route53 } = world({}, [a('www.example.test', '192.0.2.1')]);
    route53.setLocked('Z1', true);
    const write = () => refusal(() => send(route53, change('UPSERT', a('www.example.test', '192.0.2.2'))));
    expect(write()).toBe('HostedZoneLocked: Hosted zone Z1 is locked and cannot be changed now');
    expect(shows(route53, 0)).toEqual(['192.0.2.1']);
    expect(route53.getHostedZone({ Id: 'Z1' }).HostedZone.Features).toEqual({
      AcceleratedRecoveryStatus: 'ENABLING_HOSTED_ZONE_LOCKED',
    });
    route53.setLocked('Z1', false);
    expect(write()).toBe('nothing');
  });
});

describe('the tap of changes', () => {
  it('hears each applied batch with its zone, caller, comment and time, and no refused one', () => {
    const { route53 } = world();
    const heard: AppliedBatch[] = [];
    route53.onChange = (batch) => heard.push(batch);
    const Changes = [change('CREATE', a('WWW.example.test', '192.0.2.1'))];
    const input = { HostedZoneId: 'Z1', ChangeBatch: { Comment: 'shop/run/43/1', Changes } };
    route53.changeResourceRecordSets(input, 'switch');
    refusal(() => route53.changeResourceRecordSets(input, 'switch'));
    expect(heard).toEqual([
      {
        id: 'C0000000000001',
        zone: { id: 'Z1', name: 'example.test.' },
        changes: [{ Action: 'CREATE', ResourceRecordSet: a('www.example.test.', '192.0.2.1') }],
        comment: 'shop/run/43/1',
        caller: 'switch',
        at: 0,
      },
    ]);
  });
});
