import assert from 'node:assert/strict';
import type { FetchFunction } from '../../../src/core/environment.ts';
import {
  downloadChunks,
  downloadImage,
  maxImageDownloadBytes,
  type DownloadContext,
} from '../../../src/core/downloads/download.ts';
import type { ShotlistError } from '../../../src/core/errors.ts';
import { urlOf } from '../../../src/core/network/fetch-wrappers.ts';
import { dropMidBody, redirect, startServer, text, type TestServer } from '../../support/http-server.ts';
import { canaryKey, connectionAt, pixel } from '../../support/openai-calls.ts';

const publicAddress = (): Promise<string[]> => Promise.resolve(['93.184.216.34']);
const asAnswer = (bytes: Uint8Array): Response => new Response(bytes as Uint8Array<ArrayBuffer>);

interface Seen {
  readonly url: string;
  readonly headers: Headers;
}

/** A network in memory: host → answer. */
function network(answers: Readonly<Record<string, () => Response>>): { fetch: FetchFunction; seen: Seen[] } {
  const seen: Seen[] = [];
  return {
    seen,
    fetch(input, init) {
      const url = urlOf(input);
      seen.push({ url: url.href, headers: new Headers(init?.headers) });
      assert.equal(init?.redirect, 'manual');
      return Promise.resolve(answers[url.host]?.() ?? new Response(null, { status: 404 }));
    },
  };
}

const moved = (location: string) => (): Response => new Response(null, { status: 302, headers: { location } });

function contextOf(origin: string, fetch: FetchFunction, more: Partial<DownloadContext> = {}): DownloadContext {
  return {
    connection: connectionAt(origin),
    keyHeaders: { 'x-api-key': canaryKey },
    fetch,
    signal: new AbortController().signal,
    resolve: publicAddress,
    ...more,
  };
}

