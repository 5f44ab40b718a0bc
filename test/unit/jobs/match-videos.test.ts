import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findModel } from '../../../src/core/catalog/catalog.ts';
import type { Request } from '../../../src/core/generation.ts';
import type { Job } from '../../../src/core/jobs/job.ts';
import { matchVideos, type Unsettled } from '../../../src/core/jobs/match-videos.ts';
import { hashRequest } from '../../../src/core/outputs/request-hash.ts';
import type { ListedVideo } from '../../../src/core/providers/provider.ts';

const noon = Date.UTC(2026, 10, 22, 12);
const second = 1_000;

function lost(id: string, more: Partial<Request> = {}, submittedAt = noon): Unsettled {
  const request: Request = {
    kind: 'video',
    connection: 'server',
    model: 'sora-2',
    prompt: 'a fox',
    parameters: { seconds: '8', size: '1280x720' },
    inputs: [],
    ...more,
  };
  const model = findModel('sora-2');
  assert.ok(model);
  const job: Job = {
    id,
    batch: 'batch',
    index: 0,
    state: 'unknown',
    request,
    requestHash: hashRequest(request),
    planHash: '',
    origin: 'https://server.example',
    target: { folder: '/', stem: 'fox', chosen: false },
    mime: 'video/mp4',
    count: 1,
    stream: false,
    outputs: [],
    warnings: [],
    submittedAt,
    createdAt: submittedAt - 60 * second,
    updatedAt: submittedAt,
  };
  return { job, model, wireModel: 'sora-2' };
}

const listed = (id: string, more: Partial<ListedVideo> = {}): ListedVideo => ({
  operation: { id },
  model: 'sora-2',
  prompt: 'a fox',
  seconds: 8,
  size: '1280x720',
  createdAt: noon + second,
  ...more,
});

function outcome(jobs: readonly Unsettled[], videos: readonly ListedVideo[], clockAheadMs = 0) {
  const { found, unclear, missing } = matchVideos(jobs, videos, clockAheadMs);
  return {
    found: Object.fromEntries([...found].map(([{ job }, video]) => [job.id, video.operation.id])),
    unclear: [...unclear.keys()].map(({ job }) => job.id).toSorted(),
    missing: missing.map(({ job }) => job.id).toSorted(),
  };
}

describe('Clips in the list of a provider', () => {
  it('belong to the job whose words, model, length and size they have', () => {
    assert.deepEqual(outcome([lost('a')], [listed('v'), listed('w', { prompt: 'a hare' })]).found, { a: 'v' });
  });

  for (const [what, more] of [
    ['other words', { prompt: 'a hare' }],
    ['an earlier time', { createdAt: noon - 10 * second }],
  ] as const) {
    it(`are none of a job's with ${what}: it was never received`, () => {
      assert.deepEqual(outcome([lost('a')], [listed('v', more)]), { found: {}, unclear: [], missing: ['a'] });
    });
  }

  for (const [what, more] of [
    ['another model', { model: 'sora-2-pro' }],
    ['another length', { seconds: 4 }],
    ['another size', { size: '720x1280' }],
    ['another clip to start from', { remixedFrom: 'video_9' }],
  ] as const) {
    it(`are not taken for a job's with ${what}, but it isn't called never received either`, () => {
      assert.deepEqual(outcome([lost('a')], [listed('v', more)]), { found: {}, unclear: ['a'], missing: [] });
    });
  }

  it('can not disagree in what the server does not tell', () => {
    const bare: ListedVideo = { operation: { id: 'v' } };
    assert.deepEqual(outcome([lost('a')], [bare]).found, { a: 'v' });
    assert.deepEqual(outcome([lost('a', { source: { action: 'remix', id: 'x' }, parameters: {} })], [bare]).found, {
      a: 'v',
    });
  });

  it('are compared by the clock of the server', () => {
    const early = listed('v', { createdAt: noon - 3600 * second });
    assert.deepEqual(outcome([lost('a')], [early], -3600 * second).found, { a: 'v' });
    const late = listed('v', { createdAt: noon + 1800 * second });
    assert.deepEqual(outcome([lost('a')], [late], 3600 * second).missing, ['a']);
  });

  it('are too many for one job: the person decides', () => {
    assert.deepEqual(outcome([lost('a')], [listed('v'), listed('w')]), { found: {}, unclear: ['a'], missing: [] });
  });

  it('are given out where there are as many as jobs that asked for the same, or fewer', () => {
    assert.equal(Object.keys(outcome([lost('a'), lost('b')], [listed('v'), listed('w')]).found).length, 2);
    const fewer = outcome([lost('a'), lost('b'), lost('c')], [listed('v'), listed('w')]);
    assert.deepEqual([Object.keys(fewer.found).length, fewer.missing.length], [2, 1]);
  });

  it('are not given to one of two jobs that asked for different things and could both have it', () => {
    const open = lost('b', { parameters: {} });
    assert.deepEqual(outcome([lost('a'), open], [listed('v')]), { found: {}, unclear: ['a', 'b'], missing: [] });
    // two clips, of which only one can be the one of the first
    const two = outcome([lost('a'), open], [listed('v'), listed('w', { seconds: 4, size: '720x1280' })]);
    assert.deepEqual(two.found, { a: 'v', b: 'w' });
  });

  it('go to the job that was sent before they were made', () => {
    const jobs = [lost('a', {}, noon), lost('b', {}, noon + 100 * second)];
    const videos = [listed('v', { createdAt: noon + 2 * second }), listed('w', { createdAt: noon + 101 * second })];
    assert.deepEqual(outcome(jobs, videos).found, { a: 'v', b: 'w' });
    assert.deepEqual(outcome(jobs, videos.slice(0, 1)), { found: { a: 'v' }, unclear: [], missing: ['b'] });
  });

  it('are never given twice, and never to a job that they do not fit', () => {
    const time = fc.integer({ min: 0, max: 5 }).map((steps) => noon + steps * 10 * second);
    const prompt = fc.constantFrom('a fox', 'a hare');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(prompt, time), { maxLength: 5 }),
        fc.array(fc.tuple(prompt, time), { maxLength: 5 }),
        (asked, made) => {
          const jobs = asked.map(([words, at], index) => lost(`job ${index}`, { prompt: words }, at));
          const videos = made.map(([words, at], index) => listed(`v${index}`, { prompt: words, createdAt: at }));
          const { found, unclear, missing } = matchVideos(jobs, videos, 0);
          assert.equal(new Set(found.values()).size, found.size);
          assert.equal(found.size + unclear.size + missing.length, jobs.length);
          for (const [{ job }, video] of found) {
            assert.equal(job.request.prompt, video.prompt);
            assert.ok((video.createdAt ?? 0) + 3 * second >= (job.submittedAt ?? 0));
          }
          // whatever is called never received has no clip left that it could have
          for (const { job } of missing) {
            const left = videos.filter((video) => ![...found.values()].includes(video));
            const own = left.filter(
              (video) => video.prompt === job.request.prompt && (video.createdAt ?? 0) >= (job.submittedAt ?? 0),
            );
            assert.deepEqual(own, []);
          }
        },
      ),
    );
  });
});
