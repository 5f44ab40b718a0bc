import assert from 'node:assert/strict';
import { withAnswerLimit, withObserver, withoutRedirects } from '../../../src/core/network/fetch-wrappers.ts';
import type { ShotlistError } from '../../../src/core/errors.ts';
import { retryAfterMs } from '../../../src/core/network/retry-after.ts';

const answering = (response: () => Response) => (): Promise<Response> => Promise.resolve(response());

describe('What is put around fetch', () => {
  it('the observer sees status and headers of every answer, and changes nothing', async () => {
    const seen: (readonly [number, string | null])[] = [];
    const answer = new Response('x', { status: 429, headers: { 'retry-after': '3' } });
    const fetch = withObserver(
      answering(() => answer),
      (headers, status) => seen.push([status, headers.get('retry-after')]),
    );
    assert.equal(await fetch('https://example.com'), answer);
    assert.deepEqual(seen, [[429, '3']]);
  });

  it('a redirect is refused even where fetch hides where it leads (browsers, Electron)', async () => {
    const opaque = Object.defineProperties(new Response(null), {
      type: { value: 'opaqueredirect' },
      status: { value: 0 },
    });
    await assert.rejects(
      withoutRedirects(answering(() => opaque))('https://example.com/v1'),
      (error: ShotlistError) => {
        assert.equal(error.code, 'bad_response');
        assert.match(error.message, /^example\.com redirects to another address/);
        return true;
      },
    );
  });

  it('304 is no redirect', async () => {
    const fetch = withoutRedirects(answering(() => new Response(null, { status: 304 })));
    assert.equal((await fetch('https://example.com')).status, 304);
  });

  it('an answer that announces a bearable length passes untouched; others are counted', async () => {
    const announced = new Response('12345', { headers: { 'content-length': '5' } });
    assert.equal(
      await withAnswerLimit(
        answering(() => announced),
        5,
      )('https://example.com'),
      announced,
    );
    const counted = await withAnswerLimit(
      answering(() => new Response('12345', { status: 201, headers: { a: 'b' } })),
      5,
    )('https://example.com');
    assert.deepEqual([counted.status, counted.headers.get('a'), await counted.text()], [201, 'b', '12345']);
    const tooLong = await withAnswerLimit(
      answering(() => new Response('123456')),
      5,
    )('https://example.com');
    await assert.rejects(tooLong.text(), { code: 'bad_response', maybeCharged: true });
  });
});

describe('How long the server asks to wait', () => {
  for (const [headers, expected] of [
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after-ms': '20', 'retry-after': '2' }, 20],
    [{ 'retry-after': 'Sun, 22 Nov 2026 12:00:20 GMT', date: 'Sun, 22 Nov 2026 12:00:05 GMT' }, 15_000],
    [{ 'retry-after': 'Sun, 22 Nov 2026 12:00:00 GMT', date: 'Sun, 22 Nov 2026 12:00:05 GMT' }, 0],
    [{ 'retry-after': 'Sun, 22 Nov 2026 12:00:20 GMT' }, undefined],
    [{ 'retry-after': '-5' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '' }, undefined],
    [{}, undefined],
  ] as const) {
    it(`${JSON.stringify(headers)} → ${expected}`, () => {
      assert.equal(retryAfterMs(new Headers(headers)), expected);
    });
  }
});