describe('Downloading a result that a server named', () => {
  let server: TestServer;
  let stranger: TestServer;
  before(async () => {
    server = await startServer();
    stranger = await startServer(text(200, pixel));
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await stranger[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    server.clear();
    stranger.clear();
    server.reply(text(200, pixel));
  });

  it("takes the bytes from the connection's own origin, with its key, even over http on this machine", async () => {
    const bytes = await downloadImage(`${server.origin}/files/1.png`, contextOf(server.origin, globalThis.fetch));
    assert.deepEqual(Buffer.from(bytes), pixel);
    assert.equal(server.requests[0]?.headers['x-api-key'], canaryKey);
  });

  it('takes the bytes from a public place, without the key', async () => {
    const { fetch, seen } = network({ 'cdn.example.com': () => asAnswer(pixel) });
    const bytes = await downloadImage('https://cdn.example.com/1.png', contextOf('https://api.example.com', fetch));
    assert.deepEqual(Buffer.from(bytes), pixel);
    assert.equal(seen[0]?.headers.get('x-api-key'), null);
  });

  it('a redirect to a stranger carries no key, for real', async () => {
    server.reply(redirect(302, `${stranger.origin}/steal`));
    await assert.rejects(downloadImage(`${server.origin}/a`, contextOf(server.origin, globalThis.fetch)), {
      code: 'download_failed',
      message: /not https/,
    });
    assert.equal(stranger.requests.length, 0);
  });

  it('drops the key on the way out and does not pick it up again on the way back', async () => {
    let visits = 0;
    const { fetch, seen } = network({
      'api.example.com': () => (visits++ === 0 ? moved('https://cdn.example.com/x')() : asAnswer(pixel)),
      'cdn.example.com': moved('https://api.example.com/back'),
    });
    await downloadImage('https://api.example.com/x', contextOf('https://api.example.com', fetch));
    assert.deepEqual(
      seen.map(({ url, headers }) => [url, headers.has('x-api-key')]),
      [
        ['https://api.example.com/x', true],
        ['https://cdn.example.com/x', false],
        ['https://api.example.com/back', false],
      ],
    );
  });

  it('follows three redirects and no fourth', async () => {
    const chain = {
      'a.example.com': moved('https://b.example.com/'),
      'b.example.com': moved('https://c.example.com/'),
      'c.example.com': moved('https://d.example.com/'),
    };
    const good = network({ ...chain, 'd.example.com': () => asAnswer(pixel) });
    await downloadImage('https://a.example.com/', contextOf('https://api.example.com', good.fetch));
    const endless = network({ ...chain, 'd.example.com': moved('https://a.example.com/') });
    await assert.rejects(downloadImage('https://a.example.com/', contextOf('https://api.example.com', endless.fetch)), {
      code: 'download_failed',
      message: /more than 3 redirects/,
    });
    assert.equal(endless.seen.length, 4);
  });

  const forbidden = [
    'http://cdn.example.com/1.png',
    'http://169.254.169.254/latest/meta-data',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/',
    'https://[fe80::1]/',
    'https://[fd00::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://[64:ff9b::7f00:1]/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f.0.0.1/',
    'https://0177.0.0.1/',
    'https://0/',
    'https://10.0.0.1/',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://100.64.0.1/',
    'https://224.0.0.1/',
    'https://localhost/',
    'https://localhost./',
    'https://LOCALHOST:8443/',
    'https://a.localhost/',
    'https://user:password@cdn.example.com/',
    'file:///etc/passwd',
    'ftp://cdn.example.com/',
    'data:image/png;base64,AAAA',
    'not an address',
    '',
  ];
  for (const url of forbidden) {
    it(`refuses ${url === '' ? 'an empty address' : url}, named or redirected to`, async () => {
      const direct = network({});
      await assert.rejects(downloadImage(url, contextOf('https://api.example.com', direct.fetch)), {
        code: 'download_failed',
      });
      assert.equal(direct.seen.length, 0);
      if (!URL.canParse(url)) return;
      const indirect = network({ 'api.example.com': moved(url) });
      await assert.rejects(
        downloadImage('https://api.example.com/', contextOf('https://api.example.com', indirect.fetch)),
        {
          code: 'download_failed',
        },
      );
      assert.equal(indirect.seen.length, 1);
    });
  }

  for (const address of ['10.1.2.3', '::1', '169.254.169.254', 'fe80::1%eth0']) {
    it(`refuses a name that resolves to ${address}`, async () => {
      const { fetch, seen } = network({ 'innocent.example.com': () => asAnswer(pixel) });
      const resolve = (): Promise<string[]> => Promise.resolve(['93.184.216.34', address]);
      await assert.rejects(
        downloadImage('https://innocent.example.com/', contextOf('https://api.example.com', fetch, { resolve })),
        { code: 'download_failed', message: /private network/ },
      );
      assert.equal(seen.length, 0);
    });
  }

  for (const address of ['2606:4700::6810:84e5', '64:ff9b::5db8:d822', '::ffff:93.184.216.34']) {
    it(`takes a name that resolves to the public address ${address}`, async () => {
      const { fetch } = network({ 'cdn.example.com': () => asAnswer(pixel) });
      const resolve = (): Promise<string[]> => Promise.resolve([address]);
      await downloadImage('https://cdn.example.com/', contextOf('https://api.example.com', fetch, { resolve }));
    });
  }

  it('leaves a name to the proxy that cannot be resolved here', async () => {
    const { fetch } = network({ 'cdn.example.com': () => asAnswer(pixel) });
    const resolve = (): Promise<string[]> => Promise.reject(new Error('ENOTFOUND'));
    await downloadImage('https://cdn.example.com/', contextOf('https://api.example.com', fetch, { resolve }));
  });

  it('stops in the middle of what is too large', async () => {
    let sent = 0;
    const endless = (): Response =>
      new Response(
        new ReadableStream({
          pull(controller) {
            sent++;
            controller.enqueue(new Uint8Array(1024 * 1024));
          },
        }),
      );
    const { fetch } = network({ 'cdn.example.com': endless });
    await assert.rejects(downloadImage('https://cdn.example.com/', contextOf('https://api.example.com', fetch)), {
      code: 'download_failed',
      message: /larger than 64 MiB/,
      retryable: false,
    });
    assert(sent <= maxImageDownloadBytes / 1024 / 1024 + 3);
  });

  for (const [status, retryable, hint] of [
    [403, false, /expired/],
    [404, false, /expired/],
    [429, true, /^$/],
    [503, true, /^$/],
  ] as const) {
    it(`status ${status} may ${retryable ? '' : 'not '}be tried again`, async () => {
      server.reply(text(status, 'no', { 'retry-after': '2' }));
      await assert.rejects(
        downloadImage(`${server.origin}/a`, contextOf(server.origin, globalThis.fetch)),
        (error: ShotlistError) => {
          const { code, retryable: again, hint: told, provider, retryAfterMs } = error;
          assert.deepEqual([code, again, provider, retryAfterMs], ['download_failed', retryable, { status }, 2000]);
          assert.match(told ?? '', hint);
          return true;
        },
      );
    });
  }

  it('a connection that breaks off may be tried again', async () => {
    server.reply(dropMidBody);
    await assert.rejects(downloadImage(`${server.origin}/a`, contextOf(server.origin, globalThis.fetch)), {
      code: 'download_failed',
      retryable: true,
      maybeCharged: false,
      message: /broke off/,
    });
  });

  it('an empty result is no picture', async () => {
    server.reply(text(200, ''));
    await assert.rejects(downloadImage(`${server.origin}/a`, contextOf(server.origin, globalThis.fetch)), {
      code: 'download_failed',
    });
  });

  it('can be cancelled', async () => {
    const context = contextOf(server.origin, globalThis.fetch, { signal: AbortSignal.abort() });
    await assert.rejects(downloadImage(`${server.origin}/a`, context), { code: 'cancelled' });
  });

  it('hands over the pieces, from the place that was asked for', async () => {
    const pieces: Uint8Array[] = [];
    const context = contextOf(server.origin, globalThis.fetch);
    for await (const piece of downloadChunks(`${server.origin}/a`, context, 1000, { range: 'bytes=10-' }))
      pieces.push(piece);
    assert.deepEqual(Buffer.concat(pieces), pixel);
    assert.equal(server.requests[0]?.headers['range'], 'bytes=10-');
  });
});
