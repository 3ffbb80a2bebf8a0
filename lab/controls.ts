/**
 * The lab's own controls, below `/_lab/` on the port of the AWS services: its clock, its faults, and what can be seen of it
 * that no AWS service would show (customers, the zones' change log). JSON in, JSON out.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HeldClock, WaitAsked } from './clock/held-clock.ts';

/** Gives what is answered as JSON. Throws `ControlRefused` for what it does not understand. */
export type Control = (input: Readonly<Record<string, unknown>>) => unknown | Promise<unknown>;

export class ControlRefused extends Error {
  override readonly name = 'ControlRefused';
}

const BODY_BYTES_MAX = 64 * 1024;

/** @param controls by method and path below `/_lab`, as in `POST /fault` */
export function controlsOver(
  controls: Readonly<Record<string, Control>>,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => void answer(controls, request, response);
}

async function answer(
  controls: Readonly<Record<string, Control>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '').replace(/^\/_lab/, '').replace(/\?.*$/, '');
  const control = controls[`${request.method} ${path}`];
  if (control === undefined) {
    const known = Object.keys(controls).join(', ');
    return send(response, 404, { error: `the lab has no control ${request.method} ${path}; it has ${known}` });
  }
  try {
    send(response, 200, (await control(await bodyOf(request))) ?? {});
  } catch (cause) {
    const status = cause instanceof ControlRefused ? 400 : 500;
    send(response, status, { error: cause instanceof Error ? cause.message : String(cause) });
  }
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > BODY_BYTES_MAX) throw new ControlRefused(`a control takes at most ${BODY_BYTES_MAX} bytes`);
  }
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // said below
  }
  throw new ControlRefused('a control takes a JSON object');
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** The clock's own controls, as adapters/clock/lab.ts asks for them. */
export function clockControls(held: HeldClock): Record<string, Control> {
  return {
    'GET /clock/now': () => held.told(),
    'POST /clock/wait': (input) => held.wait(waitAsked(input)),
    'POST /clock/hold': ({ holder }) => held.hold(text('holder', holder)),
    'POST /clock/release': ({ holder }) => held.release(text('holder', holder)),
  };
}

function waitAsked(asked: Readonly<Record<string, unknown>>): WaitAsked {
  const { holder, milliseconds, connections = [], number: nth } = asked;
  if (!Array.isArray(connections)) throw new ControlRefused('connections is a list of text');
  return {
    holder: text('holder', holder),
    milliseconds: number('milliseconds', milliseconds),
    connections: connections.map((one) => text('a connection', one)),
    ...(nth === undefined ? {} : { number: number('number', nth) }),
  };
}

/** A member of a control's input that must be text. */
export function text(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new ControlRefused(`${name} is text, found ${JSON.stringify(value)}`);
}

export function number(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new ControlRefused(`${name} is a number, found ${JSON.stringify(value)}`);
}
