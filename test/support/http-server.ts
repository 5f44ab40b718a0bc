import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export type Reply = (response: ServerResponse, request: RecordedRequest) => void | Promise<void>;

export interface TestServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly requests: readonly RecordedRequest[];
  /** Answers from now on; in a list each reply is used once and the last one stays. */
  reply(...replies: readonly Reply[]): void;
  /** Forgets what came so far. */
  clear(): void;
}

/** A real server on loopback that records what it gets and answers as scripted. */
export async function startServer(...initial: readonly Reply[]): Promise<TestServer> {
  const requests: RecordedRequest[] = [];
  let replies = [...initial];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      const request = { method, path: url, headers, body: Buffer.concat(chunks) };
      requests.push(request);
      const reply = (replies.length > 1 ? replies.shift() : replies[0]) ?? json(404, undefined);
      void reply(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    reply(...next) {
      replies = [...next];
    },
    clear() {
      requests.length = 0;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** `undefined` sends no body at all. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return (response) => {
    if (body === undefined) response.writeHead(status, headers).end();
    else response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

export function text(status: number, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Reply {
  return (response) => {
    response.writeHead(status, headers).end(body);
  };
}

export function html(status: number): Reply {
  const page = `<!DOCTYPE html><html><head><title>Oops</title></head><body>${'<p>very long</p>'.repeat(5000)}</body></html>`;
  return text(status, page, { 'content-type': 'text/html' });
}

/** OpenAI's envelope. */
export function fault(
  status: number,
  error: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  const body = { error: { message: 'No.', type: 'invalid_request_error', param: null, code: null, ...error } };
  return json(status, body, { 'x-request-id': 'req_1', ...headers });
}

export function redirect(status: number, location: string): Reply {
  return (response) => {
    response.writeHead(status, { location }).end('moved');
  };
}

type ServerEvent = Readonly<Record<string, unknown>>;

/** Server-sent events, one write each. `end: 'drop'` breaks the connection after them, `'open'` never ends. */
export function events(
  list: readonly ServerEvent[],
  options: { readonly end?: 'close' | 'drop' | 'open' } = {},
): Reply {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': 'req_1' });
    for (const event of list) {
      response.write(`event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (options.end === 'drop') response.destroy();
    else if (options.end !== 'open') response.end();
  };
}

/** Breaks the connection before a byte of the answer. */
export const dropAtOnce: Reply = (response) => {
  response.destroy();
};

/** Breaks the connection in the middle of a body. */
export const dropMidBody: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"created":1,"data":[{"b64_json":"AAAA');
  setImmediate(() => response.destroy());
};

/** Never answers. */
export const hang: Reply = () => undefined;
