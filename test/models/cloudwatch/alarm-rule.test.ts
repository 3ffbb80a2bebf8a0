import { describe, expect, it } from 'vitest';
import type { StateValue } from '../../../models/cloudwatch/alarm.ts';
import { alarmRule } from '../../../models/cloudwatch/alarm-rule.ts';
import { refusal } from '../refusal.ts';

const states: Record<string, StateValue> = {
  sick: 'ALARM',
  well: 'OK',
  silent: 'INSUFFICIENT_DATA',
  'with blank': 'ALARM',
};
const holds = (rule: string) => alarmRule(rule).holds((name) => states[name] ?? 'OK');

describe('the rule of a composite alarm', () => {
  it.each([
    ['ALARM(sick)', true],
    ['ALARM("sick")', true],
    ['ALARM("with blank")', true],
    ['ALARM(well)', false],
    ['OK(well)', true],
    ['OK(silent)', false],
    ['INSUFFICIENT_DATA(silent)', true],
    ['ALARM(arn:aws:cloudwatch:eu-west-1:123456789012:alarm:sick)', true],
    ['TRUE', true],
    ['FALSE', false],
    ['NOT ALARM(well)', true],
    ['ALARM(well) OR ALARM(sick) AND OK(well)', true],
    ['ALARM(sick) OR ALARM(sick) AND ALARM(well)', true],
    ['(ALARM(sick) OR ALARM(sick)) AND ALARM(well)', false],
    ['NOT (ALARM(sick) AND OK(well))', false],
    ['NOT ALARM(sick) OR OK(well)', true],
  ])('%s is %s', (rule, expected) => {
    expect(holds(rule)).toBe(expected);
  });

  it('names its children once each', () => {
    expect(alarmRule('ALARM(a) AND (OK(b) OR ALARM(a))').children).toEqual(['a', 'b']);
  });

  it.each(['', 'ALARM', 'ALARM()', 'ALARM(a', 'ALARM(a) AND', 'ALARM(a) ALARM(b)', 'SICK(a)', '(ALARM(a)'])(
    'refuses %j',
    (rule) => {
      expect(refusal(() => alarmRule(rule))[0]).toBe('ValidationError');
    },
  );
});
