import { describe, expect, it } from 'vitest';
import type { Given } from '../given.ts';
import { ask, DEAD } from './ask.ts';

const planned = (given: Given) => ask('FacesAgree', { kind: 'switchover', ...given });
const unplanned = (given: Given) => ask('FacesAgree', { seen: DEAD, ...given });
const onGreen = (zone = 'example.test'): Given => ({
  zones: {
    [zone]: { fence: 'v=1 by=0badcafe epoch=42 seq=9 active=green run=run-42', weights: { 0: [0, 100], 1: [0, 100] } },
  },
});

describe('FacesAgree', () => {
  it('is open when ledger, fences, weights, parameter and ConfigMaps say the same', () => {
    expect(planned({}).state).toBe('open');
    expect(unplanned({}).state).toBe('open');
  });

  it('holds a planned move when one zone stands elsewhere than the ledger says, with the command that repairs it', () => {
    expect(planned(onGreen())).toMatchObject({
      state: 'closed',
      because: 'example.test stands on green, epoch 42, the ledger says blue',
      opensWhen: '`throwover repair --pair shop`',
    });
  });

  it('lets an unplanned move finish what is half done, but not start where no traffic is', () => {
    expect(unplanned(onGreen()).state).toBe('open');
    const both = { zones: { ...onGreen('example.test').zones, ...onGreen('pivot.test').zones } };
    expect(unplanned(both)).toMatchObject({
      state: 'closed',
      because: expect.stringContaining('no name stands on blue'),
    });
  });

  it('refuses a run that would start from a cluster that is not active', () => {
    expect(unplanned({ from: 'green', to: 'blue' })).toMatchObject({ state: 'closed' });
    expect(planned({ from: 'green', to: 'blue' })).toMatchObject({ state: 'closed' });
  });

  it('knows the ring that stands elsewhere', () => {
    const ring0: Given = {
      ring: 0,
      from: 'green',
      to: 'blue',
      ledger: { rings: { 0: 'green' } },
      source: { fence: { role: 'standby', epoch: 42, rings: { 0: 'active' }, facets: {} } },
      target: { fence: { role: 'active', epoch: 42, rings: { 0: 'standby' }, facets: {} } },
      zones: Object.fromEntries(
        ['example.test', 'pivot.test'].map((zone) => [
          zone,
          {
            fence: 'v=1 by=0badcafe epoch=42 seq=9 active=blue rings=0:green run=run-42',
            weights: { 0: [0, 100] as [number, number] },
          },
        ]),
      ),
    };
    expect(planned(ring0)).toMatchObject({ state: 'open' });
    expect(planned({ ...ring0, ledger: {} }).state).toBe('closed');
  });

  it('lets the rest of the pair follow a ring that moved ahead', () => {
    const rest: Given = {
      ledger: { rings: { 0: 'green' } },
      source: { fence: { role: 'active', epoch: 42, rings: { 0: 'standby' }, facets: {} } },
      target: { fence: { role: 'standby', epoch: 42, rings: { 0: 'active' }, facets: {} } },
      zones: Object.fromEntries(
        ['example.test', 'pivot.test'].map((zone) => [
          zone,
          {
            fence: 'v=1 by=0badcafe epoch=42 seq=9 active=blue rings=0:green run=run-42',
            weights: { 0: [0, 100] as [number, number], 1: [100, 0] as [number, number] },
          },
        ]),
      ),
    };
    expect(planned(rest).state).toBe('open');
    expect(planned({ ...rest, target: { fence: { role: 'standby', rings: {} } } })).toMatchObject({
      state: 'closed',
      because: 'the ConfigMap of green says standby, active expected',
    });
  });

  it.each([
    ['missing', { active: null, state: null }],
    ['of the other cluster', { active: 'green' }],
    ['whose state is half written', { state: '{"v":1,"act' }],
    ['whose state is a bare word', { state: 'null' }],
    ['whose state names the other cluster', { state: '{"active":"green","epoch":42}' }],
    ['whose state is from the future', { state: '{"active":"blue","epoch":43}' }],
  ])('holds a planned move for a published copy %s, and no failover', (_, published) => {
    expect(planned({ published })).toMatchObject({ state: 'closed', overridable: 'person' });
    expect(planned({ published }).because).toMatch(/^published: /);
    expect(unplanned({ published }).state).toBe('open');
  });

  it('does not know when the parameter could not be read', () => {
    expect(planned({ published: null }).state).toBe('unknown');
    expect(unplanned({ published: null }).state).toBe('open');
  });

  it('accepts a published epoch that runs behind: a held run raises the ledger and publishes nothing', () => {
    expect(planned({ published: { state: '{"active":"blue","epoch":40}' } }).state).toBe('open');
  });

  it('asks a planned move for both ConfigMaps, an unplanned one for neither', () => {
    const target = { fence: { role: 'active' } };
    expect(planned({ target })).toMatchObject({
      state: 'closed',
      because: expect.stringContaining('ConfigMap of green'),
    });
    expect(planned({ source: { fence: null } }).state).toBe('unknown');
    expect(unplanned({ target, source: null }).state).toBe('open');
  });

  it('lets a person steer over foreign weights, and nobody over a foreign fence', () => {
    const weights = { weights: { 1: [50, 50] as [number, number] } };
    const fence = 'v=1 by=deadbeef epoch=42 seq=9 active=blue run=theirs';
    expect(unplanned({ zones: { 'example.test': weights } })).toMatchObject({ state: 'closed', overridable: 'person' });
    expect(unplanned({ zones: { 'example.test': { fence } } })).toMatchObject({
      state: 'closed',
      overridable: 'never',
    });
    expect(unplanned({ ledger: null })).toMatchObject({ state: 'unknown', overridable: 'never' });
  });

  it('takes the steps of this very run for no disagreement', () => {
    const fence = 'v=1 by=0badcafe epoch=43 seq=12 active=blue to=green share=10 run=run-43';
    const zones = {
      'example.test': { fence, weights: { 0: [90, 10] as [number, number], 1: [90, 10] as [number, number] } },
    };
    expect(planned({ stage: 'after fence', zones }).state).toBe('open');
    expect(planned({ zones }).state).toBe('closed');
  });

  it('lets a person bring foreign weights where they belong, and no machine', () => {
    const foreign: Given = { kind: 'repair', zones: { 'example.test': { weights: { 0: [0, 100], 1: [0, 100] } } } };
    expect(ask('FacesAgree', { ...foreign, startedBy: 'person' }).state).toBe('open');
    expect(ask('FacesAgree', { ...foreign, startedBy: 'machine' }).state).toBe('closed');
  });

  it('lets a repair work on every disagreement that is ours', () => {
    expect(ask('FacesAgree', { kind: 'repair', ...onGreen(), published: null, target: { fence: null } }).state).toBe(
      'open',
    );
    expect(ask('FacesAgree', { kind: 'repair', zones: { 'example.test': { fence: 'gone' } } }).state).toBe('closed');
    expect(ask('FacesAgree', { kind: 'repair', zones: { 'example.test': { unread: true } } }).state).toBe('unknown');
  });
});
