const LINE_LONGEST = 120;

/** Lists of plain values on one line each where they fit, as the formatter wants them. */
export function onOneLine(json: string): string {
  return json.replace(
    /^(.*)\[\n\s+([^[\]{}]*?)\n\s+\](,?)/gm,
    (apart, before: string, items: string, after: string) => {
      const joined = `${before}[${items.replace(/\n\s+/g, ' ')}]${after}`;
      return joined.length <= LINE_LONGEST ? joined : apart;
    },
  );
}
