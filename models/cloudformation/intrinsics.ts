/**
 * CloudFormation's intrinsic functions, as far as our template has them: Ref, Fn::GetAtt, Fn::Sub, Fn::Join, Fn::Split and, in
 * conditions, Fn::Equals. One implementation for whoever makes something of a template and for whoever only reads it; any other
 * function is refused by name. Source: CloudFormation template reference, "Intrinsic functions".
 */
import { ServiceError } from '../service-error.ts';

/** What names in a template stand for. */
export interface Names {
  /** Of a parameter, a pseudo parameter or a resource. Throws when there is no such name. */
  ref(name: string): unknown;
  /** Throws when there is no such resource, or it has no such attribute. */
  attribute(logicalId: string, attribute: string): string;
}

/** A member with this value is left out. */
const NO_VALUE = Symbol('AWS::NoValue');

/** The same value with every function in it done. */
export function resolved(value: unknown, names: Names): unknown {
  const found = done(value, names);
  return found === NO_VALUE ? undefined : found;
}

function done(value: unknown, names: Names): unknown {
  if (Array.isArray(value)) return value.map((one) => done(one, names)).filter((one) => one !== NO_VALUE);
  if (typeof value !== 'object' || value === null) return value;
  const called = callIn(value);
  if (called !== undefined) return (functions[called.name] ?? refuse(called.name))(called.given, names);
  const members = Object.entries(value).map(([key, member]) => [key, done(member, names)] as const);
  return Object.fromEntries(members.filter(([, member]) => member !== NO_VALUE));
}

const functions: Readonly<Record<string, (given: unknown, names: Names) => unknown>> = {
  Ref: (given, names) => (given === 'AWS::NoValue' ? NO_VALUE : names.ref(String(given))),
  'Fn::GetAtt': (given, names) => names.attribute(...attributeIn(given)),
  'Fn::Sub': (given, names) => {
    const [text, own] = Array.isArray(given) ? (given as [string, Record<string, unknown>]) : [String(given), {}];
    return text.replace(PLACE, (_, literal: string | undefined, name = '') => {
      if (literal !== undefined) return `\${${literal}}`;
      if (Object.hasOwn(own, name)) return String(done(own[name], names));
      const dot = name.indexOf('.');
      return String(dot < 0 ? names.ref(name) : names.attribute(name.slice(0, dot), name.slice(dot + 1)));
    });
  },
  'Fn::Join': (given, names) => {
    const [between, parts] = given as [string, unknown];
    return (done(parts, names) as unknown[]).map(String).join(between);
  },
  'Fn::Split': (given, names) => {
    const [between, text] = given as [string, unknown];
    return String(done(text, names)).split(between);
  },
  'Fn::Equals': (given, names) => {
    const [one, other] = given as [unknown, unknown];
    return String(done(one, names)) === String(done(other, names));
  },
};

/** `${Name}` and `${Name.Attribute}`; `${!Text}` stands for `${Text}` itself. */
const PLACE = /\$\{(?:!([^}]*)|([\w:.]+))\}/g;

/** The names of parameters and resources that a value speaks of. */
export function namesIn(value: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const note = (name: string) => {
    if (!name.startsWith('AWS::')) found.add(name);
    return '';
  };
  resolved(value, { ref: note, attribute: note });
  return found;
}

function callIn(value: object): { name: string; given: unknown } | undefined {
  const [[name, given] = ['', undefined], ...more] = Object.entries(value);
  const isCall = more.length === 0 && (name === 'Ref' || name.startsWith('Fn::'));
  return isCall ? { name, given } : undefined;
}

function attributeIn(given: unknown): [string, string] {
  if (Array.isArray(given)) return [String(given[0]), String(given[1])];
  const [logicalId = '', ...attribute] = String(given).split('.');
  return [logicalId, attribute.join('.')];
}

function refuse(name: string): never {
  throw new ServiceError('NotImplemented', `This stand-in for CloudFormation does not have ${name}.`, 501);
}
