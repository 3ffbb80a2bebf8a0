import { generate } from 'selfsigned';

/** A key with its certificate, both PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export interface CertificateRequest {
  readonly commonName: string;
  readonly hosts?: readonly string[];
  /** IP addresses it is good for. */
  readonly addresses?: readonly string[];
  /** Milliseconds since the epoch; left out, it outlives the lab. */
  readonly endsAt?: number | undefined;
}

/**
 * Clients check dates by the clock of their machine, not by the lab's: what shall be valid is valid for all of the
 * years that the older form of a date in a certificate can say.
 */
const LONG_AGO = Date.UTC(2000, 0, 1);
const LONG_FROM_NOW = Date.UTC(2049, 11, 31);
const options = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

/** A certificate authority that exists as long as this process. */
export class Authority {
  /** PEM. */
  readonly certificate: string;
  readonly #key: string;

  private constructor(certificate: string, key: string) {
    this.certificate = certificate;
    this.#key = key;
  }

  static async create(commonName: string): Promise<Authority> {
    const made = await generate([{ name: 'commonName', value: commonName }], {
      ...options,
      ...dates(LONG_FROM_NOW),
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    });
    return new Authority(made.cert, made.private);
  }

  /** The PEM in base64, as EKS and kubeconfig files carry it. */
  get data(): string {
    return Buffer.from(this.certificate).toString('base64');
  }

  async issue(request: CertificateRequest): Promise<Certificate> {
    const { commonName, hosts = [], addresses = [], endsAt = LONG_FROM_NOW } = request;
    const made = await generate([{ name: 'commonName', value: commonName }], {
      ...options,
      ...dates(endsAt),
      ca: { key: this.#key, cert: this.certificate },
      extensions: [
        { name: 'basicConstraints', cA: false },
        { name: 'keyUsage', digitalSignature: true },
        { name: 'extKeyUsage', serverAuth: true },
        {
          name: 'subjectAltName',
          altNames: [
            ...hosts.map((value) => ({ type: 2 as const, value })),
            ...addresses.map((ip) => ({ type: 7 as const, ip })),
          ],
        },
      ],
    });
    return { key: made.private, cert: made.cert };
  }
}

function dates(endsAt: number): { notBeforeDate: Date; notAfterDate: Date } {
  return { notBeforeDate: new Date(LONG_AGO), notAfterDate: new Date(endsAt) };
}
