import { describe, expect, it } from 'vitest';
import { details, type NoticeType } from '../../../core/notices/details.ts';
import { notice } from '../../../core/notices/notice.ts';
import { problemOf } from '../../../core/notices/problem.ts';
import { sampleOf } from '../../../scripts/reference/events.ts';

const types = Object.keys(details) as NoticeType[];

describe('a notice', () => {
  it.each(types)('%s fits its published schema', (type) => {
    expect(problemOf(sampleOf(type))).toBeUndefined();
  });

  it.each(types)('%s says the pair, and ends in one command that people can type', (type) => {
    const { text, pair } = sampleOf(type).detail;
    expect(text).toMatch(new RegExp(`^${pair}: `));
    expect(text).toMatch(/ Next: throwover [a-z-]+ .+$/);
    expect(String(text).split('\n')).toHaveLength(1);
  });

  it.each(types.filter((type) => 'active' in sampleOf(type).detail))('%s says where traffic is', (type) => {
    expect(sampleOf(type).detail.text).toMatch(/Traffic is on green\.|Traffic is on blue\.|green is active/);
  });

  it('says that nobody knows where traffic is when nobody does', () => {
    expect(notice('Fence Missing', { pair: 'shop', zone: 'a.test' }).detail.text).toContain(
      'Nobody has said which cluster is active.',
    );
  });

  it('tells a held run that only policy stopped from one that could not go', () => {
    const move = { pair: 'shop', run: 'r', mode: 'failover', from: 'green', to: 'blue', next: 'throwover status' };
    const held = { ...move, situation: 'ActiveDead', closed: [], wouldHaveActed: false, because: [] };
    expect(notice('Switch Held', { ...held, wouldHaveActed: true }).detail.text).toContain(
      'would have moved from green to blue now, and did not',
    );
    expect(notice('Switch Held', held).detail.text).toContain('was held. Nobody was moved.');
  });

  it('shows the first reasons and how many more there are, and never grows beyond what people read', () => {
    const move = { pair: 'shop', run: 'r', mode: 'switchover', from: 'blue', to: 'green', next: 'throwover status' };
    const because = Array.from({ length: 9 }, (_, index) => `reason ${index}`);
    expect(notice('Switch Abandoned', { ...move, because }).detail.text).toContain('reason 3. 5 more reasons.');
    const long = notice('Switch Abandoned', { ...move, because: ['x'.repeat(9_000)] });
    expect(String(long.detail.text).length).toBeLessThan(2_100);
  });

  it('whose member is missing or unknown is told with its name', () => {
    const sent = sampleOf('Fence Missing');
    expect(problemOf({ ...sent, detail: { ...sent.detail, zone: 1 } })).toContain('zone');
    expect(problemOf({ ...sent, detail: { ...sent.detail, other: 1 } })).toContain('other');
    expect(problemOf({ ...sent, detail: { ...sent.detail, text: '' } })).toBe('it has no text');
    expect(problemOf({ ...sent, detail: { ...sent.detail, v: 2 } })).toBe('v is 2');
  });
});
