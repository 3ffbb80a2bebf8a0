/** Identifiers of events, messages and invocations. */
export type Ids = () => string;

/** Numbered, in the shape of a UUID: the same run gives the same identifiers. */
export function numberedIds(): Ids {
  let number = 0;
  return () => `00000000-0000-4000-8000-${(++number).toString(16).padStart(12, '0')}`;
}
