import { describe, expect, it } from 'vitest';
import { eventMatcher } from '../../../models/eventbridge/pattern.ts';
import { refusal } from '../refusal.ts';

const event = {
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  resources: ['arn:aws:cloudwatch:eu-west-1:123456789012:alarm:blue-5xx'],
  detail: {
    alarmName: 'blue-5xx',
    state: { value: 'ALARM', score: 7 },
    silent: null,
    dry: false,
    configuration: {
      metrics: [
        { id: 'm1', returnData: false },
        { id: 'e1', returnData: true },
      ],
    },
  },
};
const matches = (pattern: object) => eventMatcher(JSON.stringify(pattern))(event);

describe('an event pattern', () => {
  it.each([
    ['exact text', { source: ['aws.cloudwatch'] }, true],
    ['another text', { source: ['aws.ec2'] }, false],
    ['one of several', { detail: { state: { value: ['OK', 'ALARM'] } } }, true],
    ['every field named', { source: ['aws.cloudwatch'], detail: { alarmName: ['green-5xx'] } }, false],
    ['a number as text', { detail: { state: { score: ['7'] } } }, false],
    ['a number', { detail: { state: { score: [7] } } }, true],
    ['false', { detail: { dry: [false] } }, true],
    ['null', { detail: { silent: [null] } }, true],
    ['null where there is nothing', { detail: { missing: [null] } }, false],
    ['any member of a list', { resources: [{ suffix: ':alarm:blue-5xx' }] }, true],
    ['objects in a list', { detail: { configuration: { metrics: { id: ['e1'], returnData: [true] } } } }, true],
    [
      'fields of different objects in a list',
      { detail: { configuration: { metrics: { id: ['m1'], returnData: [true] } } } },
      false,
    ],
    ['prefix', { detail: { alarmName: [{ prefix: 'blue-' }] } }, true],
    ['prefix in another case', { detail: { alarmName: [{ prefix: 'BLUE-' }] } }, false],
    ['prefix ignoring case', { detail: { alarmName: [{ prefix: { 'equals-ignore-case': 'BLUE-' } }] } }, true],
    ['suffix', { detail: { alarmName: [{ suffix: '-4xx' }] } }, false],
    ['equals-ignore-case', { detail: { state: { value: [{ 'equals-ignore-case': 'alarm' }] } } }, true],
    ['anything-but another', { detail: { state: { value: [{ 'anything-but': 'OK' }] } } }, true],
    ['anything-but itself', { detail: { state: { value: [{ 'anything-but': ['OK', 'ALARM'] }] } } }, false],
    ['anything-but a prefix', { detail: { alarmName: [{ 'anything-but': { prefix: 'blue-' } }] } }, false],
    ['anything-but, field missing', { detail: { missing: [{ 'anything-but': 'OK' }] } }, false],
    ['exists', { detail: { alarmName: [{ exists: true }] } }, true],
    ['exists, with the value null', { detail: { silent: [{ exists: true }] } }, true],
    ['exists not', { detail: { alarmName: [{ exists: false }] } }, false],
    ['exists not, nothing there', { detail: { actionsSuppressedBy: [{ exists: false }] } }, true],
    ['numeric equal', { detail: { state: { score: [{ numeric: ['=', 7] }] } } }, true],
    ['numeric range', { detail: { state: { score: [{ numeric: ['>', 0, '<=', 7] }] } } }, true],
    ['numeric out of range', { detail: { state: { score: [{ numeric: ['>=', 0, '<', 7] }] } } }, false],
    ['numeric on text', { detail: { alarmName: [{ numeric: ['>', 0] }] } }, false],
    ['$or, one holds', { detail: { $or: [{ alarmName: ['x'] }, { state: { value: ['ALARM'] } }] } }, true],
    ['$or, none holds', { $or: [{ source: ['x'] }, { 'detail-type': ['y'] }] }, false],
    [
      '$or beside a field that does not hold',
      { source: ['x'], $or: [{ source: ['aws.cloudwatch'] }, { source: ['y'] }] },
      false,
    ],
  ])('%s', (_, pattern, expected) => {
    expect(matches(pattern)).toBe(expected);
  });

  it.each([
    ['no object', '"x"', /must be a JSON object/],
    ['no JSON', '{', /Filter is not an object/],
    ['nothing', '{}', /must be a JSON object/],
    ['a bare value', '{"source":"aws.cloudwatch"}', /"source" must be an object or an array/],
    ['an empty list', '{"source":[]}', /Empty arrays are not allowed/],
    ['an unknown operator', '{"source":[{"like":"a"}]}', /Unrecognized match type like/],
    ['two operators in one object', '{"source":[{"prefix":"a","suffix":"b"}]}', /Only one match type/],
    ['a prefix that is no text', '{"source":[{"prefix":1}]}', /prefix match pattern must be a string/],
    ['a lopsided range', '{"a":[{"numeric":[">"]}]}', /numeric/],
    ['an unknown comparison', '{"a":[{"numeric":["~",1]}]}', /numeric range operator/],
    ['$or with one side', '{"$or":[{"a":["b"]}]}', /at least 2 Objects/],
  ])('is refused when it is %s', (_, pattern, message) => {
    const [name, text] = refusal(() => eventMatcher(pattern));
    expect(name).toBe('InvalidEventPatternException');
    expect(text).toMatch(message);
  });

  it('says what it does not have', () => {
    expect(refusal(() => eventMatcher('{"a":[{"wildcard":"x*"}]}'))[0]).toBe('NotImplemented');
    expect(refusal(() => eventMatcher('{"a":[{"cidr":"10.0.0.0/8"}]}'))[0]).toBe('NotImplemented');
  });
});
