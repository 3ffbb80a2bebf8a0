/** Is it a workspace of Amazon Managed Prometheus? Its host name says so; whoever asks it must sign. */
export interface Workspace {
  region: string;
  /** `ws-…` */
  id: string;
}

const HOST = /^aps-workspaces(?:-fips)?\.([a-z]{2}(?:-[a-z]+)+-\d)\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/;
const PATH = /^\/workspaces\/(ws-[\w-]+)/;

/** @param url as the topology has it, of the workspace or of anything below it */
export function workspaceAt(url: string): Workspace | undefined {
  const { hostname, pathname } = new URL(url);
  const [region, id] = [HOST.exec(hostname)?.[1], PATH.exec(pathname)?.[1]];
  return region === undefined || id === undefined ? undefined : { region, id };
}

/** It is one by its host name, but which one the path does not say. */
export function isWithoutWorkspace(url: string): boolean {
  return HOST.test(new URL(url).hostname) && workspaceAt(url) === undefined;
}
