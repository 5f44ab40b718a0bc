import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { failureSchema, parseDocument } from '../../support/contract.ts';
import { createHome, type Home } from '../../support/command-line.ts';
import { json, startServer } from '../../support/http-server.ts';
import { pixel, pixelBase64 } from '../../support/openai-calls.ts';

interface Proxy {
  readonly url: string;
  /** What was asked of it: `CONNECT host:port`, or `METHOD url`. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** A real forward proxy on loopback, for http and, by CONNECT, for https. */
async function startProxy(): Promise<Proxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const tunnel = (client: Socket, target: string, head: Buffer): void => {
    const [host = '', port = ''] = target.split(':');
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
  };
  const server = createHttpServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  });
  server.on('connect', (request: IncomingMessage, client: Socket, head: Buffer) => {
    asked.push(`CONNECT ${request.url}`);
    tunnel(client, request.url ?? '', head);
  });
  return {
    url: `http://127.0.0.1:${await listen(server)}`,
    asked,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

describe('the network of the command line', function () {
  this.timeout(60_000);
  let home: Home;
  let proxy: Proxy;
  beforeEach(async () => {
    home = await createHome();
    proxy = await startProxy();
  });
  afterEach(async () => {
    await proxy.close();
    await home.dispose();
  });

  describe('with a certificate of one’s own', () => {
    let folder: string;
    let server: Server;
    let origin: string;
    let certificate: string;
    let lastBody: Buffer;

    before(async function () {
      folder = await mkdtemp(join(tmpdir(), 'shotlist-certificate-'));
      certificate = join(folder, 'certificate.pem');
      const key = join(folder, 'key.pem');
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
      try {
        execFileSync(
          'openssl',
          [
            'req',
            '-x509',
            '-newkey',
            'rsa:2048',
            '-nodes',
            '-days',
            '2',
            '-keyout',
            key,
            '-out',
            certificate,
            ...subject,
          ],
          { stdio: 'ignore' },
        );
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        console.log('skipped: there is no openssl to make a certificate with');
        this.skip();
      }
      server = createHttpsServer(
        { key: await readFile(key), cert: await readFile(certificate) },
        (request, response) => {
          void buffer(request).then((body) => {
            lastBody = body;
            response.setHeader('content-type', 'application/json');
            response.end(JSON.stringify({ created: 1, data: [{ b64_json: pixelBase64 }] }));
          });
        },
      );
      origin = `https://localhost:${await listen(server)}`;
    });
    after(async () => {
      server?.closeAllConnections();
      server?.close();
      await rm(folder, { recursive: true });
    });

    const make = (): string[] => ['image', 'a fox', '--base-url', `${origin}/v1`, '--json'];

    it('HTTPS_PROXY and NODE_EXTRA_CA_CERTS lead through the proxy', async () => {
      const outcome = await home.run(make(), {
        variables: { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: certificate },
      });
      assert.equal(outcome.code, 0, outcome.stderr);
      assert.deepEqual(proxy.asked, [`CONNECT ${new URL(origin).host}`]);
    });

    it('an edit, which is sent as a form, goes through the proxy too', async () => {
      await writeFile(join(home.folder, 'reference.png'), pixel);
      const edit = [...make(), '--reference', 'reference.png'];
      const outcome = await home.run(edit, { variables: { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: certificate } });
      assert.equal(outcome.code, 0, outcome.stderr);
      assert.equal(proxy.asked.length, 1);
      assert.ok(lastBody.includes(pixel));
    });

    it('NO_PROXY leads past it', async () => {
      const variables = { HTTPS_PROXY: proxy.url, NO_PROXY: 'localhost', NODE_EXTRA_CA_CERTS: certificate };
      const outcome = await home.run(make(), { variables });
      assert.equal(outcome.code, 0, outcome.stderr);
      assert.deepEqual(proxy.asked, []);
    });

    it('a certificate that nobody vouches for is refused', async () => {
      const outcome = await home.run(make());
      assert.equal(outcome.code, 1);
      assert.equal(parseDocument(failureSchema, outcome.stdout).error.code, 'connection_failed');
    });
  });

  it('a proxy that is not there is connection_failed, and nothing went past it', async () => {
    await using server = await startServer(json(200, { created: 1, data: [{ b64_json: pixelBase64 }] }));
    const gone = await startProxy();
    await gone.close();
    const given = ['image', 'a fox', '--base-url', `${server.origin}/v1`, '--json'];
    const outcome = await home.run(given, { variables: { HTTP_PROXY: gone.url } });
    assert.equal(outcome.code, 1, outcome.stderr);
    assert.equal(parseDocument(failureSchema, outcome.stdout).error.code, 'connection_failed');
    assert.equal(server.requests.length, 0);
  });
});
