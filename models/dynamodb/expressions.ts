/** Parses each distinct expression once: programs use a handful of texts, thousands of times. */
import type { Parsed } from './bindings.ts';
import { type ParsedCondition, parseCondition } from './condition-parser.ts';
import { parsePath, type WrittenPath } from './path.ts';
import { type ExpressionKind, Tokens } from './tokens.ts';
import { type ParsedUpdate, parseUpdate } from './update-parser.ts';

export interface ParsedProjection extends Parsed {
  paths: readonly WrittenPath[];
}

const TEXTS_MAX = 1_000;
const conditions = new Map<string, ParsedCondition>();
const updates = new Map<string, ParsedUpdate>();
const projections = new Map<string, ParsedProjection>();

export function condition(kind: ExpressionKind, text: string): ParsedCondition {
  return once(conditions, `${kind} ${text}`, () => parseCondition(kind, text));
}

export function update(text: string): ParsedUpdate {
  return once(updates, text, () => parseUpdate(text));
}

export function projection(text: string): ParsedProjection {
  return once(projections, text, () => parseProjection(text));
}

function parseProjection(text: string): ParsedProjection {
  const tokens = new Tokens('ProjectionExpression', text);
  const paths = [parsePath(tokens)];
  while (tokens.accepts(',')) paths.push(parsePath(tokens));
  if (tokens.peek().kind !== 'end') throw tokens.unexpected();
  const names = paths.flat().filter((segment) => typeof segment === 'string' && segment.startsWith('#')) as string[];
  return { kind: 'ProjectionExpression', paths, names, values: [] };
}

function once<Expression>(known: Map<string, Expression>, key: string, parse: () => Expression): Expression {
  const found = known.get(key);
  if (found !== undefined) return found;
  const parsed = parse();
  if (known.size >= TEXTS_MAX) known.clear();
  known.set(key, parsed);
  return parsed;
}
