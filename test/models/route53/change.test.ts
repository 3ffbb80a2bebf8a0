import { describe, expect, it } from 'vitest';
import { a, alias, balanced, change, generous, listing, refusal, send, text, weighted, world } from './world.ts';

describe('a batch of changes', () => {
  it('is listed at once, PENDING until every name server has it', async () => {
    const { route53, clock } = world();
    const { ChangeInfo } = send(route53, change('CREATE', a('www.example.test', '192.0.2.1')));
    expect(ChangeInfo).toEqual({ Id: '/change/C0000000000001', Status: 'PENDING', SubmittedAt: 0 });
    expect(listing(route53).map((set) => set.Name)).toContain('www.example.test.');
    await clock.run(30_000);
    expect(route53.getChange({ Id: ChangeInfo.Id }).ChangeInfo.Status).toBe('INSYNC');
    expect(route53.getChange({ Id: 'C0000000000001' }).ChangeInfo.Status).toBe('INSYNC');
  });

  it('is all or nothing, and every problem is told at once', () => {
    const { route53 } = world({}, [a('old.example.test', '192.0.2.9')]);
    const before = JSON.stringify(listing(route53));
    const answer = refusal(() =>
      send(
        route53,
        change('DELETE', a('old.example.test', '192.0.2.9')),
        change('CREATE', a('new.example.test', '192.0.2.1')),
        change('DELETE', a('gone.example.test', '192.0.2.1')),
        change('CREATE', a('www.example.com', '192.0.2.1')),
      ),
    );
    expect(answer).toBe(
      "InvalidChangeBatch: [Tried to delete resource record set [name='gone.example.test.', type='A'] but it was not found, " +
        'RRSet with DNS name www.example.com. is not permitted in zone example.test.]',
    );
    expect(JSON.stringify(listing(route53))).toBe(before);
  });
});

