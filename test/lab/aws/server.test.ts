import { connect } from 'node:net';
import { ChangeResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Call, Verdict } from '../../../lab/aws/answering.ts';
import { startAwsServer } from '../../../lab/aws/server.ts';
import { route53Service } from '../../../lab/aws/services/route53.ts';
import { PortUnavailable } from '../../../lab/door.ts';
import { pause } from '../../../models/clock.ts';
import { seeded } from '../../../models/random.ts';
import { Route53 } from '../../../models/route53/route53.ts';
import { ServiceError } from '../../../models/service-error.ts';
import { SteppedClock } from '../../../models/stepped-clock.ts';
import { refusal, startWorld, weighted, ZONE } from './world.ts';

let world: Awaited<ReturnType<typeof startWorld>>;
let verdict: (call: Call) => Verdict | Promise<Verdict>;
const held: string[] = [];

beforeEach(async () => {
  verdict = () => 'go on';
  held.length = 0;
  world = await startWorld({
    before: (call) => verdict(call),
    hold: () => {
      held.push('hold');
      return () => held.push('release');
    },
  });
});

afterEach(async () => {
  await world.server.close();
  expect(world.faults).toEqual([]);
});

const signed = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=steer/20261120/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

function post(headers: Record<string, string>, body: string | Uint8Array<ArrayBuffer>, path = '/'): Promise<Response> {
  return fetch(`${world.server.endpoint}${path}`, { method: 'POST', headers, body });
}

const getParameter = { 'x-amz-target': 'AmazonSSM.GetParameter', 'content-type': 'application/x-amz-json-1.1' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };

describe('a connection', () => {
  it('is promised no end: it would come by this machine’s clock', async () => {
    const { headers } = await post(getParameter, '{}');
    expect([headers.get('connection'), headers.get('keep-alive')]).toEqual(['keep-alive', null]);
  });
});

describe('a request without a signature', () => {
  it('is refused in the protocol it speaks', async () => {
    const json = await post(getParameter, '{}');
    expect(json.status).toBe(403);
    expect(await json.json()).toMatchObject({ __type: 'MissingAuthenticationToken' });
    const xml = await post(form, 'Action=GetCallerIdentity&Version=2011-06-15');
    expect(await xml.text()).toContain('<Code>MissingAuthenticationToken</Code>');
    const rest = await fetch(`${world.server.endpoint}/clusters`);
    expect(rest.headers.get('x-amzn-errortype')).toBe('MissingAuthenticationToken');
  });

  it('and one with something else for a signature', async () => {
    const json = await post({ ...getParameter, authorization: 'Bearer token' }, '{}');
    expect(json.status).toBe(400);
    expect(await json.json()).toMatchObject({ __type: 'IncompleteSignature' });
  });
});

describe('what the lab does not have', () => {
  it.each([
    ['another service in JSON', 'ec2', { 'x-amz-target': 'Fleet.Launch' }, '{}', '/'],
    ['another service in a form', 'iam', form, 'Action=CreateUser', '/'],
    ['another service by path', 's3', {}, '', '/bucket/key'],
    ['another operation of Route 53', 'route53', {}, '', '/2013-04-01/healthcheck'],
  ])('%s is NotImplemented, with a sentence', async (_what, service, headers, body, path) => {
    const answer = await post({ ...headers, authorization: signed(service) }, body, path);
    expect(answer.status).toBe(501);
    const text = await answer.text();
    expect(text).toMatch(/The lab does not have .+docs\/reference\/lab\.md/);
    expect(text + answer.headers.get('x-amzn-errortype')).toContain('NotImplemented');
  });
});

