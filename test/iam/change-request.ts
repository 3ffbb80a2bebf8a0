/** What IAM is asked when records are changed: the zone, and the three condition keys as Route 53 fills them from the batch. */
import { changeContext } from '../../models/iam/asked.ts';
import type { AccessRequest } from '../../models/iam/evaluator.ts';

/** One change, as in `CREATE A shop.example.test`. */
export function changeRequest(zoneId: string, ...changes: readonly string[]): AccessRequest {
  return {
    action: 'route53:ChangeResourceRecordSets',
    resource: `arn:aws:route53:::hostedzone/${zoneId}`,
    context: changeContext(changes.map((change) => change.split(' '))),
  };
}
