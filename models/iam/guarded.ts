/** A service as one role has it: a call that its policies do not allow answers AccessDenied, and nothing has happened. */
import { ServiceError } from '../service-error.ts';
import type { Account } from '../sts.ts';
import { accessRequests } from './asked.ts';
import type { AccessRequest } from './evaluator.ts';

/** Is this allowed to who asks? */
export type Allows = (request: AccessRequest) => boolean;

/** Services whose errors have the name without `Exception`. */
const PLAIN = ['route53', 's3', 'cloudwatch'];

export function guarded<Service extends object>(service: Service, place: Account, allows: Allows): Service {
  return new Proxy(service, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]) => {
        for (const request of accessRequests(String(name), given[0], place))
          if (!allows(request)) throw denied(request);
        return Reflect.apply(member, target, given);
      };
    },
  });
}

function denied({ action, resource }: AccessRequest): ServiceError {
  const [service = ''] = action.split(':');
  const name = PLAIN.includes(service) ? 'AccessDenied' : 'AccessDeniedException';
  return new ServiceError(name, `User is not authorized to perform: ${action} on resource: ${resource}`, 403);
}