describe('CREATE, UPSERT and DELETE', () => {
  it('refuses to create what exists', () => {
    const { route53 } = world({}, [a('www.example.test', '192.0.2.1')]);
    expect(refusal(() => send(route53, change('CREATE', a('WWW.example.test.', '192.0.2.2'))))).toBe(
      "InvalidChangeBatch: [Tried to create resource record set [name='www.example.test.', type='A'] but it already exists]",
    );
  });

  it('replaces a set whole: what an UPSERT leaves out is gone', () => {
    const { route53 } = world();
    route53.setHealthCheck('check', true);
    route53.seed('Z1', [weighted('www.example.test', 'blue', 100, { HealthCheckId: 'check' })]);
    send(route53, change('UPSERT', weighted('www.example.test', 'blue', 0)));
    const [set] = listing(route53).filter(({ Name }) => Name === 'www.example.test.');
    expect(set).toEqual({ ...weighted('www.example.test.', 'blue', 0) });
    expect(set).not.toHaveProperty('HealthCheckId');
  });

  it.each([
    ['TTL', { TTL: 61 }],
    ['values', { ResourceRecords: [{ Value: '192.0.2.77' }] }],
    ['health check', { HealthCheckId: undefined }],
  ])('refuses to delete with another %s than the current one', (_, other) => {
    const { route53 } = world();
    route53.setHealthCheck('check', true);
    const set = weighted('www.example.test', 'blue', 100, { HealthCheckId: 'check' });
    route53.seed('Z1', [set]);
    expect(refusal(() => send(route53, change('DELETE', { ...set, ...other })))).toBe(
      "InvalidChangeBatch: [Tried to delete resource record set [name='www.example.test.', type='A', set-identifier='blue'] " +
        'but the values provided do not match the current values]',
    );
  });

  it('refuses to delete an alias with another target or target health', () => {
    const { route53 } = world({ ...generous }, [balanced('www.example.test', 'blue', 100)]);
    const elsewhere = {
      ...balanced('www.example.test', 'blue', 100),
      AliasTarget: balanced('x', 'green', 0).AliasTarget,
    };
    for (const other of [elsewhere, balanced('www.example.test', 'blue', 100, true)]) {
      expect(refusal(() => send(route53, change('DELETE', other)))).toContain('do not match the current values');
    }
  });

  it('compares the weight of a DELETE only when told so', () => {
    for (const [deleteComparesWeight, answer] of [
      [false, 'nothing'],
      [true, expect.stringContaining('do not match')],
    ] as const) {
      const { route53 } = world({ deleteComparesWeight }, [weighted('www.example.test', 'blue', 100)]);
      expect(refusal(() => send(route53, change('DELETE', weighted('www.example.test', 'blue', 7))))).toEqual(answer);
    }
  });

  it('refuses to delete a set twice in one batch', () => {
    const { route53 } = world({}, [text('f.example.test', 'v=1')]);
    const twice = change('DELETE', text('f.example.test', 'v=1'));
    expect(refusal(() => send(route53, twice, change('CREATE', text('f.example.test', 'v=2')), twice))).toBe(
      "InvalidChangeBatch: [The request contains an invalid set of changes for a resource record set 'TXT f.example.test.']",
    );
  });

  it('is a compare-and-set of a TXT: the second of two writers is refused whole', async () => {
    const { route53, clock } = world({}, [
      text('f.example.test', 'epoch=1'),
      weighted('www.example.test', 'blue', 100),
    ]);
    const move = (epoch: number, weight: number) => [
      change('DELETE', text('f.example.test', 'epoch=1')),
      change('CREATE', text('f.example.test', `epoch=${epoch}`)),
      change('UPSERT', weighted('www.example.test', 'blue', weight)),
    ];
    send(route53, ...move(2, 0));
    await clock.run(1_000);
    expect(refusal(() => send(route53, ...move(3, 50)))).toContain('do not match the current values');
    expect(listing(route53).find(({ Type }) => Type === 'A')?.Weight).toBe(0);
  });

  it('wants DELETE before CREATE, unless deletions count first', () => {
    const changes = [change('CREATE', text('f.example.test', '2')), change('DELETE', text('f.example.test', '1'))];
    const strict = world({}, [text('f.example.test', '1')]);
    expect(refusal(() => send(strict.route53, ...changes))).toContain('but it already exists');
    const lax = world({ deletesFirst: true }, [text('f.example.test', '1')]);
    expect(refusal(() => send(lax.route53, ...changes))).toBe('nothing');
  });

  it('takes DELETE and CREATE of the identical set, unless told to refuse it', () => {
    const same = [change('DELETE', text('f.example.test', '1')), change('CREATE', text('f.example.test', '1'))];
    const lax = world({}, [text('f.example.test', '1')]);
    expect(refusal(() => send(lax.route53, ...same))).toBe('nothing');
    const strict = world({ identicalReplacement: 'refuse' }, [text('f.example.test', '1')]);
    expect(refusal(() => send(strict.route53, ...same))).toContain('invalid set of changes');
  });

  it('keeps the NS and SOA of the zone', () => {
    const { route53 } = world(generous);
    const [ns, soa] = listing(route53);
    if (ns === undefined || soa === undefined) throw new Error('the zone has no NS and SOA');
    expect(refusal(() => send(route53, change('DELETE', ns)))).toContain('at least one NS record');
    expect(refusal(() => send(route53, change('DELETE', soa)))).toContain('exactly one SOA record');
    expect(refusal(() => send(route53, change('UPSERT', { ...soa, TTL: 60 })))).toBe('nothing');
  });
});

describe('an alias to a name of its zone', () => {
  it('needs a target of its own type that is there', () => {
    const { route53 } = world(generous, [a('live.example.test', '192.0.2.1')]);
    const create = (set = alias('www.example.test', 'live.example.test')) =>
      refusal(() => send(route53, change('UPSERT', set)));
    expect(create()).toBe('nothing');
    expect(create({ ...alias('www.example.test', 'live.example.test'), Type: 'AAAA' })).toBe(
      'InvalidChangeBatch: [Tried to create an alias that targets live.example.test., type AAAA in zone Z1, but that target was not found]',
    );
    expect(create(alias('www.example.test', 'none.example.test'))).toContain('but that target was not found');
    expect(create(alias('www.example.test', 'www.example.com'))).toContain('does not lie within the target zone');
  });
});
