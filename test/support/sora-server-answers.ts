/** How a server of the Videos protocol puts its answers, refusals and faults into bytes. */
import type { ServerResponse } from 'node:http';
import { sendContent } from './sora-server-content.ts';
import type { SoraFault } from './sora-server-faults.ts';

/** An error that the client is told. */
export class Refusal extends Error {
  readonly status: number;
  readonly error: Readonly<Record<string, unknown>>;
  constructor(status: number, error: Readonly<Record<string, unknown>>) {
    super(String(error['message']));
    this.status = status;
    this.error = error;
  }
}

export function notFound(message: string): Refusal {
  return new Refusal(404, { message });
}

export function invalid(message: string, param: string | null): Refusal {
  return new Refusal(400, { message, param, code: 'invalid_value' });
}

/** Faults of an answer that is else right. */
export type BodyFault = Extract<SoraFault, { type: 'truncated' | 'lying length' }>;

export function isBodyFault(fault: SoraFault): fault is BodyFault {
  return fault.type === 'truncated' || fault.type === 'lying length';
}

export function sendFault(response: ServerResponse, fault: Exclude<SoraFault, BodyFault>): void {
  switch (fault.type) {
    case 'status':
      if (fault.text !== undefined) {
        response.writeHead(fault.status, { 'content-type': 'text/html', ...fault.headers }).end(fault.text);
      } else sendError(response, fault.status, fault.error ?? {}, fault.headers);
      break;
    case 'reset':
      response.destroy();
      break;
    case 'hang':
      break;
    case 'wrong type':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><html><p>Welcome.</p></html>');
      break;
    case 'body':
      response.writeHead(200, { 'content-type': fault.contentType ?? 'application/json' }).end(fault.body);
      break;
    case 'expired':
      sendError(response, 404, { message: 'The video has expired.' });
      break;
    default:
      throw new RangeError(`no such fault: ${JSON.stringify(fault satisfies never)}`);
  }
}

export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  more: { readonly headers?: Readonly<Record<string, string>>; readonly fault?: SoraFault | undefined } = {},
): void {
  const bytes = Buffer.from(JSON.stringify(value));
  const fault = more.fault !== undefined && isBodyFault(more.fault) ? more.fault : undefined;
  const content = { bytes, type: 'application/json', tag: '"json"' };
  for (const [name, text] of Object.entries(more.headers ?? {})) response.setHeader(name, text);
  if (fault !== undefined) sendContent(response, {}, content, { ranges: false, fault });
  else response.writeHead(status, { 'content-type': 'application/json' }).end(bytes);
}

export function sendError(
  response: ServerResponse,
  status: number,
  error: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = { error: { message: 'No.', type: 'invalid_request_error', param: null, code: null, ...error } };
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
