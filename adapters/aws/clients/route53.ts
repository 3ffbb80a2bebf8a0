import {
  ChangeResourceRecordSetsCommand,
  type ChangeResourceRecordSetsCommandInput,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandInput,
  Route53Client,
} from '@aws-sdk/client-route-53';
import type { Route53Calls } from '../calls.ts';
import { type Connection, settings } from './connection.ts';
import { assumedRole } from './sts.ts';

/** @param roleOf the role to take for a hosted zone that lives in another account, by the zone's id */
export function route53Client(connection: Connection, roleOf: ReadonlyMap<string, string> = new Map()): Route53Calls {
  const own = account(connection);
  const others = new Map(
    [...new Set(roleOf.values())].map((role) => {
      const credentials = assumedRole(connection, role);
      return [role, account({ ...connection, credentials })] as const;
    }),
  );
  const accountOf = (zoneId: string) => others.get(roleOf.get(zoneId) ?? '') ?? own;
  return {
    listResourceRecordSets: (input) => accountOf(input.HostedZoneId).listResourceRecordSets(input),
    changeResourceRecordSets: (input) => accountOf(input.HostedZoneId).changeResourceRecordSets(input),
    getChange: (input) => firstThatKnows([own, ...others.values()], (calls) => calls.getChange(input)),
  };
}

/** A change is known in its own account only, and its id does not say which one that is. */
async function firstThatKnows<T>(
  accounts: readonly Route53Calls[],
  ask: (calls: Route53Calls) => Promise<T>,
): Promise<T> {
  const [first, ...rest] = accounts;
  if (first === undefined) throw new Error('no account knows the change');
  try {
    return await ask(first);
  } catch (cause) {
    const foreign = cause instanceof Error && ['NoSuchChange', 'AccessDenied'].includes(cause.name);
    if (!foreign || rest.length === 0) throw cause;
    return firstThatKnows(rest, ask);
  }
}

function account(connection: Connection): Route53Calls {
  const client = new Route53Client(settings(connection));
  const { clock, timeoutMilliseconds } = connection;
  return {
    listResourceRecordSets: (input) =>
      clock.within(timeoutMilliseconds, (abortSignal) =>
        // types of records are an enumeration to the SDK, and text to whoever meets one it does not know yet
        client.send(new ListResourceRecordSetsCommand(input as ListResourceRecordSetsCommandInput), { abortSignal }),
      ),
    changeResourceRecordSets: (input) =>
      clock.within(timeoutMilliseconds, (abortSignal) =>
        client.send(new ChangeResourceRecordSetsCommand(input as ChangeResourceRecordSetsCommandInput), {
          abortSignal,
        }),
      ),
    getChange: (input) =>
      clock.within(timeoutMilliseconds, (abortSignal) => client.send(new GetChangeCommand(input), { abortSignal })),
  };
}
