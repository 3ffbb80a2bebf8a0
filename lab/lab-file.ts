/** What a running lab writes down for others: `.lab/lab.json`, and the exports that make tools talk to it. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface LabFile {
  endpoint: string;
  region: string;
  accountId: string;
  /** `address:port` of the first name server. */
  dns: string;
  /** `address:port` of the resolver inside the clusters' VPC: there private zones answer. */
  vpcDns: string;
  /** Lab seconds per second; 0 when stepped. */
  speed: number;
  pair: string;
  stateMachineArn: string;
  /** Hosted zone ids by name; of a private zone by `<name> (private)`. */
  zones: Record<string, string>;
  clusters: Record<string, { http: string; https: string; kubernetes: string }>;
}

const NAME = 'lab.json';

export function writeLabFile(folder: string, lab: LabFile): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, NAME), `${JSON.stringify(lab, undefined, 2)}\n`);
}

/** Undefined: no lab has written there. */
export function readLabFile(folder: string): LabFile | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, NAME), 'utf8')) as LabFile;
  } catch {
    return undefined;
  }
}

/** A lab that has ended is not there any more. */
export function removeLabFile(folder: string): void {
  rmSync(join(folder, NAME), { force: true });
}

/** The environment for tools that talk to the lab: literal, so that it can also be pasted by hand. */
export function environmentOf({ endpoint, region, dns }: LabFile): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'throwover-lab',
    AWS_SECRET_ACCESS_KEY: 'the-lab-verifies-no-signature',
    AWS_PAGER: '',
    THROWOVER_DNS: dns,
    THROWOVER_CLOCK_URL: `${endpoint}/_lab/clock`,
  };
}
