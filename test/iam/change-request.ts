/** What IAM is asked when records are changed: the zone, and the three condition keys as Route 53 fills them from the batch. */
import { canonicalName } from '../../models/route53/names.ts';
import type { AccessRequest } from './evaluator.ts';

const KEY = 'route53:ChangeResourceRecordSets';

/** One change, as in `CREATE A shop.example.test`. */
export function changeRequest(zoneId: string, ...changes: readonly string[]): AccessRequest {
  const parts = changes.map((change) => change.split(' '));
  return {
    action: 'route53:ChangeResourceRecordSets',
    resource: `arn:aws:route53:::hostedzone/${zoneId}`,
    context: {
      [`${KEY}NormalizedRecordNames`]: parts.map(([, , name = '']) => normalized(name)),
      [`${KEY}RecordTypes`]: parts.map(([, type = '']) => type),
      [`${KEY}Actions`]: parts.map(([action = '']) => action),
    },
  };
}

/** Lower case, octal where needed, no dot at the end, whatever the caller wrote. */
function normalized(name: string): string {
  const canonical = canonicalName(name);
  if (typeof canonical !== 'string') throw new Error(canonical.problem);
  return canonical.slice(0, -1);
}
