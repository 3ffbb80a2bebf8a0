/** `throwover lab env`, its buttons, and the other verbs against a lab that runs. */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, type StartedLab, startedLab, throwover, until } from './process.ts';

let lab: StartedLab;
beforeAll(async () => {
  lab = await startedLab(['--speed', '60']);
}, 120_000);
afterAll(() => lab.end());

const verb = (...args: string[]): Promise<Ended> => throwover(args, lab.env);
const labVerb = (...args: string[]): Promise<Ended> => throwover(['lab', ...args, '--folder', lab.folder]);

/** The status of `/livez`, whoever signed the certificate. */
function apiOf(cluster: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const url = `${lab.file.clusters[cluster]?.kubernetes}/livez`;
    const asked = request(url, { rejectUnauthorized: false, agent: false }, ({ statusCode }) => resolve(statusCode));
    asked.once('error', reject).end();
  });
}

async function status(): Promise<string> {
  return (await verb('status')).stdout;
}

describe('throwover lab env', () => {
  it('prints literal exports, which a shell takes as they are', async () => {
    const { code, stdout } = await labVerb('env');
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toEqual([
      `export AWS_ENDPOINT_URL=${lab.file.endpoint}`,
      'export AWS_REGION=eu-west-1',
      'export AWS_DEFAULT_REGION=eu-west-1',
      'export AWS_ACCESS_KEY_ID=throwover-lab',
      'export AWS_SECRET_ACCESS_KEY=the-lab-verifies-no-signature',
      'export AWS_PAGER=',
      `export THROWOVER_DNS=${lab.file.dns}`,
      `export THROWOVER_CLOCK_URL=${lab.file.endpoint}/_lab/clock`,
    ]);
  });

  it('says where the lab is in lab.json, as --json printed it', () => {
    expect(JSON.parse(readFileSync(join(lab.folder, 'lab.json'), 'utf8'))).toEqual(lab.file);
    expect(lab.file).toMatchObject({
      endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      region: 'eu-west-1',
      accountId: expect.stringMatching(/^\d{12}$/),
      dns: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      vpcDns: expect.stringMatching(/^127\.0\.0\.3:\d+$/),
      speed: 60,
      pair: 'shop',
      stateMachineArn: expect.stringMatching(/switch$/),
      zones: { 'example.test': expect.any(String), 'pivot.test': expect.any(String) },
      clusters: {
        blue: {
          http: expect.stringMatching(/^http:\/\/127\.0\.0\.11:/),
          https: expect.stringMatching(/^https:\/\/127\.0\.0\.11:/),
          kubernetes: expect.stringMatching(/^https:\/\/127\.0\.0\.11:/),
        },
        green: expect.any(Object),
      },
    });
  });

  it('says in a sentence that there is no lab', async () => {
    const { code, stderr } = await throwover(['lab', 'env', '--folder', join(lab.folder, 'elsewhere')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^throwover: no lab has written .*start one with "npx throwover lab"\n$/);
  });
});

describe('throwover lab fault', () => {
  it.each([
    ['kill', 'blue'],
    ['api-down', 'green'],
    ['cni-broken', 'green'],
    ['partition', 'green'],
    ['ingress-down', 'green'],
    ['slow', 'green'],
    ['brownout', 'green'],
    ['observer-blind', 'inside'],
    ['route53-throttled'],
    ['zone-locked', 'pivot.test'],
    ['answer-lost'],
    ['database-read-only'],
  ])('presses %s', async (...button) => {
    const pressed = await labVerb('fault', ...button);
    await fetch(`${lab.file.endpoint}/_lab/fault`, { method: 'POST', body: JSON.stringify({ fault: 'heal' }) });
    expect(pressed).toMatchObject({ code: 0, stdout: expect.stringContaining(`${button.join(' ')}: `) });
  });

  it('takes everything back with heal', async () => {
    await labVerb('fault', 'api-down', 'green');
    await expect(apiOf('green')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await labVerb('fault', 'heal')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^heal: /) });
    expect(await apiOf('green')).toBe(200);
  });

  it('lists the buttons when it knows none of that name, and the choices of one', async () => {
    const unknown = await labVerb('fault', 'earthquake');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('there is no fault earthquake');
    expect(unknown.stderr).toContain('observer-blind <observer>');
    const nowhere = await labVerb('fault', 'kill', 'purple');
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toContain('kill is for a cluster: blue, green; found purple');
  });
});

describe('the other verbs', () => {
  it('active prints just the name', async () => {
    expect(await verb('active')).toMatchObject({ code: 0, stdout: 'blue\n' });
  });

  it('status and preview tell, and change nothing', async () => {
    const { code, stdout } = await verb('status', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ pair: 'shop' });
    expect([0, 3]).toContain(code);
    const preview = await verb('preview', '--json');
    expect(JSON.parse(preview.stdout)).toMatchObject({ outcome: 'Previewed', active: 'blue' });
    expect(await verb('active')).toMatchObject({ stdout: 'blue\n' });
  }, 60_000);

  it('switch moves the traffic when somebody says so', async () => {
    await until(status, (text) => text.startsWith('shop: blue is active'));
    const { code, stdout } = await verb('switch', '--to', 'green', '--reason', 'a try', '--yes', '--json');
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ outcome: 'Switched', to: 'green' });
    expect(code).toBe(0);
    expect(await verb('active')).toMatchObject({ stdout: 'green\n' });
  }, 90_000);
});
