/** An Ingress or a Service that asks for names, as ExternalDNS reads it: hosts, and annotations under one prefix or both. */
import { OLD_PREFIX, PREFIX } from './instance.ts';

export interface Source {
  readonly cluster: string;
  /** `ingress/shop/shop`, as in the text of the registry. */
  readonly resource: string;
  /** Fully qualified, with the dot at the end. */
  readonly names: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** What stands under a prefix. */
export function saidUnder({ annotations }: Source, prefix: string, key: string): string | undefined {
  return annotations[`${prefix}${key}`];
}

/** Keys that stand under the other prefix only: the instance that reads `prefix` does not see them. */
export function unheardKeys({ annotations }: Source, prefix: string): string[] {
  const other = prefix === PREFIX ? OLD_PREFIX : PREFIX;
  return Object.keys(annotations)
    .filter((key) => key.startsWith(other))
    .map((key) => key.slice(other.length))
    .filter((key) => annotations[`${prefix}${key}`] === undefined)
    .sort();
}
