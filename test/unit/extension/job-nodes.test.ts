import assert from 'node:assert/strict';
import type { JobState } from '../../../src/core/generation.ts';
import type { Job } from '../../../src/core/jobs/job.ts';
import {
  actionsOf,
  BatchNode,
  clockText,
  createNodes,
  elapsedMs,
  isRunning,
  JobNode,
  MoreNode,
  promptWords,
  type JobEntry,
} from '../../../src/extension/jobs/nodes.ts';

const home = { toString: () => 'file:///work' } as JobEntry['home'];

interface Given extends Partial<
  Pick<Job, 'id' | 'batch' | 'index' | 'createdAt' | 'updatedAt' | 'startedAt' | 'operation'>
> {
  readonly isLeft?: boolean;
  readonly kind?: 'image' | 'video';
  readonly prompt?: string;
  readonly isPlaced?: boolean;
}

let made = 0;
function entry(
  state: JobState,
  { isLeft = false, kind = 'video', prompt = 'A fox', isPlaced, ...given }: Given = {},
): JobEntry {
  made += 1;
  const outputs = (isPlaced ?? state === 'done') ? [{ placed: true, path: '/work/a.mp4' }] : [];
  const job = {
    id: `job_${made}`,
    batch: `batch_${made}`,
    index: 0,
    state,
    createdAt: made,
    updatedAt: made,
    request: { kind, prompt },
    outputs,
    ...given,
  } as unknown as Job;
  return { home, job, isLeft };
}

describe('the jobs in the view', () => {
  it('are in the order of their beginning, the newest first', () => {
    const nodes = createNodes()(
      [entry('done', { createdAt: 1 }), entry('running', { createdAt: 3 }), entry('failed', { createdAt: 2 })],
      100,
    );
    assert.deepEqual(
      nodes.map((node) => (node instanceof JobNode ? node.entry.job.state : node)),
      ['running', 'failed', 'done'],
    );
  });

  it('are together where they were asked for at once, in their own order', () => {
    const batch = 'batch_x';
    const nodes = createNodes()(
      [
        entry('done', { batch, index: 1, createdAt: 5 }),
        entry('queued', { batch, index: 0, createdAt: 5 }),
        entry('done'),
      ],
      100,
    );
    const group = nodes.find((node) => node instanceof BatchNode);
    assert.ok(group instanceof BatchNode);
    assert.deepEqual(
      group.members.map((member) => [member.entry.job.index, member.hasOwnPrompt]),
      [
        [0, false],
        [1, false],
      ],
    );
    assert.equal(nodes.length, 2);
  });

  it('stay the same objects while their state changes, so that the tree keeps what is selected', () => {
    const toNodes = createNodes();
    const first = entry('running');
    const [before] = toNodes([first], 100);
    const [after] = toNodes([{ ...first, job: { ...first.job, state: 'done' } }], 100);
    assert.equal(before, after);
    assert.ok(after instanceof JobNode);
    assert.equal(after.entry.job.state, 'done');
  });

  it('are all shown while unfinished or unknown, of the finished ones only some', () => {
    const finished = Array.from({ length: 30 }, () => entry('done'));
    const open = [entry('unknown', { createdAt: 0 }), entry('queued', { createdAt: 0 })];
    const nodes = createNodes()([...finished, ...open], 10);
    assert.equal(nodes.filter((node) => node instanceof JobNode).length, 12);
    const more = nodes.at(-1);
    assert.ok(more instanceof MoreNode);
    assert.equal(more.hidden, 20);
  });
});

describe('what can be done with a job', () => {
  const can = (...args: Parameters<typeof entry>): readonly string[] => actionsOf(entry(...args));

  it('follows from its state', () => {
    assert.deepEqual(can('running'), ['cancel']);
    assert.deepEqual(can('running', { isLeft: true }), ['cancel', 'resume']);
    assert.deepEqual(can('queued', { isLeft: true }), ['cancel', 'resume']);
    assert.deepEqual(can('unknown', { isLeft: true }), ['cancel', 'retry']);
    assert.deepEqual(can('failed'), ['retry']);
    assert.deepEqual(can('done', { kind: 'image' }), ['retry', 'result']);
    assert.deepEqual(can('done'), ['retry', 'result', 'clip', 'remix']);
  });

  it('is to go on with a clip that was given up, where the provider knows it', () => {
    assert.deepEqual(can('cancelled'), ['retry']);
    assert.deepEqual(can('cancelled', { operation: { id: 'video_1' } }), ['resume', 'retry']);
    assert.deepEqual(can('cancelled', { kind: 'image', operation: {} }), ['retry']);
  });

  it('never is to send an unknown one again without asking', () => {
    assert.ok(!can('unknown', { isLeft: true, operation: { id: 'video_1' } }).includes('resume'));
  });
});

describe('the time of a job', () => {
  it('runs while it works, and stands still afterwards', () => {
    assert.equal(elapsedMs(entry('running', { createdAt: 1000, startedAt: 2000, updatedAt: 3000 }), 9000), 7000);
    assert.equal(elapsedMs(entry('done', { createdAt: 1000, startedAt: 2000, updatedAt: 5000 }), 9000), 3000);
    assert.equal(elapsedMs(entry('queued', { createdAt: 1000 }), 9000), undefined);
    assert.equal(elapsedMs(entry('running', { isLeft: true, createdAt: 1000 }), 9000), undefined);
  });

  it('is written as a clock', () => {
    assert.deepEqual([0, 7000, 754_000, 3_723_000].map(clockText), ['0:00', '0:07', '12:34', '1:02:03']);
  });
});

describe('the badge', () => {
  it('counts what some process works on', () => {
    assert.equal(isRunning(entry('queued')), true);
    assert.equal(isRunning(entry('queued', { isLeft: true })), false);
    assert.equal(isRunning(entry('unknown', { isLeft: true })), false);
    assert.equal(isRunning(entry('done')), false);
  });
});

describe('the words of a prompt', () => {
  it('are on one line, cut between words, and hide nothing', () => {
    assert.equal(promptWords('A red fox\n\n  in the snow', 100), 'A red fox in the snow');
    assert.equal(promptWords('A red fox runs through the snow', 16), 'A red fox runs…');
    assert.equal(promptWords('A red fox, in the snow', 12), 'A red fox…');
    assert.equal(promptWords('一只红色的狐狸在雪地里奔跑', 6), '一只红色的狐…');
    assert.equal(promptWords('gpj.\u202exof', 100), 'gpj. xof');
  });
});
