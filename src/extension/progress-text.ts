/** Follows the events of a run and says how far it is: numbers only, the words are the caller's. */
import type { JobEvent } from '../core/jobs/job.ts';

export interface RunProgress {
  /** Pictures asked for in all. */
  readonly total: number;
  /** Pictures of finished jobs. */
  readonly done: number;
  /** Set while the latest news is that something waits. */
  readonly waiting?: { readonly reason: string; readonly untilMs?: number };
}

const ended = ['done', 'failed', 'cancelled', 'unknown'];

export interface ProgressTracker {
  /** The state after the event. */
  follow(event: JobEvent): RunProgress;
}

export function trackProgress(total: number): ProgressTracker {
  const finished = new Map<string, number>();
  return {
    follow(event) {
      if (event.type === 'changed' && ended.includes(event.job.state)) finished.set(event.job.id, event.job.count);
      const done = Math.min(
        total,
        [...finished.values()].reduce((sum, count) => sum + count, 0),
      );
      if (event.type !== 'waiting') return { total, done };
      const { reason, untilMs } = event;
      return { total, done, waiting: untilMs === undefined ? { reason } : { reason, untilMs } };
    },
  };
}
