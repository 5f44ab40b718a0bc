import assert from 'node:assert/strict';
import type { Job, JobEvent } from '../../../src/core/jobs/job.ts';
import { trackProgress } from '../../../src/extension/progress-text.ts';

const changed = (id: string, state: Job['state'], progress?: number, count = 1): JobEvent => ({
  type: 'changed',
  job: { id, state, count, ...(progress === undefined ? {} : { progress }) } as Job,
});

describe('the progress of a run', () => {
  it('counts finished jobs whole and the others as far as they are', () => {
    const tracker = trackProgress(4);
    assert.deepEqual(tracker.follow(changed('a', 'running', 0.5)), {
      total: 4,
      done: 0,
      fraction: 0.125,
      state: 'running',
    });
    assert.deepEqual(tracker.follow(changed('b', 'done')), { total: 4, done: 1, fraction: 0.375 });
    assert.deepEqual(tracker.follow(changed('a', 'failed')), { total: 4, done: 2, fraction: 0.5 });
  });

  it('never goes beyond what was asked for', () => {
    const tracker = trackProgress(1);
    tracker.follow(changed('a', 'done', 1, 3));
    assert.deepEqual(tracker.follow(changed('b', 'done')), { total: 1, done: 1, fraction: 1 });
  });

  it('says that it waits, until the next news', () => {
    const tracker = trackProgress(1);
    const { job } = changed('a', 'queued');
    const waiting = tracker.follow({ type: 'waiting', job, reason: 'The server asks to wait.' });
    assert.deepEqual(waiting.waiting, { reason: 'The server asks to wait.' });
    assert.equal(tracker.follow(changed('a', 'running')).waiting, undefined);
  });

  it('knows which jobs a cancellation has to stop', () => {
    const tracker = trackProgress(3);
    for (const event of [changed('a', 'queued'), changed('b', 'running'), changed('c', 'done')]) tracker.follow(event);
    assert.deepEqual(tracker.unfinished(), ['a', 'b']);
  });
});
