/** The sandbox for other programs of this machine: HTTP on loopback, nowhere else. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ShotlistError } from '../errors.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

export interface ServeOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** One that the caller disposes of; without it the server has its own. */
  readonly sandbox?: Sandbox;
  /** Where its own keeps video jobs, so that they outlive it; a temporary folder where none is given. */
  readonly stateFolder?: string;
}

export interface SandboxServer {
  /** For example `http://127.0.0.1:4010/v1`. */
  readonly baseUrl: string;
  close(): Promise<void>;
}

const loopbackHosts = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** @throws ShotlistError `invalid_request` where the port is taken or not allowed */
export async function serveSandbox({ port, sandbox, stateFolder }: ServeOptions): Promise<SandboxServer> {
  const served = sandbox ?? createSandbox(stateFolder === undefined ? {} : { stateFolder });
  const server = createServer((incoming, outgoing) => void answer(served, incoming, outgoing));
  // pictures may take longer than Node waits for a request
  server.requestTimeout = 0;
  await listen(server, port);
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      if (sandbox === undefined) await served.dispose();
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'another program uses it' : error.message;
      reject(
        new ShotlistError('invalid_request', `The sandbox can't listen on port ${port}: ${why}.`, {
          hint: 'Choose another port, or none for a free one.',
          cause: error,
        }),
      );
    });
    server.listen(port, '127.0.0.1', () => resolve());
  });
}

async function answer(sandbox: Sandbox, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  // a web page that makes its own name lead to this machine sends that name as host
  const host = incoming.headers.host ?? '';
  if (!loopbackHosts.has(host.replace(/:\d+$/, '').toLowerCase())) {
    outgoing
      .writeHead(403, { 'content-type': 'text/plain' })
      .end('The sandbox answers to 127.0.0.1 and localhost only.\n');
    return;
  }
  const gone = new AbortController();
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  try {
    const response = await sandbox.fetch(requestOf(incoming, host, gone.signal));
    // an answer whose length lies on purpose has to end
    outgoing.writeHead(response.status, { ...Object.fromEntries(response.headers), connection: 'close' });
    if (response.body === null) outgoing.end();
    else await pipeline(Readable.fromWeb(response.body), outgoing);
  } catch {
    // a broken connection is what the handler asked for, or what the caller already has
    outgoing.destroy();
  }
}

function requestOf(incoming: IncomingMessage, host: string, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headersDistinct)) {
    for (const each of value ?? []) headers.append(name, each);
  }
  const { method = 'GET' } = incoming;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(new URL(incoming.url ?? '/', `http://${host}`), {
    method,
    headers,
    signal,
    ...(hasBody ? { body: Readable.toWeb(incoming), duplex: 'half' } : {}),
  });
}
