import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { FetchFunction } from '../../../src/core/environment.ts';
import { file } from '../../support/clip-replies.ts';
import { createFakeClock, settle } from '../../support/fake-clock.ts';
import { hang, text, type Reply } from '../../support/http-server.ts';
import { createDownloadBench, tagged, type DownloadBench } from '../jobs/support/download-bench.ts';

describe('The download of a clip', function () {
  // each look into a clip starts a thread
  this.timeout(20_000);
  let bench: DownloadBench;
  before(async () => {
    bench = await createDownloadBench();
  });
  after(() => bench.remove());
  beforeEach(() => bench.clear());

  describe('after a break', () => {
    it('goes on where it was, if the server says that nothing changed', async () => {
      const cut = { headers: tagged, ranges: true };
      bench.server.reply(
        file(bench.large, { ...cut, dropAfter: 900_000 }),
        file(bench.large, { ...cut, dropAfter: 600_000 }),
        file(bench.large, cut),
      );
      const { sha256 } = await bench.download();
      await bench.holds(bench.large);
      assert.equal(sha256, createHash('sha256').update(bench.large).digest('hex'));
      assert.deepEqual(
        bench.rangesAsked().map((range) => range !== undefined),
        [false, true, true],
      );
      assert.equal(bench.server.requests[1]?.headers['if-range'], '"one"');
    });

    it('goes on by the date of the last change where that is old enough to tell', async () => {
      const headers = { 'last-modified': 'Sun, 22 Nov 2020 10:00:00 GMT', etag: 'W/"weak"' };
      const options = { headers, ranges: true };
      const byDate: Reply = (response, request) => {
        const { etag: _, ...dated } = headers;
        return file(bench.large, { headers: dated, ranges: true })(response, request);
      };
      bench.server.reply(file(bench.large, { ...options, dropAfter: 900_000 }), byDate);
      await bench.download();
      await bench.holds(bench.large);
      assert.equal(bench.server.requests[1]?.headers['if-range'], headers['last-modified']);
    });

    it('starts anew where nothing tells whether the bytes are still the same', async () => {
      const now = new Date().toUTCString();
      for (const headers of [{}, { etag: 'W/"weak"' }, { 'last-modified': now, date: now }] as const) {
        bench.server.clear();
        bench.server.reply(
          file(bench.large, { headers, dropAfter: 900_000 }),
          file(bench.large, { headers, ranges: true }),
        );
        await bench.download();
        await bench.holds(bench.large);
        assert.deepEqual(bench.rangesAsked(), [undefined, undefined]);
      }
    });

    it('starts anew where the server knows no ranges', async () => {
      bench.server.reply(
        file(bench.large, { headers: tagged, dropAfter: 900_000 }),
        file(bench.large, { headers: tagged }),
      );
      await bench.download();
      await bench.holds(bench.large);
    });

    it('starts anew where the clip was changed meanwhile', async () => {
      const other = Buffer.from(bench.large);
      other.fill(9, bench.clip.length + 8);
      const first = file(bench.large, { headers: tagged, ranges: true, dropAfter: 900_000 });
      bench.server.reply(first, file(other, { headers: { etag: '"two"' }, ranges: true }));
      await bench.download();
      await bench.holds(other);
    });

    it('does not put together what a careless server mixes up', async () => {
      const other = Buffer.from(bench.large);
      other.fill(9, bench.clip.length + 8);
      const first = file(bench.large, { headers: tagged, dropAfter: 900_000 });
      /** Ignores `If-Range`. */
      const careless: Reply = (response, request) => {
        const from = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
        response
          .writeHead(206, { etag: '"two"', 'content-range': `bytes ${from}-${other.length - 1}/${other.length}` })
          .end(other.subarray(from));
      };
      bench.server.reply(first, careless, file(other));
      await bench.download();
      await bench.holds(other);
      assert.deepEqual(
        bench.rangesAsked().map((range) => range !== undefined),
        [false, true, false],
      );
    });

    for (const [name, reply] of [
      ['from another place', text(206, 'x', { ...tagged, 'content-range': 'bytes 0-0/3145728' })],
      ['without saying from where', text(206, 'x', tagged)],
      ['with "range not satisfiable"', text(416, '', { 'content-range': 'bytes */10' })],
    ] as const) {
      it(`starts anew where the server answers ${name}`, async () => {
        const first = file(bench.large, { headers: tagged, ranges: true, dropAfter: 900_000 });
        bench.server.reply(first, reply, file(bench.large));
        await bench.download();
        await bench.holds(bench.large);
        assert.equal(bench.rangesAsked()[2], undefined);
      });
    }

    it('has patience as long as anything comes', async () => {
      const options = { headers: tagged, ranges: true };
      bench.server.reply(file(bench.large, { ...options, dropAfter: 300_000 }));
      await bench.download();
      await bench.holds(bench.large);
      assert.ok(bench.server.requests.length > 10, `${bench.server.requests.length} requests`);
    });

    it('gives up where the same place is never passed', async () => {
      bench.server.reply(file(bench.large, { headers: tagged, dropAfter: 900_000 }));
      await bench.fails({ retryable: true, message: /broke off/ });
      assert.ok(bench.server.requests.length <= 12, `${bench.server.requests.length} requests`);
    });
  });

  describe('of the wrong length', () => {
    const lying =
      (length: number): Reply =>
      (response) => {
        response.writeHead(200, { 'content-length': length, connection: 'close' });
        response.flushHeaders();
        response.socket?.end(bench.clip);
      };

    it('is fetched again and then given up where less comes than was announced', async () => {
      bench.server.reply(lying(bench.clip.length + 100), file(bench.clip));
      await bench.download();
      await bench.holds(bench.clip);
      await rm(bench.path());
      bench.server.reply(lying(bench.clip.length + 100));
      await bench.fails({ retryable: true });
    });

    it('is fetched again and then given up where more comes than was announced', async () => {
      bench.server.reply(lying(bench.clip.length - 100), file(bench.clip));
      await bench.download();
      await bench.holds(bench.clip);
      await rm(bench.path());
      bench.server.reply(lying(bench.clip.length - 100));
      await bench.fails({ retryable: true });
    });

    it('is noticed too where the lie is told by a server in this process', async () => {
      for (const difference of [-10, 10]) {
        let calls = 0;
        const fetch: FetchFunction = () => {
          const headers = calls++ === 0 ? { 'content-length': String(bench.clip.length + difference) } : undefined;
          return Promise.resolve(new Response(bench.clip as Uint8Array<ArrayBuffer>, { ...(headers && { headers }) }));
        };
        await bench.download({ fetch });
        await bench.holds(bench.clip);
        assert.equal(calls, 2);
      }
    });

    it('is no matter where the length is that of compressed bytes', async () => {
      const headers = { 'content-length': '10', 'content-encoding': 'gzip' };
      const fetch: FetchFunction = () =>
        Promise.resolve(new Response(bench.clip as Uint8Array<ArrayBuffer>, { headers }));
      await bench.download({ fetch });
      await bench.holds(bench.clip);
    });

    it('is refused above the limit, before and while it comes', async () => {
      await bench.fails({ retryable: false, message: /larger than/ }, { maxBytes: bench.clip.length - 1 });
      bench.server.reply((response) => {
        response.writeHead(200);
        response.end(bench.clip);
      });
      await bench.fails({ retryable: false, message: /larger than/ }, { maxBytes: bench.clip.length - 1 });
      await bench.download({ maxBytes: bench.clip.length });
    });
  });

  describe('that hangs', () => {
    /** The minute in which something came doesn't count. */
    const hanging = async (replies: readonly Reply[], minutes: number): Promise<void> => {
      const stallClock = createFakeClock();
      bench.server.reply(...replies);
      const running = bench.download({ stallClock });
      running.catch(() => undefined);
      await until(() => bench.server.requests.length === 1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await stallClock.advance(minutes * 60_000 - 1_000);
      await settle();
      assert.equal(bench.server.requests.length, 1);
      await stallClock.advance(2_000);
      await running;
      assert.equal(bench.server.requests.length, 2);
    };

    it('is asked for again when nothing came for a minute', async () => {
      await hanging([hang, file(bench.clip)], 1);
      await bench.holds(bench.clip);
    });

    it('in the middle goes on where it was', async () => {
      const options = { headers: tagged, ranges: true };
      await hanging([file(bench.large, { ...options, hangAfter: 300_000 }), file(bench.large, options)], 2);
      await bench.holds(bench.large);
      assert.notEqual(bench.rangesAsked()[1], undefined);
    });

    it('for ever is given up, and the job can be resumed', async () => {
      const stallClock = createFakeClock();
      bench.server.reply(hang);
      const running = bench.fails({ retryable: true, message: /stalled/ }, { stallClock });
      const over = new AbortController();
      const ended = running.finally(() => over.abort());
      while (!over.signal.aborted) {
        await stallClock.advance(60_000);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await ended;
      assert.equal(bench.server.requests.length, 6);
    });

    it('is left at once when it is cancelled, before the answer and in the middle', async () => {
      for (const reply of [hang, file(bench.large, { hangAfter: 300_000 })]) {
        bench.server.clear();
        bench.server.reply(reply);
        const controller = new AbortController();
        const running = bench.fails({ code: 'cancelled', retryable: false }, { signal: controller.signal });
        await until(() => bench.server.requests.length === 1);
        await new Promise((resolve) => setTimeout(resolve, 20));
        controller.abort();
        await running;
      }
    });

    it('is left even where fetch does not listen', async () => {
      const controller = new AbortController();
      const deaf: FetchFunction = () => new Promise(() => undefined);
      const running = bench.fails({ code: 'cancelled', retryable: false }, { signal: controller.signal, fetch: deaf });
      await settle();
      controller.abort();
      await running;
    });

    it('is not begun where it was cancelled before', async () => {
      await bench.fails({ code: 'cancelled', retryable: false }, { signal: AbortSignal.abort() });
      assert.equal(bench.server.requests.length, 0);
    });
  });
});

/** Real connections need real time. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turns = 0; !isSo(); turns++) {
    assert.ok(turns < 5_000, 'it never came to that');
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
