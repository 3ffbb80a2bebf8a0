/** Where the pages of a listing of record sets begin. */

/** Where a page begins. */
export interface Start {
  StartRecordName?: string;
  StartRecordType?: string;
  StartRecordIdentifier?: string;
}

/** Where pages should begin so that these names are in them and as little else as can be. */
export function courseOver(names: ReadonlySet<string>) {
  const left = [...names]
    .map((name) => ({ name, order: listingOrder(name) }))
    .sort(byOrder)
    .reverse();
  const begin = (): Start | undefined => {
    const name = left.at(-1)?.name;
    return name === undefined ? undefined : { StartRecordName: name };
  };
  return {
    first: begin(),
    /** The page after one whose successor would begin at `next`; undefined: all names were passed. */
    after(next: Start): Start | undefined {
      const order = listingOrder(next.StartRecordName ?? '');
      while (left.length > 0 && (left.at(-1)?.order ?? '') < order) left.pop();
      return left.at(-1)?.order === order ? next : begin();
    },
  };
}

/** The order of listings: `www.example.test.` stands at `test.example.www.` (facts/route53.md, section 4). */
function listingOrder(name: string): string {
  return `${name.split('.').slice(0, -1).reverse().join('.')}.`;
}

function byOrder(a: { order: string }, b: { order: string }): number {
  return a.order < b.order ? -1 : a.order > b.order ? 1 : 0;
}

export function startOf(name: string | undefined, type: string | undefined, identifier: string | undefined): Start {
  return {
    ...(name === undefined ? {} : { StartRecordName: name }),
    ...(type === undefined ? {} : { StartRecordType: type }),
    ...(identifier === undefined ? {} : { StartRecordIdentifier: identifier }),
  };
}
