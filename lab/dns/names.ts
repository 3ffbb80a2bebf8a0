/**
 * Names on the wire are labels of bytes; Route 53 keeps them as text in which every byte but a-z 0-9 - _ is `\` and
 * three octal digits. A label with a dot in it cannot be told from two labels once the wire has been read: such names
 * are no names of a hosted zone anyway.
 */
export function fromWire(name: string): string {
  const kept = name.replace(/[^A-Za-z0-9._*-]/g, (found) => `\\${found.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return `${kept.toLowerCase()}.`;
}

/** As dns2 writes it: one character for each byte, no dot at the end. */
export function toWire(name: string): string {
  return name
    .replace(/\.$/, '')
    .replace(/\\(\d{3})/g, (_whole, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
