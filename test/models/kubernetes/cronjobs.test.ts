import { describe, expect, it } from 'vitest';
import { Schedule } from '../../../models/kubernetes/cron.ts';
import { begin, config, get, type Loose, patch, touch, world } from './world.ts';

const cronJob = '/apis/batch/v1/namespaces/shop/cronjobs/nightly';
const with_ = (role: 'active' | 'standby', startingDeadlineSeconds?: number) => {
  const deadline = startingDeadlineSeconds === undefined ? {} : { startingDeadlineSeconds };
  const cronJobs = [{ name: 'nightly', schedule: '0 3 * * *', ...deadline }];
  return world({ role, services: [{ name: 'shop', hosts: ['shop.example.test'], ring: 1, cronJobs }] });
};
const jobs = (cluster: Loose) => get(cluster, '/apis/batch/v1/namespaces/shop/jobs').json.items;

describe('CronJobs', () => {
  it('run at their time where batch is running', async () => {
    const { clock, cluster } = with_('active');
    await clock.run(19 * 3_600_000);
    expect(jobs(cluster)).toEqual([]);
    await clock.run(2 * 3_600_000);
    expect(jobs(cluster)).toHaveLength(1);
    expect(jobs(cluster)[0].status).toMatchObject({ succeeded: 1 });
    expect(get(cluster, cronJob).json.status.lastScheduleTime).toBe('2026-11-21T03:00:00Z');
  });

  it('are suspended on a standby, remember the wish, and do not run', async () => {
    const { clock, cluster } = with_('standby');
    const { spec, metadata } = get(cluster, cronJob).json;
    expect(spec.suspend).toBe(true);
    expect(metadata.annotations['throwover.dev/desired-suspend']).toBe('false');
    await clock.run(86_400_000);
    expect(jobs(cluster)).toEqual([]);
  });

  it('that were suspended since their last run do not run at their time', async () => {
    const { clock, cluster } = with_('active');
    patch(cluster, config, { data: { epoch: '1', batch: 'suspended' } });
    expect(touch(cluster, cronJob).json.spec.suspend).toBe(true);
    await clock.run(86_400_000);
    expect(jobs(cluster)).toEqual([]);
  });

  it('without a starting deadline fire the last missed run at once when resumed', async () => {
    const { clock, cluster } = with_('standby');
    patch(cluster, config, { data: { batch: 'running', workloads: 'running' } });
    const resumed = touch(cluster, cronJob).json;
    expect(resumed.spec.suspend).toBe(false);
    await clock.run(1_000);
    expect(jobs(cluster)).toHaveLength(1);
    expect(get(cluster, cronJob).json.status).toMatchObject({ lastScheduleTime: '2026-11-20T03:00:00Z' });
  });

  it('with a starting deadline do not', async () => {
    const { clock, cluster } = with_('standby', 20);
    patch(cluster, config, { data: { batch: 'running', workloads: 'running' } });
    touch(cluster, cronJob);
    await clock.run(60_000);
    expect(jobs(cluster)).toEqual([]);
  });

  it('that their chart suspends stay suspended', () => {
    const { cluster } = with_('standby');
    const wish = { metadata: { annotations: { 'throwover.dev/desired-suspend': 'true' } } };
    patch(cluster, cronJob, wish, { as: 'admin' });
    patch(cluster, config, { data: { batch: 'running' } });
    expect(touch(cluster, cronJob).json.spec.suspend).toBe(true);
  });
});

describe('a schedule', () => {
  const at = (text: string) => Date.parse(`2026-11-${text}Z`);

  it.each([
    ['0 3 * * *', '20T07:00', '21T03:00', '20T03:00'],
    ['*/15 * * * *', '20T07:01', '20T07:15', '20T07:00'],
    ['30 8-10 * * 1-5', '20T10:31', '23T08:30', '20T10:30'],
    ['0 0 1,25 * *', '20T07:00', '25T00:00', '01T00:00'],
    ['0 12 * * 7', '20T07:00', '22T12:00', '15T12:00'],
    ['5 4 24 * 6', '20T07:00', '21T04:05', '14T04:05'],
  ])('%s after %s is next %s and last %s', (text, now, next, last) => {
    const schedule = Schedule.parse(text);
    expect(schedule?.next(at(now))).toBe(at(next));
    expect(schedule?.last(at(now))).toBe(at(last));
  });

  it('of a day that never comes has no run', () => {
    expect(Schedule.parse('0 0 31 2 *')?.next(begin)).toBeUndefined();
  });

  it.each(['@daily', '* * * *', '60 * * * *', '* * 0 * *', 'a * * * *', '*/0 * * * *'])('does not read %s', (text) => {
    expect(Schedule.parse(text)).toBeUndefined();
  });
});
