import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FetchFunction } from '../../../src/core/environment.ts';
import { downloadClip } from '../../../src/core/downloads/download-clip.ts';
import { systemDisk } from '../../../src/core/outputs/disk.ts';
import { file } from '../../support/clip-replies.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { dropAtOnce, html, json, redirect, startServer, text } from '../../support/http-server.ts';
import { canaryKey, connectionAt } from '../../support/openai-calls.ts';
import { matroskaClip, quicktimeClip, webmClip } from '../../support/sample-clips.ts';
import { createDownloadBench, random, tagged, type DownloadBench } from '../jobs/support/download-bench.ts';

describe('Downloading a clip', function () {
  // each look into a clip starts a thread
  this.timeout(20_000);
  let bench: DownloadBench;
  before(async () => {
    bench = await createDownloadBench();
  });
  after(() => bench.remove());
  beforeEach(() => bench.clear());

  it('writes it to the file, with its facts and its hash, and sends the key to its own origin', async () => {
    const received = await bench.download();
    await bench.holds(bench.clip);
    assert.deepEqual(received, {
      path: bench.path(),
      bytes: bench.clip.length,
      sha256: createHash('sha256').update(bench.clip).digest('hex'),
      clip: { mime: 'video/mp4', width: 64, height: 32, seconds: 4, codec: 'avc', c2pa: false },
    });
    assert.equal(bench.server.requests[0]?.headers['x-api-key'], canaryKey);
    assert.equal(bench.server.requests[0]?.headers['accept-encoding'], 'identity');
  });

  it('takes it from the answer itself, up to 100 MB', async () => {
    const received = await bench.download({}, { bytes: bench.clip });
    await bench.holds(bench.clip);
    assert.equal(received.clip.seconds, 4);
    await rm(bench.path());
    await bench.fails(
      { message: /larger than 100 MB/, retryable: false },
      {},
      { bytes: new Uint8Array(100 * 1024 ** 2 + 1) },
    );
    await bench.fails({ message: /empty/, retryable: true }, {}, { bytes: new Uint8Array() });
    await bench.fails({ message: /its end is missing/, retryable: true }, {}, { bytes: bench.clip.subarray(0, -9) });
  });

  it('replaces what an earlier attempt left at the same place', async () => {
    await writeFile(bench.path(), Buffer.alloc(5000, 7));
    await bench.download();
    await bench.holds(bench.clip);
  });

  for (const status of [404, 405, 501]) {
    it(`tries the next address where one answers ${status}`, async () => {
      bench.server.reply(text(status, 'no'), text(status, 'no'), file(bench.clip));
      await bench.download({}, bench.content('/content', '/video', '/file'));
      assert.deepEqual(
        bench.server.requests.map((request) => request.path),
        ['/content', '/video', '/file'],
      );
    });
  }

  for (const status of [403, 404, 410]) {
    it(`says that the link may have expired where the last address answers ${status}, and does not ask again`, async () => {
      bench.server.reply(text(status, 'no'));
      const error = await bench.fails({ retryable: false, message: new RegExp(String(status)) });
      assert.match(error.hint ?? '', /expired/);
      assert.equal(bench.server.requests.length, 1);
    });
  }

  it('a refused key leaves the job to be resumed, and is not tried again', async () => {
    bench.server.reply(text(401, 'no'));
    await bench.fails({ retryable: true, message: /401/ });
    assert.equal(bench.server.requests.length, 1);
  });

  it('other refusals are final', async () => {
    for (const status of [400, 402, 451]) {
      bench.server.reply(text(status, 'no'));
      await bench.fails({ retryable: false });
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
      bench.server.reply(reply, file(bench.clip));
      await bench.download({ environment: { clock, random } });
      await bench.holds(bench.clip);
      assert.equal(bench.server.requests.length, 2);
      assert.ok((clock.sleeps[0] ?? 0) >= (name.startsWith('429') ? 7000 : 500), String(clock.sleeps));
      await rm(bench.path());
      bench.server.clear();
      bench.server.reply(reply);
      await bench.fails({ retryable: true });
      assert.ok(bench.server.requests.length <= 6, `${bench.server.requests.length} requests`);
    });
  }

  it('says what came instead of a clip', async () => {
    bench.server.reply(html(200));
    await bench.fails({ retryable: true, message: /can't be played: it is a web page/ });
    bench.server.reply(json(200, {}));
    await bench.fails({ retryable: true, message: /it is JSON/ });
    bench.server.reply(text(200, 'hello'));
    await bench.fails({ retryable: true, message: /it is no clip/ });
  });

  it('keeps real clips of another type under that type', async () => {
    for (const [bytes, mime] of [
      [await webmClip(), 'video/webm'],
      [await quicktimeClip(bench.clip), 'video/quicktime'],
      [await matroskaClip(bench.clip), 'application/octet-stream'],
    ] as const) {
      bench.server.reply(file(bytes, { headers: { 'content-type': 'video/mp4' } }));
      assert.equal((await bench.download()).clip.mime, mime);
      await bench.holds(bytes);
    }
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
    bench.server.reply(file(bench.large));
    const error = await bench.fails({ code: 'write_failed', retryable: true, message: /ENOSPC/ }, { disk });
    assert.match(error.hint ?? '', /resume/);
    assert.equal(bench.server.requests.length, 1);
  });

  it('says so where the folder is gone', async () => {
    const lost = downloadClip(bench.content(), join(bench.folder, 'gone', 'clip.tmp'), bench.contextOf());
    await assert.rejects(lost, { code: 'write_failed', retryable: true });
    assert.equal(bench.server.requests.length, 0);
  });

  describe('from a place that a server named', () => {
    it('never takes the key to a stranger', async () => {
      await using stranger = await startServer(file(bench.clip));
      bench.server.reply(redirect(302, `${stranger.origin}/steal`));
      await bench.fails({ retryable: false, message: /not https/ });
      assert.equal(stranger.requests.length, 0);
    });

    it('drops the key and goes on by ranges at a public place', async () => {
      const seen: { readonly host: string; readonly headers: Headers }[] = [];
      const options = { headers: tagged, ranges: true };
      const replies = [file(bench.large, { ...options, dropAfter: 900_000 }), file(bench.large, options)];
      bench.server.reply(...replies);
      const fetch: FetchFunction = (input, init) => {
        const url = new URL(input instanceof Request ? input.url : input);
        seen.push({ host: url.host, headers: new Headers(init?.headers) });
        if (url.host === 'api.example.com') return Promise.resolve(moved('https://cdn.example.com/clip?token=secret'));
        return globalThis.fetch(`${bench.server.origin}/clip`, init);
      };
      await bench.download(
        {
          fetch,
          connection: connectionAt('https://api.example.com'),
          resolve: () => Promise.resolve(['93.184.216.34']),
        },
        { urls: ['https://api.example.com/v1/videos/1/content'] },
      );
      await bench.holds(bench.large);
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
        await bench.fails({ retryable: false }, { fetch }, { urls: [url] });
        bench.server.reply(redirect(302, url));
        await bench.fails({ retryable: false });
      });
    }
  });
});

const moved = (location: string): Response => new Response(null, { status: 302, headers: { location } });
