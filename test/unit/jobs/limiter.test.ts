import assert from 'node:assert/strict';
import { createLimiter } from '../../../src/core/jobs/limiter.ts';
import { createFakeClock, settle, type FakeClock } from '../../support/fake-clock.ts';

/** Tasks that note when they start and end when told. */
function setUp(connection: { concurrency: number; requestsPerMinute?: number }) {
  const clock = createFakeClock();
  const begin = clock.now();
  const limiter = createLimiter(connection, { clock });
  const starts: (readonly [number, number])[] = [];
  return {
    clock,
    limiter,
    starts,
    startTimes: () => starts.map(([, time]) => time),
    run: (id: number, durationMs: number, options = {}): Promise<number> =>
      limiter.run(async () => {
        starts.push([id, clock.now() - begin]);
        if (durationMs > 0) await clock.sleep(durationMs);
        return id;
      }, options),
  };
}

const advanceBy = async (clock: FakeClock, ms: number): Promise<void> => {
  await settle();
  await clock.advance(ms);
  await settle();
};

describe('The limiter of a connection', () => {
  it('lets as many run at once as the connection says, in the order of asking', async () => {
    const { clock, run, starts } = setUp({ concurrency: 2 });
    const work = Promise.all([0, 1, 2, 3, 4].map((id) => run(id, 100)));
    await advanceBy(clock, 1000);
    assert.deepEqual(await work, [0, 1, 2, 3, 4]);
    assert.deepEqual(starts, [
      [0, 0],
      [1, 0],
      [2, 100],
      [3, 100],
      [4, 200],
    ]);
  });

  it('starts no more requests than allowed in any minute', async () => {
    const { clock, run, startTimes } = setUp({ concurrency: 8, requestsPerMinute: 3 });
    const work = Promise.all(Array.from({ length: 8 }, (_, id) => run(id, 0)));
    await advanceBy(clock, 10_000);
    assert.equal(startTimes().length, 3);
    await advanceBy(clock, 200_000);
    await work;
    assert.deepEqual(startTimes(), [0, 0, 0, 60_000, 60_000, 60_000, 120_000, 120_000]);
  });

  for (const [name, headers, status, expectedMs] of [
    ['Retry-After of a 429', { 'retry-after': '7' }, 429, 7000],
    ['Retry-After of a 503', { 'retry-after-ms': '1500' }, 503, 1500],
    [
      'Retry-After as a date',
      { 'retry-after': 'Sun, 22 Nov 2026 12:00:20 GMT', date: 'Sun, 22 Nov 2026 12:00:05 GMT' },
      429,
      15_000,
    ],
    ['no requests left', { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '12s' }, 200, 12_000],
    ['no images left', { 'x-ratelimit-remaining-images': '0', 'x-ratelimit-reset-images': '1m30.5s' }, 200, 90_500],
    ['no tokens left', { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '20ms' }, 200, 20],
    [
      'a pause beyond reason',
      { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '6h0m0s' },
      200,
      120_000,
    ],
    ['some requests left', { 'x-ratelimit-remaining-requests': '1', 'x-ratelimit-reset-requests': '12s' }, 200, 0],
    ['a reset it cannot read', { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': 'soon' }, 200, 0],
    ['Retry-After of a success', { 'retry-after': '7' }, 200, 0],
  ] as const) {
    it(`waits ${expectedMs} ms after: ${name}`, async () => {
      const { clock, limiter, run, startTimes } = setUp({ concurrency: 4 });
      limiter.observe(new Headers(headers), status);
      const waits: number[] = [];
      const work = Promise.all([run(0, 0, { onWait: (until: number) => waits.push(until - clock.now()) }), run(1, 0)]);
      await advanceBy(clock, 200_000);
      await work;
      assert.deepEqual(startTimes(), [expectedMs, expectedMs]);
      assert.deepEqual(waits, expectedMs === 0 ? [] : [expectedMs]);
    });
  }

  it('a pause that grows while somebody waits is waited for in full', async () => {
    const { clock, limiter, run, startTimes } = setUp({ concurrency: 1 });
    limiter.observe(new Headers({ 'retry-after': '5' }), 429);
    const work = run(0, 0);
    await advanceBy(clock, 4000);
    limiter.observe(new Headers({ 'retry-after': '5' }), 429);
    await advanceBy(clock, 10_000);
    await work;
    assert.deepEqual(startTimes(), [9000]);
  });

  it('an abort takes waiting tasks out at once, and the next ones move up', async () => {
    const { clock, run, starts } = setUp({ concurrency: 1 });
    const controller = new AbortController();
    const first = run(0, 100);
    const second = run(1, 100, { signal: controller.signal });
    const third = run(2, 0);
    await settle();
    controller.abort();
    await assert.rejects(second, { name: 'ShotlistError', code: 'cancelled' });
    await advanceBy(clock, 1000);
    assert.deepEqual(await Promise.all([first, third]), [0, 2]);
    assert.deepEqual(starts, [
      [0, 0],
      [2, 100],
    ]);
  });

  it('an abort ends a wait for the server', async () => {
    const { clock, limiter, run, starts } = setUp({ concurrency: 1 });
    limiter.observe(new Headers({ 'retry-after': '60' }), 429);
    const controller = new AbortController();
    const work = run(0, 0, { signal: controller.signal });
    await settle();
    controller.abort();
    await assert.rejects(work, { code: 'cancelled' });
    await advanceBy(clock, 100_000);
    assert.deepEqual(starts, []);
  });

  it('an abort at the very moment when the wait is over: whoever is told "cancelled" can rely on it', async () => {
    let wake: () => void = () => undefined;
    const clock = { now: () => 0, sleep: () => new Promise<void>((resolve) => (wake = resolve)) };
    const limiter = createLimiter({ concurrency: 1 }, { clock });
    limiter.observe(new Headers({ 'retry-after': '60' }), 429);
    const controller = new AbortController();
    let begun = false;
    const work = limiter.run(
      () => {
        begun = true;
        return Promise.resolve();
      },
      { signal: controller.signal },
    );
    await settle();
    clock.now = () => 60_000;
    wake();
    controller.abort();
    await assert.rejects(work, { code: 'cancelled' });
    await settle();
    assert.equal(begun, false);
  });

  it('an abort leaves a task alone that has begun: its answer is handed over', async () => {
    const { clock, run } = setUp({ concurrency: 1 });
    const controller = new AbortController();
    const work = run(7, 100, { signal: controller.signal });
    await settle();
    controller.abort();
    await advanceBy(clock, 100);
    assert.equal(await work, 7);
  });

  it('passes on what a task throws', async () => {
    const { limiter } = setUp({ concurrency: 1 });
    const failure = new Error('mine');
    await assert.rejects(
      limiter.run(() => Promise.reject(failure)),
      failure,
    );
  });
});
