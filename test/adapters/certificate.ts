import { generate } from 'selfsigned';

export interface Certificate {
  readonly key: string;
  /** It is its own CA. */
  readonly cert: string;
}

/** A certificate for these names and addresses of this machine, valid between two times (milliseconds since the epoch). */
export async function certificateFor(
  names: readonly string[],
  from = Date.parse('2020-01-01'),
  to = Date.parse('2099-01-01'),
): Promise<Certificate> {
  const altNames = names.map((name) =>
    /^[\d.]+$/.test(name) ? ({ type: 7, ip: name } as const) : ({ type: 2, value: name } as const),
  );
  const { private: key, cert } = await generate([{ name: 'commonName', value: names[0] ?? '' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(from),
    notAfterDate: new Date(to),
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  return { key, cert };
}
