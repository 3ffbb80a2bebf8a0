/**
 * What we take for granted of a service of AWS: a sentence, and a try of it through the SDK. The lab's models keep these;
 * whoever else claims to be AWS is held to the same.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Route53Client } from '@aws-sdk/client-route-53';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SSMClient } from '@aws-sdk/client-ssm';

/** Where it is tried. Everything that a try makes is called `throwover-contract…`, and is taken away again. */
export interface Subject {
  route53: Route53Client;
  dynamoDb: DynamoDBClient;
  ssm: SSMClient;
  states: SFNClient;
  /** A public zone that nobody needs: names under `throwover-contract.<name>` come and go in it. */
  zone: { id: string; name: string };
  /** For machines that only wait; Step Functions takes it on, and calls nothing with it. */
  roleArn: string;
  /** Makes names of this round its own. */
  round: string;
  /** Waits in the time of who is asked. */
  wait: (milliseconds: number) => Promise<void>;
}

export type Service = 'route53' | 'dynamodb' | 'ssm' | 'states';

export interface Claim {
  service: Service;
  says: string;
  /** Throws when it is not so, with what was seen instead. */
  holds: (subject: Subject) => Promise<void>;
}

/** The name of the error that this ends with; fails when it does not. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  let answer: unknown;
  try {
    answer = await work;
  } catch (cause) {
    return cause instanceof Error ? cause.name : String(cause);
  }
  throw new Error(`expected a refusal, found ${JSON.stringify(answer)?.slice(0, 200)}`);
}

export function mustBe(found: unknown, expected: unknown): void {
  const [is, shall] = [JSON.stringify(found), JSON.stringify(expected)];
  if (is !== shall) throw new Error(`expected ${shall}, found ${is}`);
}
