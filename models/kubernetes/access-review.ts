import type { ApiRequest } from './api-request.ts';
import { parsed } from './proposal.ts';
import type { Grants, User } from './rbac.ts';
import { badRequest } from './status.ts';

interface ReviewSpec {
  readonly resourceAttributes?: {
    readonly namespace?: string;
    readonly verb?: string;
    readonly group?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly name?: string;
  };
  readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string };
}

/** SelfSubjectAccessReview: may I? It is answered and not kept. */
export function reviewed(request: ApiRequest, user: User, grants: Grants): unknown {
  const { spec = {} } = parsed(request) as { spec?: ReviewSpec };
  const { resourceAttributes: resource, nonResourceAttributes: path } = spec;
  if ((resource === undefined) === (path === undefined)) {
    throw badRequest('exactly one of nonResourceAttributes or resourceAttributes must be specified');
  }
  const allowed =
    path === undefined
      ? grants.allow(user, {
          username: user.username,
          verb: resource?.verb ?? '',
          group: resource?.group ?? '',
          resource: resource?.resource ?? '',
          subresource: resource?.subresource || undefined,
          namespace: resource?.namespace || undefined,
          name: resource?.name || undefined,
        })
      : grants.allowPath(user, path.verb ?? '', path.path ?? '');
  const kind = { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1' };
  return { ...kind, metadata: { creationTimestamp: null }, spec, status: { allowed } };
}
