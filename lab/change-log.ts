import type { Route53 } from '../models/route53/route53.ts';
import type { AppliedChange } from './stage.ts';

/** Every batch that Route 53 applied, as CloudTrail would show it: who, when, what. */
export class ChangeLog {
  readonly changes: AppliedChange[] = [];

  constructor(route53: Route53) {
    route53.onChange = ({ at, zone, caller, changes }) => {
      this.changes.push({
        at,
        zone: zone.name,
        caller,
        changes: changes.map(
          ({ Action, ResourceRecordSet: { Name, Type, SetIdentifier, Weight, ResourceRecords } }) => ({
            action: Action,
            name: Name,
            type: Type,
            ...(SetIdentifier === undefined ? {} : { setIdentifier: SetIdentifier }),
            ...(Weight === undefined ? {} : { weight: Weight }),
            ...(ResourceRecords?.[0] === undefined ? {} : { value: ResourceRecords[0].Value }),
          }),
        ),
      });
    };
  }
}