describe('a body that cannot be read', () => {
  const ssm = { ...getParameter, authorization: signed('ssm') };

  it.each(['{', '[]', '"text"', '{"Name": 5}', '{"Name": {"a": 1}}'])(
    '%s is a SerializationException',
    async (body) => {
      const answer = await post(ssm, body);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ __type: 'SerializationException' });
    },
  );

  it.each([
    ['no XML', 'MalformedInput', 'Could not parse XML'],
    ['<ChangeBatch/>', 'MalformedInput', 'ChangeBatch is not valid, expected ChangeResourceRecordSetsRequest'],
    ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'MalformedInput', 'Could not parse XML'],
    ['<ChangeResourceRecordSetsRequest/>', 'InvalidInput', "Value null at 'changeBatch' failed"],
    [`${'<a>'.repeat(40)}${'</a>'.repeat(40)}`, 'MalformedInput', 'Could not parse XML'],
  ])('Route 53 says of %s: %s', async (body, code, message) => {
    const path = `/2013-04-01/hostedzone/${ZONE}/rrset/`;
    const answer = await post({ authorization: signed('route53'), 'content-type': 'text/xml' }, body, path);
    expect(answer.status).toBe(400);
    const text = await answer.text();
    expect(text).toContain(`<Code>${code}</Code>`);
    expect(text).toContain(message);
  });

  it('is not read further than 8 MB', async () => {
    const answer = await post(ssm, new Uint8Array(8 * 1024 * 1024 + 1));
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ __type: 'RequestEntityTooLarge' });
  });

  it('never brings the server down, whatever the bytes are', async () => {
    const headers = fc.record({
      'x-amz-target': fc.constantFrom('AmazonSSM.PutParameter', 'DynamoDB_20120810.PutItem', 'AWSStepFunctions.X', 'x'),
      'content-type': fc.constantFrom('application/x-amz-json-1.0', 'application/x-www-form-urlencoded', 'text/xml'),
      authorization: fc.constantFrom(...['ssm', 'dynamodb', 'states', 'route53', 'sts', 'eks'].map(signed)),
    });
    const path = fc.oneof(
      fc.constantFrom('/', `/2013-04-01/hostedzone/${ZONE}/rrset`, '/clusters/%ff', '/2013-04-01/change/%'),
      fc.webPath(),
    );
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map((text) => new TextEncoder().encode(text)),
    );
    await fc.assert(
      fc.asyncProperty(headers, path, body, async (given, where, bytes) => {
        const answer = await post(given, new Uint8Array(bytes), where.startsWith('/') ? where : `/${where}`);
        await answer.arrayBuffer();
        expect(answer.status).toBeGreaterThanOrEqual(200);
        expect(answer.status).not.toBe(500);
      }),
      { numRuns: 200 },
    );
  });

  it('nor do bytes that are no HTTP', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
        await new Promise<void>((resolve) => {
          const socket = connect(world.server.port, '127.0.0.1', () => socket.end(bytes));
          socket.on('error', () => {}).on('close', () => resolve());
          socket.resume();
        });
      }),
      { numRuns: 30 },
    );
    expect((await post({ ...getParameter, authorization: signed('ssm') }, '{"Name":"/x"}')).status).toBe(400);
  });
});

describe('the hook before each call', () => {
  const client = () => new SSMClient(world.client);
  const put = new PutParameterCommand({ Name: '/x', Value: 'y', Type: 'String' });

  it('sees service, operation, input and who calls', async () => {
    const seen: Call[] = [];
    verdict = (call) => {
      seen.push(call);
      return 'go on';
    };
    await client().send(put);
    const input = { Name: '/x', Value: 'y', Type: 'String' };
    expect(seen).toEqual([{ service: 'ssm', operation: 'PutParameter', input, caller: 'steer' }]);
  });

  it('refuses with an error of the service, and nothing happens', async () => {
    verdict = () => new ServiceError('ThrottlingException', 'Rate exceeded');
    expect(await refusal(client().send(put))).toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
    expect(world.ssm.calls.get('PutParameter')).toBeUndefined();
  });

  it('loses the answer after the effect', async () => {
    verdict = () => 'lose the answer';
    const lost = await refusal(client().send(put));
    expect(lost.$metadata).not.toHaveProperty('httpStatusCode');
    expect(world.ssm.getParameter({ Name: '/x' }).Parameter.Value).toBe('y');
  });

  it('delays on the lab’s clock', async () => {
    const before = world.clock.now();
    verdict = async (): Promise<Verdict> => {
      await pause(world.clock, 1_500);
      return 'go on';
    };
    await client().send(put);
    expect(world.clock.now()).toBe(before + 1_500);
  });
});

