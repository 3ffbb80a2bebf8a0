import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { type Connection, type Credentials, settings } from './connection.ts';

/** Credentials of a role in another account. Whoever uses them asks again before they expire. */
export function assumedRole(connection: Connection, roleArn: string): () => Promise<Credentials> {
  const client = new STSClient(settings(connection));
  const { clock, timeoutMilliseconds } = connection;
  const asked = new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'throwover' });
  return async () => {
    const { Credentials: given } = await clock.within(timeoutMilliseconds, (abortSignal) =>
      client.send(asked, { abortSignal }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given ?? {};
    if (AccessKeyId === undefined || SecretAccessKey === undefined)
      throw new Error(`STS gave no credentials for ${roleArn}`);
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(SessionToken === undefined ? {} : { sessionToken: SessionToken }),
      ...(Expiration === undefined ? {} : { expiration: Expiration }),
    };
  };
}
