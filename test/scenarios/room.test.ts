/** A cluster that cannot become as large as it has to is found before anybody touches it. */
import { expect, it } from 'vitest';
import { given } from './scenario.ts';

const SWITCHOVER = { mode: 'switchover', reason: 'CNI upgrade' };
const PRODUCTION = 60;

it('a node group whose maximum is too small holds a move before its claim, and nothing is woken', async () => {
  const scenario = await given({ life: { podsPerNode: 6, emptyNodeMs: 60_000 } });
  await scenario.pass(300);
  const green = scenario.cluster('green');
  const { status } = green.handle({
    method: 'PATCH',
    path: '/apis/apps/v1/namespaces/shop/deployments/shop',
    headers: { authorization: 'Bearer t', 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify({ metadata: { annotations: { 'throwover.dev/desired-replicas': String(PRODUCTION) } } }),
  });
  expect(status).toBe(200);
  green.resize({ max: 4 });
  const before = (await scenario.ledger()).epoch;
  const { outcome, record } = await scenario.run(SWITCHOVER);
  expect(outcome).toBe('Held');
  expect(record.because.join('; ')).toContain('Capacity closed: 24 pods fit on green, 66 wanted, 100 % needed');
  expect((await scenario.ledger()).epoch).toBe(before);
  expect(green.deployment('shop', 'shop')?.wanted).toBe(0);
});
