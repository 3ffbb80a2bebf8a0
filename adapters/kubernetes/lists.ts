/** Lists by pages. A list that expired in the middle is begun again: what it had shown may not fit the rest. */
import { ClusterUnreachable } from '../../core/errors.ts';
import { objectOf, refusalText, type Transport } from './transport.ts';

export type Selector = Readonly<{ labelSelector?: string; fieldSelector?: string }>;

const PAGE = 500;
const BEGINNINGS = 3;

/**
 * Every object at `path`, or those that the selector chooses.
 * @param keep what of an object is wanted. It is taken from each page before the next one is asked for: an object has some
 *   kilobytes that nobody reads, and a cluster has thousands of them.
 */
export async function listed<T, Kept = T>(
  transport: Transport,
  cluster: string,
  path: string,
  selector: Selector = {},
  keep: (object: T) => Kept = (object) => object as unknown as Kept,
): Promise<Kept[]> {
  for (let beginning = 0; beginning < BEGINNINGS; beginning++) {
    const found = await pages(transport, cluster, path, selector, keep);
    if (found !== 'expired') return found;
  }
  throw new ClusterUnreachable(`${path} of ${cluster} expired ${BEGINNINGS} times while it was read`);
}

async function pages<T, Kept>(
  transport: Transport,
  cluster: string,
  path: string,
  selector: Selector,
  keep: (object: T) => Kept,
): Promise<Kept[] | 'expired'> {
  const found: Kept[] = [];
  const chosen = Object.entries(selector)
    .map(([name, text]) => `&${name}=${encodeURIComponent(text)}`)
    .join('');
  for (let from = ''; ; ) {
    const answer = await transport(cluster, { method: 'GET', path: `${path}?limit=${PAGE}${chosen}${goingOn(from)}` });
    if (answer.status === 410) return 'expired';
    if (answer.status !== 200)
      throw new ClusterUnreachable(`${path}: ${refusalText(cluster, answer.status)} ${answer.body.slice(0, 200)}`);
    const { items, metadata } = objectOf<{ items: T[]; metadata: { continue?: string } }>(answer);
    for (const item of items) found.push(keep(item));
    from = metadata.continue ?? '';
    if (from === '') return found;
  }
}

function goingOn(from: string): string {
  return from === '' ? '' : `&continue=${encodeURIComponent(from)}`;
}
