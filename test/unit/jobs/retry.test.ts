import assert from 'node:assert/strict';
import { ShotlistError } from '../../../src/core/errors.ts';
import { createWithRetry, readWithRetry, type RetryWait } from '../../../src/core/jobs/retry.ts';
import { createFakeClock, settle } from '../../support/fake-clock.ts';

const refused = new ShotlistError('connection_failed', 'Refused.', { retryable: true });
const dropped = new ShotlistError('connection_failed', 'Dropped.', { retryable: true, maybeCharged: true });
const limited = (retryAfterMs?: number): ShotlistError =>
  new ShotlistError('rate_limited', 'Slow down.', { retryable: true, retryAfterMs });
const quota = new ShotlistError('quota_exceeded', 'No credit.', { retryAfterMs: 1000 });
const overloaded = new ShotlistError('provider_unavailable', 'Busy.', { retryable: true, retryAfterMs: 2000 });
const failed = new ShotlistError('provider_unavailable', 'Failed.', { retryable: true, maybeCharged: true });

function setUp(...outcomes: readonly (ShotlistError | string)[]) {
  const clock = createFakeClock({ automatic: true });
  const waits: RetryWait[] = [];
  let calls = 0;
  return {
    clock,
    waits,
    calls: () => calls,
    options: { environment: { clock, random: () => 0.5 }, onWait: (wait: RetryWait) => waits.push(wait) },
    task: (): Promise<string> => {
      const outcome = outcomes[Math.min(calls++, outcomes.length - 1)] ?? '';
      return typeof outcome === 'string' ? Promise.resolve(outcome) : Promise.reject(outcome);
    },
  };
}

describe('A paid call', () => {
  for (const [name, error] of [
    ['a 429 that is not quota', limited(1000)],
    ['a 503 with Retry-After', overloaded],
    ['a connection that failed before a byte was sent', refused],
  ] as const) {
    it(`is repeated after ${name}`, async () => {
      const { task, options, calls } = setUp(error, 'picture');
      assert.equal(await createWithRetry(task, options), 'picture');
      assert.equal(calls(), 2);
    });
  }

  for (const [name, error] of [
    ['a connection that broke off', dropped],
    ['another 5xx', failed],
    ['used-up quota', quota],
    ['a refusal', new ShotlistError('moderation_blocked', 'No.')],
    ['an answer that makes no sense', new ShotlistError('bad_response', 'What?', { maybeCharged: true })],
    ['a time-out', new ShotlistError('timeout', 'Late.', { retryable: true, maybeCharged: true })],
  ] as const) {
    it(`is not repeated after ${name}`, async () => {
      const { task, options, calls, clock } = setUp(error, 'picture');
      await assert.rejects(createWithRetry(task, options), error);
      assert.equal(calls(), 1);
      assert.deepEqual(clock.sleeps, []);
    });
  }

  it('waits as long as the server asks, and tells so', async () => {
    const { task, options, clock, waits } = setUp(limited(12_000), 'picture');
    await createWithRetry(task, options);
    assert.deepEqual(clock.sleeps, [12_625]);
    assert.deepEqual(
      waits.map(({ waitMs, attempt, error }) => [waitMs, attempt, error.code]),
      [[12_625, 1, 'rate_limited']],
    );
  });

  it('waits longer each time where the server says nothing, and gives up after four attempts', async () => {
    const { task, options, clock, calls } = setUp(limited());
    await assert.rejects(createWithRetry(task, options), { code: 'rate_limited' });
    assert.equal(calls(), 4);
    assert.deepEqual(clock.sleeps, [875, 1750, 3500]);
  });

  it('gives up at once, and says how long, where the server asks for more than two minutes', async () => {
    const { task, options, clock, calls } = setUp(limited(600_000));
    await assert.rejects(createWithRetry(task, options), {
      code: 'rate_limited',
      hint: /wait 10 minutes/,
      retryAfterMs: 600_000,
    });
    assert.equal(calls(), 1);
    assert.deepEqual(clock.sleeps, []);
  });

  it('stops waiting when the signal aborts', async () => {
    const clock = createFakeClock();
    const controller = new AbortController();
    const { task, options, calls } = setUp(limited(60_000), 'picture');
    const work = createWithRetry(task, {
      ...options,
      environment: { clock, random: Math.random },
      signal: controller.signal,
    });
    await settle();
    await clock.advance(30_000);
    controller.abort();
    await assert.rejects(work, { name: 'ShotlistError', code: 'cancelled', maybeCharged: false });
    assert.equal(calls(), 1);
  });

  it('is not begun when the signal has aborted', async () => {
    const { task, options, calls } = setUp('picture');
    await assert.rejects(createWithRetry(task, { ...options, signal: AbortSignal.abort() }), { code: 'cancelled' });
    assert.equal(calls(), 0);
  });

  it('hands over an answer that arrives while the signal aborts', async () => {
    const controller = new AbortController();
    const { options } = setUp();
    const task = (): Promise<string> => {
      controller.abort();
      return Promise.resolve('paid picture');
    };
    assert.equal(await createWithRetry(task, { ...options, signal: controller.signal }), 'paid picture');
  });

  it('whatever it throws leaves as a ShotlistError', async () => {
    const { options } = setUp();
    await assert.rejects(
      createWithRetry(() => Promise.reject(new TypeError('fetch failed')), options),
      { name: 'ShotlistError', code: 'internal' },
    );
  });
});

describe('A call that costs nothing', () => {
  it('is repeated after every passing fault', async () => {
    const { task, options, calls } = setUp(dropped, failed, refused, limited(10), 'list');
    assert.equal(await readWithRetry(task, options), 'list');
    assert.equal(calls(), 5);
  });

  it('is not repeated after a fault that stays', async () => {
    const { task, options, calls } = setUp(new ShotlistError('invalid_key', 'Wrong key.'));
    await assert.rejects(readWithRetry(task, options), { code: 'invalid_key' });
    assert.equal(calls(), 1);
  });

  it('gives up after six attempts', async () => {
    const { task, options, calls } = setUp(failed);
    await assert.rejects(readWithRetry(task, options), { code: 'provider_unavailable' });
    assert.equal(calls(), 6);
  });
});
