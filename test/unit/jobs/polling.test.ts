import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ShotlistError } from '../../../src/core/errors.ts';
import { nextWaitMs, pollUntilFinished, type PollFacts, type PollOptions } from '../../../src/core/jobs/polling.ts';
import type { VideoStatus } from '../../../src/core/providers/provider.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const middle = (): number => 0.5;
const facts = (more: Partial<PollFacts>): PollFacts => ({ elapsedMs: 0, earlierMs: [], progress: [], ...more });

describe('The wait until the next question', () => {
  it('grows with the time that has passed while nothing is known, up to a limit', () => {
    const waits = [0, 10_000, 20_000, 40_000, 600_000].map((elapsedMs) => nextWaitMs(facts({ elapsedMs }), middle));
    assert.deepEqual(
      waits,
      waits.toSorted((a, b) => a - b),
    );
    assert.ok((waits[1] ?? 0) > (waits[0] ?? 0));
    assert.equal(waits.at(-1), 14_000);
  });

  it('is long while earlier clips say that it is too early, and short when they say that it is due', () => {
    const earlierMs = [100_000, 101_000, 99_000, 100_500];
    assert.equal(nextWaitMs(facts({ earlierMs }), middle), 30_000);
    assert.ok(nextWaitMs(facts({ earlierMs, elapsedMs: 99_500 }), middle) < 5_000);
    const wait = nextWaitMs(facts({ earlierMs, elapsedMs: 80_000 }), middle);
    assert.ok(wait > 12_000 && wait < 22_000, `${wait} ms at 80 s`);
  });

  it('grows again when the clip takes longer than all before', () => {
    const earlierMs = [20_000, 21_000, 19_000];
    const waits = [30_000, 60_000, 300_000].map((elapsedMs) => nextWaitMs(facts({ earlierMs, elapsedMs }), middle));
    assert.deepEqual(waits, [10_500, 14_000, 14_000]);
  });

  it('follows the progress that the server tells', () => {
    const progress = [
      { atMs: 10_000, progress: 0.1 },
      { atMs: 20_000, progress: 0.2 },
    ];
    const early = nextWaitMs(facts({ elapsedMs: 20_000, progress }), middle);
    const late = nextWaitMs(
      facts({ elapsedMs: 97_000, progress: [...progress, { atMs: 97_000, progress: 0.97 }] }),
      middle,
    );
    assert.ok(early >= 25_000, `${early} ms at 20 %`);
    assert.ok(late <= 4_000, `${late} ms at 97 %`);
  });

  it('takes progress that stands still, or says nothing in between, for no forecast', () => {
    const still = facts({ elapsedMs: 8_000, progress: [{ atMs: 1_000, progress: 0 }] });
    assert.equal(nextWaitMs(still, middle), nextWaitMs(facts({ elapsedMs: 8_000 }), middle));
  });

  it('is always between one and a half seconds and half a minute, with some chance in it', () => {
    const time = fc.double({ min: 0, max: 1e8, noNaN: true });
    fc.assert(
      fc.property(
        time,
        fc.array(time, { maxLength: 12 }),
        fc.array(fc.record({ atMs: time, progress: fc.double({ min: 0, max: 1, noNaN: true }) }), { maxLength: 5 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (elapsedMs, earlierMs, progress, random) => {
          const waitMs = nextWaitMs({ elapsedMs, earlierMs, progress }, () => random);
          assert.ok(waitMs >= 1_425 && waitMs <= 31_500, `${waitMs}`);
        },
      ),
    );
    assert.notEqual(
      nextWaitMs(facts({}), () => 0),
      nextWaitMs(facts({}), () => 0.9),
    );
  });
});

describe('Polling', () => {
  const running: VideoStatus = { state: 'running' };
  const done: VideoStatus = { state: 'done' };
  const broken = new ShotlistError('provider_unavailable', 'broken', { retryable: true });

  /** Asks a server that answers these in turn, the last one for ever. */
  const poll = async (answers: readonly (VideoStatus | ShotlistError)[], more: Partial<PollOptions> = {}) => {
    const clock = createFakeClock({ automatic: true, start: 1_000_000 });
    const left = [...answers];
    const asked: number[] = [];
    const faults: string[] = [];
    const promise = pollUntilFinished({
      clock,
      random: middle,
      signal: new AbortController().signal,
      startedAt: clock.now(),
      windowMs: 30 * 60_000,
      ask: async () => {
        asked.push(clock.now() - 1_000_000);
        const answer = left.length > 1 ? left.shift() : left[0];
        if (answer instanceof ShotlistError) throw answer;
        return answer ?? done;
      },
      known: { state: 'queued' },
      earlierMs: () => Promise.resolve([]),
      onStatus: () => Promise.resolve(),
      onFault: (error) => faults.push(error.code),
      ...more,
    });
    const finished = await promise.catch((error: unknown) => error as ShotlistError);
    return { finished, asked, faults, sleeps: clock.sleeps };
  };
  const statusOf = (finished: Awaited<ReturnType<typeof poll>>['finished']): string | undefined =>
    finished instanceof Error ? finished.message : finished.status.state;

  it('asks at once where nothing is known yet, and needs no question where the answer told all', async () => {
    assert.deepEqual((await poll([done], { known: undefined })).asked, [0]);
    const { asked, finished } = await poll([running], { known: done });
    assert.deepEqual([asked, statusOf(finished)], [[], 'done']);
  });

  it('never asks before the server wants it, nor while nothing is due', async () => {
    const { asked, sleeps } = await poll([{ ...running, retryAfterMs: 45_000 }, done], { known: undefined });
    assert.deepEqual(asked, [0, 45_000]);
    assert.equal(sleeps.length, 1);
  });

  it('waits out passing faults, longer and longer', async () => {
    const { asked, finished, faults } = await poll([broken, broken, broken, broken, broken, broken, done]);
    assert.equal(statusOf(finished), 'done');
    const gaps = asked.slice(1).map((at, index) => at - (asked[index] ?? 0));
    assert.ok((gaps.at(-1) ?? 0) >= 60_000);
    assert.equal(faults.length, 6);
  });

  it('waits as long as the server says in a fault', async () => {
    const limited = new ShotlistError('rate_limited', 'slow', { retryable: true, retryAfterMs: 90_000 });
    const { asked } = await poll([limited, done], { known: undefined });
    assert.deepEqual(asked, [0, 90_000]);
  });

  it('ends with the window, after a last question, and says what stood in the way', async () => {
    const { finished, asked } = await poll([running], { windowMs: 60_000 });
    assert.ok(finished instanceof ShotlistError);
    assert.deepEqual([finished.code, finished.retryable, asked.at(-1)], ['timeout', true, 60_000]);
    const faulty = await poll([broken], { windowMs: 60_000 });
    assert.match(statusOf(faulty.finished) ?? '', /broken/);
  });

  it('asks no more where the server wants to be asked after the end of the window', async () => {
    const { asked } = await poll([{ ...running, retryAfterMs: 120_000 }], { windowMs: 60_000, known: undefined });
    assert.deepEqual(asked, [0]);
  });

  it('ends at once where the signal aborts', async () => {
    const clock = createFakeClock();
    const stop = new AbortController();
    const { finished } = await (async () => {
      const promise = poll([running], { clock, signal: stop.signal });
      stop.abort();
      return promise;
    })();
    assert.equal(finished instanceof ShotlistError && finished.code, 'cancelled');
  });

  it('tells how long the provider worked: by its own word, else between the two last questions', async () => {
    const told = await poll([running, { ...done, workedMs: 3_000 }]);
    assert.equal('workedMs' in told.finished && told.finished.workedMs, 3_000);
    const { asked, finished } = await poll([running, running, done]);
    const [, second = 0, third = 0] = asked;
    assert.equal('workedMs' in finished && finished.workedMs, (second + third) / 2);
  });

  it('learns nothing from a clip that was done when nobody looked', async () => {
    const { finished } = await poll([done], { known: undefined, startedAt: 0 });
    assert.ok('workedMs' in finished);
    assert.equal(finished.workedMs, undefined);
  });

  for (const state of ['failed', 'cancelled', 'expired'] as const) {
    it(`ends where the server says ${state}`, async () => {
      assert.equal(statusOf((await poll([running, { state }])).finished), state);
    });
  }

  it('throws what does not pass', async () => {
    const { finished, asked } = await poll([new ShotlistError('invalid_key', 'no')]);
    assert.deepEqual([statusOf(finished), asked.length], ['no', 1]);
  });

  it('takes not_found for passing only in the first moments', async () => {
    const missing = new ShotlistError('not_found', 'none');
    assert.equal(statusOf((await poll([missing, missing, done])).finished), 'done');
    assert.equal(statusOf((await poll([missing])).finished), 'none');
    assert.equal(statusOf((await poll([running, missing, done])).finished), 'none');
  });
});
