import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import type { Io } from '../../../src/cli/io.ts';
import { createOutput } from '../../../src/cli/output.ts';
import { createProgress, type Progress } from '../../../src/cli/progress.ts';
import { createRedactor } from '../../../src/core/redaction.ts';
import type { JobState, MediaKind } from '../../../src/core/generation.ts';
import type { Job } from '../../../src/core/jobs/job.ts';

const startedAt = Date.parse('2026-11-22T10:00:00Z');

interface Screen {
  readonly progress: Progress;
  /** Milliseconds since the start. */
  at(ms: number): void;
  /** What was written, and forgets it. */
  take(): string;
}

function createScreen({ isTTY = false, quiet = false }: { isTTY?: boolean; quiet?: boolean } = {}): Screen {
  let written = '';
  let now = startedAt;
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString();
      done();
    },
  });
  const stream = Object.assign(sink, { isTTY, columns: 120, rows: 6 });
  const io = { stderr: stream, stdout: stream, variables: { NO_COLOR: '1' } } as unknown as Io;
  const output = createOutput(io, createRedactor([]), { json: false, quiet });
  return {
    progress: createProgress(io, output, () => now),
    at(ms) {
      now = startedAt + ms;
    },
    take() {
      const text = stripVTControlCharacters(written);
      written = '';
      return text;
    },
  };
}

const jobOf = (index: number, state: JobState, more: Partial<Job> = {}, kind: MediaKind = 'video'): Job => ({
  id: `job_${index}`,
  batch: 'batch_1',
  index,
  state,
  request: { kind, connection: 'local', model: 'my-model', prompt: 'a fox\u001B[2J', parameters: {}, inputs: [] },
  requestHash: '',
  planHash: '',
  origin: 'http://localhost',
  target: { folder: '/', stem: 'a', chosen: false },
  mime: 'video/mp4',
  count: 1,
  stream: false,
  outputs: [],
  warnings: [],
  createdAt: startedAt,
  updatedAt: startedAt,
  ...more,
});

describe('progress of clips', () => {
  let screen: Screen;
  afterEach(() => screen.progress.stop());
  const change = (job: Job): void => screen.progress.onEvent({ type: 'changed', job });

  it('where lines stay, a line says a new state, and each quarter that is done', () => {
    screen = createScreen();
    change(jobOf(0, 'submitting'));
    change(jobOf(0, 'running', { startedAt }));
    for (const progress of [0.1, 0.2, 0.27, 0.3, 0.52, 0.9]) {
      screen.at(progress * 100_000);
      change(jobOf(0, 'running', { startedAt, progress }));
    }
    change(jobOf(0, 'downloading', { startedAt }));
    change(jobOf(0, 'done', { startedAt }));
    assert.equal(
      screen.take(),
      [
        'sent to local',
        'in the making with my-model at local (job job_0)',
        '27% (27 s)',
        '52% (52 s)',
        '90% (90 s)',
        'downloading',
        'done (90 s)',
        '',
      ].join('\n'),
    );
  });

  it('what is waited for is said once', () => {
    screen = createScreen();
    const job = jobOf(0, 'running', { startedAt });
    change(job);
    screen.take();
    for (const seconds of [5, 9]) {
      screen.progress.onEvent({
        type: 'waiting',
        job,
        reason: 'The server is busy.',
        untilMs: startedAt + seconds * 1000,
      });
    }
    assert.equal(screen.take(), 'The server is busy; going on in 5 s\n');
  });

  it('at a terminal each clip has a line with state, percent, time and what is waited for', () => {
    screen = createScreen({ isTTY: true });
    change(jobOf(0, 'running', { startedAt, progress: 0.456 }));
    change(jobOf(1, 'queued'));
    screen.at(130_000);
    screen.progress.note('hello');
    const lines = screen.take().split('\n');
    assert.match(lines[0] ?? '', /hello$/);
    assert.match(lines[1] ?? '', /making 2 clips · 2 min 10 s$/);
    assert.match(lines[2] ?? '', /1 running 45% · 2 min 10 s · waiting for my-model at local · a fox\[2J$/);
    assert.match(lines[3] ?? '', /2 queued · a fox\[2J$/);
  });

  it('more clips than the terminal has lines are counted', () => {
    screen = createScreen({ isTTY: true });
    for (let index = 0; index < 10; index++) change(jobOf(index, 'queued'));
    screen.progress.note('');
    const lines = screen.take().split('\n');
    assert.equal(lines.at(-1), '… and 7 more');
    assert.ok(lines.length <= 6, lines.join('\n'));
  });

  it('--quiet says nothing', () => {
    screen = createScreen({ quiet: true, isTTY: true });
    change(jobOf(0, 'running', { startedAt }));
    change(jobOf(0, 'done', { startedAt }));
    assert.equal(screen.take(), '');
  });

  it('knows what is under way', () => {
    screen = createScreen();
    change(jobOf(0, 'running'));
    change(jobOf(1, 'done'));
    change(jobOf(2, 'submitting', {}, 'image'));
    assert.deepEqual(
      screen.progress.underWay().map(({ id }) => id),
      ['job_0', 'job_2'],
    );
  });
});
