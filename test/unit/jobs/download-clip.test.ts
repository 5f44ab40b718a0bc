import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FetchFunction } from '../../../src/core/environment.ts';
import type { ShotlistError } from '../../../src/core/errors.ts';
import { downloadClip, type ClipDownloadContext } from '../../../src/core/jobs/download-clip.ts';
import { systemDisk } from '../../../src/core/outputs/disk.ts';
import type { VideoContent } from '../../../src/core/providers/provider.ts';
import { file } from '../../support/clip-replies.ts';
import { createFakeClock, settle } from '../../support/fake-clock.ts';
import {
  dropAtOnce,
  hang,
  html,
  json,
  redirect,
  startServer,
  text,
  type Reply,
  type TestServer,
} from '../../support/http-server.ts';
import { canaryKey, connectionAt } from '../../support/openai-calls.ts';
import { matroskaClip, quicktimeClip, sampleClip, webmClip } from '../../support/sample-clips.ts';

const random = (): number => 0.5;
const tagged = { etag: '"one"' };

describe('Downloading a clip', function () {
  // each look into a clip starts a thread
  this.timeout(20_000);
  let folder: string;
  let server: TestServer;
  let clip: Uint8Array;
  /** Large enough that a part of it is progress. */
  let large: Uint8Array;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shotlist-test-'));
    server = await startServer();
    clip = await sampleClip();
    large = Buffer.concat([clip, Buffer.from([0, 48, 0, 8]), Buffer.from('free'), Buffer.alloc(48 * 65_536)]);
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    server.clear();
    server.reply(file(clip));
  });
  afterEach(async () => {
    for (const name of await readdir(folder)) await rm(join(folder, name));
  });

  const path = (): string => join(folder, 'clip.tmp');
  const contextOf = (more: Partial<ClipDownloadContext> = {}): ClipDownloadContext => ({
    connection: connectionAt(server.origin),
    keyHeaders: { 'x-api-key': canaryKey },
    fetch: globalThis.fetch,
    signal: new AbortController().signal,
    environment: { clock: createFakeClock({ automatic: true }), random },
    ...more,
  });
  const content = (...paths: string[]): VideoContent => ({
    urls: (paths.length === 0 ? ['/a'] : paths).map((each) => `${server.origin}${each}`) as [string, ...string[]],
  });
  const download = (more: Partial<ClipDownloadContext> = {}, what = content()) =>
    downloadClip(what, path(), contextOf(more));
  /** An error and no file. */
  const fails = async (
    expected: { readonly code?: string; readonly message?: RegExp; readonly retryable: boolean },
    more: Partial<ClipDownloadContext> = {},
    what = content(),
  ): Promise<ShotlistError> => {
    let thrown: ShotlistError | undefined;
    await assert.rejects(download(more, what), (error: ShotlistError) => {
      thrown = error;
      return true;
    });
    assert.ok(thrown);
    assert.equal(thrown.code, expected.code ?? 'download_failed', thrown.message);
    assert.equal(thrown.retryable, expected.retryable, thrown.message);
    if (expected.message !== undefined) assert.match(thrown.message, expected.message);
    assert.deepEqual(await readdir(folder), []);
    return thrown;
  };
  const holds = async (bytes: Uint8Array): Promise<void> =>
    assert.ok(Buffer.from(bytes).equals(await readFile(path())), 'other bytes');
  const rangesAsked = (): (string | undefined)[] => server.requests.map(({ headers }) => headers.range);

  it('writes it to the file, with its facts and its hash, and sends the key to its own origin', async () => {
    const received = await download();
    await holds(clip);
    assert.deepEqual(received, {
      path: path(),
      bytes: clip.length,
      sha256: createHash('sha256').update(clip).digest('hex'),
      clip: { mime: 'video/mp4', width: 64, height: 32, seconds: 4, codec: 'avc', c2pa: false },
    });
    assert.equal(server.requests[0]?.headers['x-api-key'], canaryKey);
    assert.equal(server.requests[0]?.headers['accept-encoding'], 'identity');
  });

  it('takes it from the answer itself, up to 100 MB', async () => {
    const received = await download({}, { bytes: clip });
    await holds(clip);
    assert.equal(received.clip.seconds, 4);
    await rm(path());
    await fails(
      { message: /larger than 100 MB/, retryable: false },
      {},
      { bytes: new Uint8Array(100 * 1024 ** 2 + 1) },
    );
    await fails({ message: /empty/, retryable: true }, {}, { bytes: new Uint8Array() });
    await fails({ message: /its end is missing/, retryable: true }, {}, { bytes: clip.subarray(0, -9) });
  });

  it('replaces what an earlier attempt left at the same place', async () => {
    await writeFile(path(), Buffer.alloc(5000, 7));
    await download();
    await holds(clip);
  });

  for (const status of [404, 405, 501]) {
    it(`tries the next address where one answers ${status}`, async () => {
      server.reply(text(status, 'no'), text(status, 'no'), file(clip));
      await download({}, content('/content', '/video', '/file'));
      assert.deepEqual(
        server.requests.map((request) => request.path),
        ['/content', '/video', '/file'],
      );
    });
  }

  for (const status of [403, 404, 410]) {
    it(`says that the link may have expired where the last address answers ${status}, and does not ask again`, async () => {
      server.reply(text(status, 'no'));
      const error = await fails({ retryable: false, message: new RegExp(String(status)) });
      assert.match(error.hint ?? '', /expired/);
      assert.equal(server.requests.length, 1);
    });
  }

  it('a refused key leaves the job to be resumed, and is not tried again', async () => {
    server.reply(text(401, 'no'));
    await fails({ retryable: true, message: /401/ });
    assert.equal(server.requests.length, 1);
  });

  it('other refusals are final', async () => {
    for (const status of [400, 402, 451]) {
      server.reply(text(status, 'no'));
      await fails({ retryable: false });
    }
  });

  for (const [name, reply] of [
    ['429 with a time to wait', text(429, 'slow', { 'retry-after': '7' })],
    ['500', text(500, 'oh')],
    ['502 with a page', html(502)],
    ['503', text(503, '')],
    ['a connection that breaks before the answer', dropAtOnce],
    ['nothing at all with 200', text(200, '')],
    ['a web page with 200', html(200)],
    ['JSON with 200', json(200, { error: { message: 'not ready' } })],
    ['a picture', text(200, Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'))],
    ['a part that nobody asked for', text(206, 'abc', { 'content-range': 'bytes 5-7/100' })],
    ['a part that names no place', text(206, 'abc')],
  ] as const) {
    it(`survives ${name}, and gives up politely where it lasts`, async () => {
      const clock = createFakeClock({ automatic: true });
      server.reply(reply, file(clip));
      await download({ environment: { clock, random } });
      await holds(clip);
      assert.equal(server.requests.length, 2);
      assert.ok((clock.sleeps[0] ?? 0) >= (name.startsWith('429') ? 7000 : 500), String(clock.sleeps));
      await rm(path());
      server.clear();
      server.reply(reply);
      await fails({ retryable: true });
      assert.ok(server.requests.length <= 6, `${server.requests.length} requests`);
    });
  }

  it('says what came instead of a clip', async () => {
    server.reply(html(200));
    await fails({ retryable: true, message: /can't be played: it is a web page/ });
    server.reply(json(200, {}));
    await fails({ retryable: true, message: /it is JSON/ });
    server.reply(text(200, 'hello'));
    await fails({ retryable: true, message: /it is no clip/ });
  });

  it('keeps real clips of another type under that type', async () => {
    for (const [bytes, mime] of [
      [await webmClip(), 'video/webm'],
      [await quicktimeClip(clip), 'video/quicktime'],
      [await matroskaClip(clip), 'application/octet-stream'],
    ] as const) {
      server.reply(file(bytes, { headers: { 'content-type': 'video/mp4' } }));
      assert.equal((await download()).clip.mime, mime);
      await holds(bytes);
    }
  });

  describe('after a break', () => {
    it('goes on where it was, if the server says that nothing changed', async () => {
      const cut = { headers: tagged, ranges: true };
      server.reply(
        file(large, { ...cut, dropAfter: 900_000 }),
        file(large, { ...cut, dropAfter: 600_000 }),
        file(large, cut),
      );
      const { sha256 } = await download();
      await holds(large);
      assert.equal(sha256, createHash('sha256').update(large).digest('hex'));
      assert.deepEqual(
        rangesAsked().map((range) => range !== undefined),
        [false, true, true],
      );
      assert.equal(server.requests[1]?.headers['if-range'], '"one"');
    });

    it('goes on by the date of the last change where that is old enough to tell', async () => {
      const headers = { 'last-modified': 'Sun, 22 Nov 2020 10:00:00 GMT', etag: 'W/"weak"' };
      const options = { headers, ranges: true };
      const byDate: Reply = (response, request) => {
        const { etag: _, ...dated } = headers;
        return file(large, { headers: dated, ranges: true })(response, request);
      };
      server.reply(file(large, { ...options, dropAfter: 900_000 }), byDate);
      await download();
      await holds(large);
      assert.equal(server.requests[1]?.headers['if-range'], headers['last-modified']);
    });

    it('starts anew where nothing tells whether the bytes are still the same', async () => {
      const now = new Date().toUTCString();
      for (const headers of [{}, { etag: 'W/"weak"' }, { 'last-modified': now, date: now }] as const) {
        server.clear();
        server.reply(file(large, { headers, dropAfter: 900_000 }), file(large, { headers, ranges: true }));
        await download();
        await holds(large);
        assert.deepEqual(rangesAsked(), [undefined, undefined]);
      }
    });

    it('starts anew where the server knows no ranges', async () => {
      server.reply(file(large, { headers: tagged, dropAfter: 900_000 }), file(large, { headers: tagged }));
      await download();
      await holds(large);
    });

    it('starts anew where the clip was changed meanwhile', async () => {
      const other = Buffer.from(large);
      other.fill(9, clip.length + 8);
      const first = file(large, { headers: tagged, ranges: true, dropAfter: 900_000 });
      server.reply(first, file(other, { headers: { etag: '"two"' }, ranges: true }));
      await download();
      await holds(other);
    });

    it('does not put together what a careless server mixes up', async () => {
      const other = Buffer.from(large);
      other.fill(9, clip.length + 8);
      const first = file(large, { headers: tagged, dropAfter: 900_000 });
      /** Ignores `If-Range`. */
      const careless: Reply = (response, request) => {
        const from = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
        response
          .writeHead(206, { etag: '"two"', 'content-range': `bytes ${from}-${other.length - 1}/${other.length}` })
          .end(other.subarray(from));
      };
      server.reply(first, careless, file(other));
      await download();
      await holds(other);
      assert.deepEqual(
        rangesAsked().map((range) => range !== undefined),
        [false, true, false],
      );
    });

    for (const [name, reply] of [
      ['from another place', text(206, 'x', { ...tagged, 'content-range': 'bytes 0-0/3145728' })],
      ['without saying from where', text(206, 'x', tagged)],
      ['with "range not satisfiable"', text(416, '', { 'content-range': 'bytes */10' })],
    ] as const) {
      it(`starts anew where the server answers ${name}`, async () => {
        const first = file(large, { headers: tagged, ranges: true, dropAfter: 900_000 });
        server.reply(first, reply, file(large));
        await download();
        await holds(large);
        assert.equal(rangesAsked()[2], undefined);
      });
    }

    it('has patience as long as anything comes', async () => {
      const options = { headers: tagged, ranges: true };
      server.reply(file(large, { ...options, dropAfter: 300_000 }));
      await download();
      await holds(large);
      assert.ok(server.requests.length > 10, `${server.requests.length} requests`);
    });

    it('gives up where the same place is never passed', async () => {
      server.reply(file(large, { headers: tagged, dropAfter: 900_000 }));
      await fails({ retryable: true, message: /broke off/ });
      assert.ok(server.requests.length <= 12, `${server.requests.length} requests`);
    });
  });

  describe('of the wrong length', () => {
    const lying =
      (length: number): Reply =>
      (response) => {
        response.writeHead(200, { 'content-length': length, connection: 'close' });
        response.flushHeaders();
        response.socket?.end(clip);
      };

    it('is fetched again and then given up where less comes than was announced', async () => {
      server.reply(lying(clip.length + 100), file(clip));
      await download();
      await holds(clip);
      await rm(path());
      server.reply(lying(clip.length + 100));
      await fails({ retryable: true });
    });

    it('is fetched again and then given up where more comes than was announced', async () => {
      server.reply(lying(clip.length - 100), file(clip));
      await download();
      await holds(clip);
      await rm(path());
      server.reply(lying(clip.length - 100));
      await fails({ retryable: true });
    });

    it('is noticed too where the lie is told by a server in this process', async () => {
      for (const difference of [-10, 10]) {
        let calls = 0;
        const fetch: FetchFunction = () => {
          const headers = calls++ === 0 ? { 'content-length': String(clip.length + difference) } : undefined;
          return Promise.resolve(new Response(clip as Uint8Array<ArrayBuffer>, { ...(headers && { headers }) }));
        };
        await download({ fetch });
        await holds(clip);
        assert.equal(calls, 2);
      }
    });

    it('is no matter where the length is that of compressed bytes', async () => {
      const headers = { 'content-length': '10', 'content-encoding': 'gzip' };
      const fetch: FetchFunction = () => Promise.resolve(new Response(clip as Uint8Array<ArrayBuffer>, { headers }));
      await download({ fetch });
      await holds(clip);
    });

    it('is refused above the limit, before and while it comes', async () => {
      await fails({ retryable: false, message: /larger than/ }, { maxBytes: clip.length - 1 });
      server.reply((response) => {
        response.writeHead(200);
        response.end(clip);
      });
      await fails({ retryable: false, message: /larger than/ }, { maxBytes: clip.length - 1 });
      await download({ maxBytes: clip.length });
    });
  });

  describe('that hangs', () => {
    /** The minute in which something came doesn't count. */
    const hanging = async (replies: readonly Reply[], minutes: number): Promise<void> => {
      const stallClock = createFakeClock();
      server.reply(...replies);
      const running = download({ stallClock });
      running.catch(() => undefined);
      await until(() => server.requests.length === 1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await stallClock.advance(minutes * 60_000 - 1_000);
      await settle();
      assert.equal(server.requests.length, 1);
      await stallClock.advance(2_000);
      await running;
      assert.equal(server.requests.length, 2);
    };

    it('is asked for again when nothing came for a minute', async () => {
      await hanging([hang, file(clip)], 1);
      await holds(clip);
    });

    it('in the middle goes on where it was', async () => {
      const options = { headers: tagged, ranges: true };
      await hanging([file(large, { ...options, hangAfter: 300_000 }), file(large, options)], 2);
      await holds(large);
      assert.notEqual(rangesAsked()[1], undefined);
    });

    it('for ever is given up, and the job can be resumed', async () => {
      const stallClock = createFakeClock();
      server.reply(hang);
      const running = fails({ retryable: true, message: /stalled/ }, { stallClock });
      const over = new AbortController();
      const ended = running.finally(() => over.abort());
      while (!over.signal.aborted) {
        await stallClock.advance(60_000);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await ended;
      assert.equal(server.requests.length, 6);
    });

    it('is left at once when it is cancelled, before the answer and in the middle', async () => {
      for (const reply of [hang, file(large, { hangAfter: 300_000 })]) {
        server.clear();
        server.reply(reply);
        const controller = new AbortController();
        const running = fails({ code: 'cancelled', retryable: false }, { signal: controller.signal });
        await until(() => server.requests.length === 1);
        await new Promise((resolve) => setTimeout(resolve, 20));
        controller.abort();
        await running;
      }
    });

    it('is left even where fetch does not listen', async () => {
      const controller = new AbortController();
      const deaf: FetchFunction = () => new Promise(() => undefined);
      const running = fails({ code: 'cancelled', retryable: false }, { signal: controller.signal, fetch: deaf });
      await settle();
      controller.abort();
      await running;
    });

    it('is not begun where it was cancelled before', async () => {
      await fails({ code: 'cancelled', retryable: false }, { signal: AbortSignal.abort() });
      assert.equal(server.requests.length, 0);
    });
  });

  it('leaves the job to be resumed when the disk is full, and does not ask the server again', async () => {
    let written = 0;
    const disk = {
      ...systemDisk,
      async createNew(to: string) {
        const handle = await systemDisk.createNew(to);
        const write = handle.write.bind(handle) as (...parts: unknown[]) => Promise<{ bytesWritten: number }>;
        return Object.assign(handle, {
          write: async (...parts: unknown[]) => {
            const done = await write(...parts);
            written += done.bytesWritten;
            if (written > 200_000) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
            return done;
          },
        });
      },
    };
    server.reply(file(large));
    const error = await fails({ code: 'write_failed', retryable: true, message: /ENOSPC/ }, { disk });
    assert.match(error.hint ?? '', /resume/);
    assert.equal(server.requests.length, 1);
  });

  it('says so where the folder is gone', async () => {
    const lost = downloadClip(content(), join(folder, 'gone', 'clip.tmp'), contextOf());
    await assert.rejects(lost, { code: 'write_failed', retryable: true });
    assert.equal(server.requests.length, 0);
  });

  describe('from a place that a server named', () => {
    it('never takes the key to a stranger', async () => {
      await using stranger = await startServer(file(clip));
      server.reply(redirect(302, `${stranger.origin}/steal`));
      await fails({ retryable: false, message: /not https/ });
      assert.equal(stranger.requests.length, 0);
    });

    it('drops the key and goes on by ranges at a public place', async () => {
      const seen: { readonly host: string; readonly headers: Headers }[] = [];
      const options = { headers: tagged, ranges: true };
      const replies = [file(large, { ...options, dropAfter: 900_000 }), file(large, options)];
      server.reply(...replies);
      const fetch: FetchFunction = (input, init) => {
        const url = new URL(input instanceof Request ? input.url : input);
        seen.push({ host: url.host, headers: new Headers(init?.headers) });
        if (url.host === 'api.example.com') return Promise.resolve(moved('https://cdn.example.com/clip?token=secret'));
        return globalThis.fetch(`${server.origin}/clip`, init);
      };
      await download(
        {
          fetch,
          connection: connectionAt('https://api.example.com'),
          resolve: () => Promise.resolve(['93.184.216.34']),
        },
        { urls: ['https://api.example.com/v1/videos/1/content'] },
      );
      await holds(large);
      assert.deepEqual(
        seen.map(({ host, headers }) => [host, headers.has('x-api-key'), headers.has('range')]),
        [
          ['api.example.com', true, false],
          ['cdn.example.com', false, false],
          ['api.example.com', true, true],
          ['cdn.example.com', false, true],
        ],
      );
    });

    for (const url of [
      'http://169.254.169.254/latest/meta-data',
      'https://[::1]/',
      'https://2130706433/',
      'https://localhost./',
      'https://10.0.0.1/clip.mp4',
      'file:///etc/passwd',
    ]) {
      it(`does not fetch from ${url}`, async () => {
        const fetch: FetchFunction = () => assert.fail('asked');
        await fails({ retryable: false }, { fetch }, { urls: [url] });
        server.reply(redirect(302, url));
        await fails({ retryable: false });
      });
    }
  });
});

const moved = (location: string): Response => new Response(null, { status: 302, headers: { location } });

/** Real connections need real time. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turns = 0; !isSo(); turns++) {
    assert.ok(turns < 5_000, 'it never came to that');
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
