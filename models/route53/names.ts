/**
 * Names as Route 53 keeps them: lower case, a dot at the end, every other character than a-z 0-9 - _ as `\` and three
 * octal digits (so a leading `*` is `\052`).
 */
const plain = /^(?:[a-z0-9_-]{1,63}\.)+$/;
const LABEL_CHARACTERS_MAX = 63;
const NAME_CHARACTERS_MAX = 255;

export interface NameProblem {
  problem: string;
}

/** The kept form of a name as somebody wrote it, with or without its last dot; or what is wrong with it. */
export function canonicalName(text: string): string | NameProblem {
  const dotted = text.endsWith('.') ? text : `${text}.`;
  if (dotted.length <= NAME_CHARACTERS_MAX && plain.test(dotted)) return dotted;
  const labels: string[] = [];
  let characters = 0;
  for (const [at, label] of dotted.slice(0, -1).split('.').entries()) {
    const read = canonicalLabel(label, at === 0);
    if (typeof read !== 'string') return { problem: `${read.problem} encountered with '${text}'` };
    labels.push(read);
    characters += read.replace(/\\\d{3}/g, '?').length + 1;
  }
  if (characters > NAME_CHARACTERS_MAX) {
    return { problem: `FATAL problem: DomainNameTooLong (Domain name is too long) encountered with '${text}'` };
  }
  return `${labels.join('.')}.`;
}

function canonicalLabel(label: string, leftmost: boolean): string | NameProblem {
  if (label === '') return { problem: 'FATAL problem: DomainLabelEmpty (Domain label is empty)' };
  if ((label === '*' || label === '\\052') && leftmost) return '\\052';
  if (/\*|\\052/.test(label)) {
    return { problem: 'FATAL problem: UnsupportedCharacter (* stands only for the whole leftmost label)' };
  }
  if (!/^(?:\\[0-3][0-7]{2}|[!-[\]-~])+$/.test(label)) {
    return { problem: 'FATAL problem: UnsupportedCharacter (Value contains unsupported characters)' };
  }
  const kept = label
    .toLowerCase()
    .replace(/\\\d{3}|[^a-z0-9_-]/g, (found) => (found.length > 1 ? found : octal(found.charCodeAt(0))));
  if (kept.replace(/\\\d{3}/g, '?').length > LABEL_CHARACTERS_MAX) {
    return { problem: 'FATAL problem: DomainLabelTooLong (Domain label is too long)' };
  }
  return kept;
}

function octal(code: number): string {
  return `\\${code.toString(8).padStart(3, '0')}`;
}

/** `www.example.test.` as `test.example.www.`: the order of every listing is the ASCII order of this text. */
export function listingOrder(name: string): string {
  return `${name.slice(0, -1).split('.').reverse().join('.')}.`;
}

/** The name one label up: `example.test.` of `www.example.test.`; '' above the last label. */
export function parentName(name: string): string {
  return name.slice(name.indexOf('.') + 1);
}

export function isInside(name: string, zoneName: string): boolean {
  return name === zoneName || name.endsWith(`.${zoneName}`);
}
