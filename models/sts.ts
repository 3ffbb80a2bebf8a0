import { type Calls, countCall } from './calls.ts';

/** Where the modelled services stand: part of every ARN and event they make. */
export interface Account {
  accountId: string;
  region: string;
}

/** The account and region that AWS's own samples use. */
export const sampleAccount: Account = { accountId: '123456789012', region: 'eu-west-1' };

/** Who is calling. Needs no permission on AWS, so it is the cheapest proof that credentials work. */
export class Sts {
  readonly calls: Calls = new Map();
  readonly #account: Account;
  readonly #caller: string;

  /** `caller` is the last part of the ARN, as in `user/on-call` or `assumed-role/throwover-steer/session`. */
  constructor(account: Account = sampleAccount, caller = 'user/throwover') {
    this.#account = account;
    this.#caller = caller;
  }

  getCallerIdentity(): { UserId: string; Account: string; Arn: string } {
    countCall(this.calls, 'GetCallerIdentity');
    const { accountId } = this.#account;
    const service = this.#caller.startsWith('assumed-role/') ? 'sts' : 'iam';
    return {
      UserId: 'AIDATHROWOVERSTANDIN',
      Account: accountId,
      Arn: `arn:aws:${service}::${accountId}:${this.#caller}`,
    };
  }
}
