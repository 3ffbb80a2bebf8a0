/** How many answers are kept before all are forgotten: more than a world ever asks for, and no leak. */
const KEPT_MAX = 1_000;

/** The same function, its answers kept: the same few questions come again and again. What it throws is not kept. */
export function remembered<Asked, Answer>(answer: (asked: Asked) => Answer): (asked: Asked) => Answer {
  const known = new Map<Asked, Answer>();
  return (asked) => {
    const found = known.get(asked);
    if (found !== undefined) return found;
    if (known.size === KEPT_MAX) known.clear();
    const answered = answer(asked);
    known.set(asked, answered);
    return answered;
  };
}
