/** Follows the events of a run and says how far it is: numbers only, the words are the caller's. */
import type { JobState } from '../core/generation.ts';
import type { JobEvent } from '../core/jobs/job.ts';

export interface RunProgress {
  /** Assets asked for in all. */
  readonly total: number;
  /** Assets of finished jobs. */
  readonly done: number;
  /** 0 to 1 over all jobs: finished ones and what the provider tells of the others. */
  readonly fraction: number;
  /** What the latest of the unfinished jobs is doing. */
  readonly state?: JobState;
  /** Set while the latest news is that something waits. */
  readonly waiting?: { readonly reason: string; readonly untilMs?: number };
}

const ended: readonly JobState[] = ['done', 'failed', 'cancelled', 'unknown'];

function hasEnded(state: JobState): boolean {
  return ended.includes(state);
}

export interface ProgressTracker {
  /** The state after the event. */
  follow(event: JobEvent): RunProgress;
  /** Ids of the jobs that are known and not at their end. */
  unfinished(): readonly string[];
}

export function trackProgress(total: number): ProgressTracker {
  const jobs = new Map<string, { state: JobState; count: number; progress: number }>();

  function now(): Pick<RunProgress, 'total' | 'done' | 'fraction'> {
    let done = 0;
    let parts = 0;
    for (const { state, count, progress } of jobs.values()) {
      if (hasEnded(state)) done += count;
      parts += hasEnded(state) ? count : count * progress;
    }
    return { total, done: Math.min(total, done), fraction: Math.min(1, parts / Math.max(1, total)) };
  }

  return {
    follow(event) {
      const { id, state, count, progress = 0 } = event.job;
      // the news of a wait may carry an older look of the job
      if (event.type === 'changed') jobs.set(id, { state, count, progress });
      const shown = hasEnded(state) ? {} : { state };
      if (event.type !== 'waiting') return { ...now(), ...shown };
      const { reason, untilMs } = event;
      return { ...now(), ...shown, waiting: untilMs === undefined ? { reason } : { reason, untilMs } };
    },
    unfinished: () => [...jobs].filter(([, { state }]) => !hasEnded(state)).map(([id]) => id),
  };
}
