import { describe, expect, it } from 'vitest';
import { leasesOf } from '../../../adapters/kubernetes/leases.ts';
import type { ApiResponse, Transport } from '../../../adapters/kubernetes/transport.ts';

const AT = Date.UTC(2026, 10, 20, 7);
const lease = (name: string, renewTime: string | null) => ({ metadata: { name }, spec: { renewTime } });
const items = [
  lease('kube-scheduler', '2026-11-20T06:59:55.123456Z'),
  lease('of-the-future', '2026-11-20T07:00:09.000000Z'),
  lease('never', null),
];

function serving(more: Partial<ApiResponse>) {
  const asked: string[] = [];
  const transport: Transport = async (_, { path }) => {
    asked.push(path);
    return { status: 200, contentType: 'application/json', body: '{}', object: { items, metadata: {} }, ...more };
  };
  return { transport, asked };
}

describe('leasesOf', () => {
  it('tells ages by the clock of the server, whatever ours says', async () => {
    expect(await leasesOf(serving({ at: AT }).transport, 'blue')).toEqual([
      { name: 'kube-scheduler', ageSeconds: 4.877 },
      { name: 'of-the-future', ageSeconds: 0 },
    ]);
  });

  it('tells none when the server does not say what time it is', async () => {
    expect(await leasesOf(serving({}).transport, 'blue')).toEqual([]);
  });

  it('reads by quorum, once', async () => {
    const { transport, asked } = serving({ at: AT });
    await leasesOf(transport, 'blue');
    expect(asked).toEqual(['/apis/coordination.k8s.io/v1/namespaces/kube-system/leases?limit=500']);
  });

  it('throws when it has no right to look', async () => {
    await expect(leasesOf(serving({ status: 403 }).transport, 'blue')).rejects.toMatchObject({
      name: 'ClusterUnreachable',
    });
  });
});