/** How many holds stand after each event: a connection that arrives holds beside the request that comes over it. */
function holding(events: readonly string[]): number[] {
  let count = 0;
  return events.map((event) => {
    count += event === 'hold' ? 1 : event === 'release' ? -1 : 0;
    return count;
  });
}

describe('the clock', () => {
  it('is held from the request to its answer, without a gap', async () => {
    await refusal(new SSMClient(world.client).send(new GetParameterCommand({ Name: '/x' })));
    await expect.poll(() => holding(held).at(-1)).toBe(0);
    expect(holding(held).indexOf(0)).toBe(held.length - 1);
  });

  it('is let go while the lab itself holds the answer back', async () => {
    verdict = async (): Promise<Verdict> => {
      held.push('latency');
      await pause(world.clock, 1_500);
      held.push('over');
      return 'go on';
    };
    await refusal(new SSMClient(world.client).send(new GetParameterCommand({ Name: '/x' })));
    await expect.poll(() => holding(held).at(-1)).toBe(0);
    const counts = holding(held);
    const [latency, over] = [held.indexOf('latency'), held.indexOf('over')];
    expect(counts.slice(0, latency + 1)).not.toContain(0);
    expect(counts.slice(latency, over)).toContain(0);
    expect(Math.max(...counts.slice(over))).toBeGreaterThan(0);
  });
});

describe('a stepped clock', () => {
  it('stands still while a request is under way, and goes on while the lab holds the answer back', async () => {
    const clock = new SteppedClock(0);
    const route53 = new Route53({ clock, random: seeded(1), loadBalancers: () => undefined });
    route53.createZone({ name: 'example.test', id: ZONE });
    // The client's own hold, until its request has arrived.
    const arrived = clock.hold();
    const seen: number[] = [];
    const server = await startAwsServer({
      services: [route53Service(route53)],
      door: { address: '127.0.0.1', port: 0, flag: '--aws-port' },
      hold: () => {
        const release = clock.hold();
        arrived();
        return release;
      },
      before: () => {
        seen.push(clock.now());
        return 'go on';
      },
    });
    const client = new Route53Client({ ...world.client, endpoint: server.endpoint });
    const change = { Action: 'CREATE' as const, ResourceRecordSet: weighted('blue', 1) };
    const sent = client.send(
      new ChangeResourceRecordSetsCommand({ HostedZoneId: ZONE, ChangeBatch: { Changes: [change] } }),
    );
    let answered = false;
    void sent.then(() => {
      answered = true;
    });
    await clock.runUntil(() => answered);
    expect((await sent).ChangeInfo?.Status).toBe('PENDING');
    expect(seen).toEqual([0]);
    expect(clock.now()).toBe(route53.rules.processingMs);
    client.destroy();
    await server.close();
  });
});

describe('the port', () => {
  it('that is taken is named in a sentence with the flag that changes it', async () => {
    const door = { address: '127.0.0.1', port: world.server.port, flag: '--aws-port' };
    const refused = await refusal(startAwsServer({ services: [], door }));
    expect(refused).toBeInstanceOf(PortUnavailable);
    expect(refused.message).toBe(
      `Port ${world.server.port} of 127.0.0.1 is taken by another program: choose another with --aws-port.`,
    );
  });

  it('is free again after close, also with connections open', async () => {
    const { port } = world.server;
    const socket = connect(port, '127.0.0.1');
    const gone = new Promise((resolve) => socket.on('close', resolve).on('error', () => {}));
    await new Promise((resolve) => socket.on('connect', resolve));
    await world.server.close();
    await gone;
    world.server = await startAwsServer({ services: [], door: { address: '127.0.0.1', port, flag: '--aws-port' } });
    expect(world.server.port).toBe(port);
  });
});

describe('paths of the lab itself', () => {
  it('go to the lab’s controls', async () => {
    const server = await startAwsServer({
      services: [],
      door: { address: '127.0.0.1', port: 0, flag: '--aws-port' },
      controls: (request, response) => response.end(`controls ${request.url}`),
    });
    expect(await (await fetch(`${server.endpoint}/_lab/clock`)).text()).toBe('controls /_lab/clock');
    await server.close();
  });
});
