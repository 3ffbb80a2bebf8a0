/** What is told to the rest of the company: every event of ours is made here, so that each has a schema and a text. */
import type { Details, NoticeType } from './details.ts';
import { texts } from './texts.ts';

export interface Notice {
  /** The detail-type on the bus. */
  readonly type: NoticeType;
  /** `v`, the members of its schema, and `text`. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Longer than any real one; an SNS message may have 256 KB, a person's patience has less. */
const TEXT_LONGEST = 2_000;

export function notice<Type extends NoticeType>(type: Type, detail: Details[Type]): Notice {
  const text = texts[type](detail).join(' ');
  return {
    type,
    detail: { v: 1, ...detail, text: text.length > TEXT_LONGEST ? `${text.slice(0, TEXT_LONGEST)} …` : text },
  };
}

/** An instant as notices tell it. */
export function instantOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
