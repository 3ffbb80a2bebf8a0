/** Lists by pages. A list that expired in the middle is begun again: what it had shown may not fit the rest. */
import { ClusterUnreachable } from '../../core/errors.ts';
import { objectOf, refusalText, type Transport } from './transport.ts';

export type Selector = Readonly<{ labelSelector?: string; fieldSelector?: string }>;

const PAGE = 500;
const BEGINNINGS = 3;

/** Every object at `path`, or those that the selector chooses. */
export async function listed<T>(
  transport: Transport,
  cluster: string,
  path: string,
  selector: Selector = {},
): Promise<T[]> {
  for (let beginning = 0; beginning < BEGINNINGS; beginning++) {
    const found = await pages<T>(transport, cluster, path, selector);
    if (found !== 'expired') return found;
  }
  throw new ClusterUnreachable(`${path} of ${cluster} expired ${BEGINNINGS} times while it was read`);
}

async function pages<T>(
  transport: Transport,
  cluster: string,
  path: string,
  selector: Selector,
): Promise<T[] | 'expired'> {
  const found: T[] = [];
  for (let from = ''; ; ) {
    const query = new URLSearchParams({
      limit: String(PAGE),
      ...selector,
      ...(from === '' ? {} : { continue: from }),
    });
    const answer = await transport(cluster, { method: 'GET', path: `${path}?${query}` });
    if (answer.status === 410) return 'expired';
    if (answer.status !== 200)
      throw new ClusterUnreachable(`${path}: ${refusalText(cluster, answer.status)} ${answer.body.slice(0, 200)}`);
    const { items, metadata } = objectOf<{ items: T[]; metadata: { continue?: string } }>(answer);
    found.push(...items);
    from = metadata.continue ?? '';
    if (from === '') return found;
  }
}
