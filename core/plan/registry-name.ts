/**
 * Which name a registry TXT of ExternalDNS belongs to. The TXT does not say so itself: its name is made from the other
 * one's first label, as [prefix][type-]label[suffix], and the prefix may hold dots of its own. So it is read backwards,
 * against the names that are there: `my-shop.example.test.` is no form of `shop.example.test.`, and `a-my-shop…` is one of
 * `my-shop…` only. ExternalDNS's own rule: registry/mapper, AffixNameMapper; docs/registry/txt.md.
 */
const TYPED = /^(?:a|aaaa|cname)-/;
/** A prefix without a dot is told from a part of the name by the type that follows it, as in `dns-aaaa-shop`. */
const PREFIXED = /(?<=[-_])(?:a|aaaa|cname)-/g;
const SUFFIX = /(?=[-_])/g;

/** The name that is registered under `registry`, among those that exist; the closest reading wins. */
export function registeredName(registry: string, exists: (name: string) => boolean): string | undefined {
  const labels = registry.split('.');
  return (
    firstOf(labels, plain, exists) ??
    firstOf(
      labels,
      (label) => [...label.matchAll(PREFIXED)].map(({ index, 0: type }) => label.slice(index + type.length)),
      exists,
    ) ??
    firstOf(labels, (label) => plain(label).flatMap(withoutSuffix), exists)
  );
}

/** The first label, or one further right behind a prefix with dots, in each of its readings. */
function firstOf(labels: readonly string[], readings: (label: string) => string[], exists: (name: string) => boolean) {
  for (const [index, label] of labels.entries()) {
    const parent = labels.slice(index + 1).join('.');
    const found = readings(label)
      .map((reading) => `${reading}.${parent}`)
      .find(exists);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** ExternalDNS has long put the type in front: `a-shop` is of `shop` where both names exist. */
function plain(label: string): string[] {
  return TYPED.test(label) ? [label.replace(TYPED, ''), label] : [label];
}

/** Longest first: a suffix is shorter than what it follows, more often than not. */
function withoutSuffix(label: string): string[] {
  return [...label.matchAll(SUFFIX)]
    .map(({ index }) => label.slice(0, index))
    .filter((part) => part !== '')
    .reverse();
}
