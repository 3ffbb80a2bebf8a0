/** One request to a cluster's API server. Whoever does it knows the endpoint, the CA and the token; time-outs are hard. */
export interface ApiRequest {
  method: 'GET' | 'PATCH' | 'POST' | 'PUT' | 'DELETE';
  /** With its query. */
  path: string;
  contentType?: string;
  body?: string;
  /** Beside those that every request has. */
  headers?: Readonly<Record<string, string | string[]>>;
}

export interface ApiResponse {
  status: number;
  contentType: string;
  body: string;
  /** The server's own clock as it answered, in milliseconds since the epoch; undefined: it did not say. */
  at?: number;
  /** What the text says, where no text lies between (a model in this process). */
  object?: unknown;
}

/** What an answer says. */
export function objectOf<T>(answer: ApiResponse): T {
  return (answer.object ?? JSON.parse(answer.body)) as T;
}

/** Throws `ClusterUnreachable` when no answer came in time. */
export type Transport = (cluster: string, request: ApiRequest) => Promise<ApiResponse>;

/** A status that is no answer, in words: 401 and 403 have different people to repair them. */
export function refusalText(cluster: string, status: number): string {
  if (status === 401)
    return `${cluster} says 401: it does not know us (no access entry for this role, or a wrong token)`;
  if (status === 403) return `${cluster} says 403: it knows us and gives us no right to this (RBAC, or a guard)`;
  return `${cluster} says ${status}`;
}
