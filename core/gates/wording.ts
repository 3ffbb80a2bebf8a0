/** How gates put many things, and instants, into one line. */

/**
 * The first few of many, and how many more there are.
 * @param count how many there are, when `items` names only some of them
 */
export function someOf(items: readonly string[], most = 3, count = items.length): string {
  const more = count - Math.min(items.length, most);
  return more > 0 ? `${items.slice(0, most).join('; ')}; and ${more} more` : items.join('; ');
}

/** An instant as people and machines read it; a number that is none is shown as it is. */
export function instant(milliseconds: number): string {
  return Math.abs(milliseconds) <= 8.64e15 ? new Date(milliseconds).toISOString() : String(milliseconds);
}

/** `a switchover`, `an automatic failover`. */
export function withArticle(kind: string): string {
  return `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`;
}
