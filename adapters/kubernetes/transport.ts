/** One request to a cluster's API server. Whoever does it knows the endpoint, the CA and the token; time-outs are hard. */
export interface ApiRequest {
  method: 'GET' | 'PATCH';
  /** With its query. */
  path: string;
  contentType?: string;
  body?: string;
}

export interface ApiResponse {
  status: number;
  contentType: string;
  body: string;
}

/** Throws `ClusterUnreachable` when no answer came in time. */
export type Transport = (cluster: string, request: ApiRequest) => Promise<ApiResponse>;
