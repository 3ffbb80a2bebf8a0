import { describe, expect, it } from 'vitest';
import { Ssm } from '../../models/ssm.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';
import { refusal, serviceError } from './refusal.ts';

const Name = '/throwover/shop/active-cluster';
const START = Date.UTC(2026, 10, 20);

function store() {
  const clock = new SteppedClock(START);
  return { clock, ssm: new Ssm({ clock }) };
}

describe('putParameter', () => {
  it('creates only when absent, unless told to overwrite; versions grow by one', () => {
    const { ssm } = store();
    expect(ssm.putParameter({ Name, Value: 'blue', Type: 'String' })).toEqual({ Version: 1, Tier: 'Standard' });
    expect(refusal(() => ssm.putParameter({ Name, Value: 'green', Type: 'String' }))).toEqual([
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    ]);
    expect(ssm.getParameter({ Name }).Parameter.Value).toBe('blue');
    expect(ssm.putParameter({ Name, Value: 'green', Overwrite: true })).toEqual({ Version: 2, Tier: 'Standard' });
  });

  it('needs a type at first, keeps it, and has no SecureString', () => {
    const { ssm } = store();
    expect(refusal(() => ssm.putParameter({ Name, Value: 'blue' }))[0]).toBe('ValidationException');
    expect(refusal(() => ssm.putParameter({ Name, Value: 'blue', Type: 'SecureString' }))[0]).toBe('NotImplemented');
    expect(refusal(() => ssm.putParameter({ Name, Value: 'blue', Type: 'Number' }))[0]).toBe(
      'UnsupportedParameterType',
    );
    ssm.putParameter({ Name, Value: 'blue', Type: 'String' });
    expect(refusal(() => ssm.putParameter({ Name, Value: 'a,b', Type: 'StringList', Overwrite: true }))[0]).toBe(
      'ValidationException',
    );
  });

  it('holds 4 KB and not a byte more, and never nothing', () => {
    const { ssm } = store();
    ssm.putParameter({ Name, Value: 'ü'.repeat(2048), Type: 'String' });
    expect(refusal(() => ssm.putParameter({ Name, Value: `${'ü'.repeat(2048)}x`, Overwrite: true }))[1]).toMatch(
      /maximum parameter value of 4096 characters/,
    );
    expect(refusal(() => ssm.putParameter({ Name, Value: '', Overwrite: true }))[1]).toMatch(/Value '' at 'value'/);
  });

  it.each([
    ['throwover/shop', /fully qualified/],
    ['/throwover//shop', /sub-paths/],
    ['/throwover/shop/', /sub-paths/],
    ['/throwover/shop active', /sub-paths/],
    ['/aws/shop', /can't be prefixed with "aws"/],
    ['ssm-shop', /can't be prefixed/],
    [`/${Array.from({ length: 16 }, () => 'a').join('/')}`, /maximum of 15 levels/],
    [`/${'a'.repeat(1011)}`, /must not be longer than 1011/],
  ])('refuses the name %s', (name, message) => {
    expect(refusal(() => store().ssm.putParameter({ Name: name, Value: 'x', Type: 'String' }))[1]).toMatch(message);
  });
});

describe('reading a parameter', () => {
  it('gives the newest version, or the one named', async () => {
    const { ssm, clock } = store();
    ssm.putParameter({ Name, Value: 'blue', Type: 'String' });
    await clock.run(5_000);
    ssm.putParameter({ Name, Value: 'green', Overwrite: true });
    expect(ssm.getParameter({ Name }).Parameter).toEqual({
      Name,
      Type: 'String',
      Value: 'green',
      Version: 2,
      LastModifiedDate: START + 5_000,
      ARN: 'arn:aws:ssm:eu-west-1:123456789012:parameter/throwover/shop/active-cluster',
      DataType: 'text',
    });
    expect(ssm.getParameter({ Name: `${Name}:1` }).Parameter).toMatchObject({ Value: 'blue', Selector: ':1' });
    expect(refusal(() => ssm.getParameter({ Name: `${Name}:3` }))[0]).toBe('ParameterVersionNotFound');
    expect(refusal(() => ssm.getParameter({ Name: `${Name}:live` }))[0]).toBe('NotImplemented');
    const missing = serviceError(() => ssm.getParameter({ Name: '/nowhere' }));
    expect([missing.name, missing.httpStatus]).toEqual(['ParameterNotFound', 400]);
  });

  it('gives several at once, naming those that do not exist', () => {
    const { ssm } = store();
    ssm.putParameter({ Name, Value: 'blue', Type: 'String' });
    const answer = ssm.getParameters({ Names: [Name, '/nowhere'] });
    expect(answer.Parameters.map(({ Value }) => Value)).toEqual(['blue']);
    expect(answer.InvalidParameters).toEqual(['/nowhere']);
    expect(refusal(() => ssm.getParameters({ Names: Array.from({ length: 11 }, (_, at) => `/p${at}`) }))[1]).toMatch(
      /less than or equal to 10/,
    );
  });

  it('walks a path, one level or all, ten to a page', () => {
    const { ssm } = store();
    const names = Array.from({ length: 12 }, (_, at) => `/throwover/p${String(at).padStart(2, '0')}/state`);
    for (const each of [...names].reverse()) ssm.putParameter({ Name: each, Value: 'x', Type: 'String' });
    ssm.putParameter({ Name: '/throwover/version', Value: '1', Type: 'String' });
    ssm.putParameter({ Name: '/throwoverish', Value: '1', Type: 'String' });
    const shallow = ssm.getParametersByPath({ Path: '/throwover' });
    expect(shallow.Parameters.map((each) => each.Name)).toEqual(['/throwover/version']);
    const first = ssm.getParametersByPath({ Path: '/throwover/', Recursive: true });
    expect(first.Parameters.map((each) => each.Name)).toEqual(names.slice(0, 10));
    const rest = ssm.getParametersByPath({ Path: '/throwover/', Recursive: true, NextToken: first.NextToken });
    expect(rest.Parameters.map((each) => each.Name)).toEqual([...names.slice(10), '/throwover/version']);
    expect(rest.NextToken).toBeUndefined();
    expect(refusal(() => ssm.getParametersByPath({ Path: '/throwover', MaxResults: 11 }))[1]).toMatch(/maxResults/);
    expect(refusal(() => ssm.getParametersByPath({ Path: 'throwover' }))[1]).toMatch(/begin with a forward slash/);
    expect(refusal(() => ssm.getParametersByPath({ Path: '/throwover', NextToken: 'x' }))[0]).toBe('InvalidNextToken');
  });

  it('keeps the last 100 versions', () => {
    const { ssm } = store();
    ssm.putParameter({ Name, Value: '1', Type: 'String' });
    for (let version = 2; version <= 103; version++) ssm.putParameter({ Name, Value: `${version}`, Overwrite: true });
    const first = ssm.getParameterHistory({ Name });
    const rest = ssm.getParameterHistory({ Name, NextToken: first.NextToken });
    const versions = [...first.Parameters, ...rest.Parameters].map(({ Version }) => Version);
    expect(versions).toEqual(Array.from({ length: 100 }, (_, at) => at + 4));
    expect(rest.NextToken).toBeUndefined();
    expect(refusal(() => ssm.getParameter({ Name: `${Name}:3` }))[0]).toBe('ParameterVersionNotFound');
  });

  it('forgets a deleted parameter and its versions', () => {
    const { ssm } = store();
    ssm.putParameter({ Name, Value: 'blue', Type: 'String' });
    ssm.deleteParameter({ Name });
    expect(refusal(() => ssm.deleteParameter({ Name }))[0]).toBe('ParameterNotFound');
    expect(ssm.putParameter({ Name, Value: 'blue', Type: 'String' }).Version).toBe(1);
    expect(Object.fromEntries(ssm.calls)).toEqual({ PutParameter: 2, DeleteParameter: 2 });
  });
});
