import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { environmentOf, type LabFile, readLabFile, removeLabFile, writeLabFile } from '../../lab/lab-file.ts';

const lab: LabFile = {
  endpoint: 'http://127.0.0.1:4566',
  region: 'eu-west-1',
  accountId: '123456789012',
  dns: '127.0.0.1:5300',
  vpcDns: '127.0.0.3:5300',
  speed: 10,
  pair: 'shop',
  stateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:throwover-lab-switch',
  zones: { 'example.test': 'Z0EXAMPLE' },
  clusters: {
    blue: { http: 'http://127.0.0.11:8080', https: 'https://127.0.0.11:8443', kubernetes: 'https://127.0.0.11:6443' },
  },
};

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'throwover-file-')), '.lab');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('lab.json', () => {
  it('is read as it was written, and is gone when it was removed', () => {
    writeLabFile(folder, lab);
    expect(readLabFile(folder)).toEqual(lab);
    removeLabFile(folder);
    removeLabFile(folder);
    expect(readLabFile(folder)).toBeUndefined();
  });

  it('that somebody broke is no lab', () => {
    writeLabFile(folder, lab);
    writeFileSync(join(folder, 'lab.json'), '{');
    expect(readLabFile(folder)).toBeUndefined();
  });
});

describe('the exports', () => {
  it('lead AWS, DNS and the clock to the lab, and need no quotes in any shell', () => {
    const environment = environmentOf(lab);
    expect(environment).toMatchObject({
      AWS_ENDPOINT_URL: lab.endpoint,
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_PAGER: '',
      THROWOVER_DNS: lab.dns,
      THROWOVER_CLOCK_URL: 'http://127.0.0.1:4566/_lab/clock',
    });
    for (const value of Object.values(environment)) expect(value).toMatch(/^[\w.:/-]*$/);
  });
});
