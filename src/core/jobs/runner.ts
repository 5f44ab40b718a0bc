/** Runs many jobs at once, each by itself: what befalls one doesn't stop another. */
import PQueue from 'p-queue';
import type { Environment } from '../environment.ts';
import { ShotlistError } from '../errors.ts';
import type { RunOptions } from '../pipeline.ts';
import type { Finisher } from './finish.ts';
import type { Gateways } from './gateway.ts';
import { createHeartbeat } from './heartbeat.ts';
import type { Job, JobEvent } from './job.ts';
import type { Journal } from '../journal/journal.ts';
import { runJob } from './run-job.ts';
import { createSlots } from './slots.ts';

export interface RunnerOptions {
  readonly journal: Journal;
  readonly gateways: Gateways;
  readonly finisher: Finisher;
  readonly environment: Environment;
  /** How long a clip is waited for. */
  readonly videoWindowMs: number;
}

export interface Runner {
  /** Runs jobs that this process owns, in the order given; they come back in the same order. Never throws. */
  run(jobs: readonly Job[], options: RunOptions): Promise<Job[]>;
  /** Stops a job of this process. @returns how it ended; undefined where it doesn't run here */
  cancel(jobId: string): Promise<Job> | undefined;
  /** Stops everything; resolves when all runs have ended. */
  stop(): Promise<void>;
}

const concurrentWrites = 4;
/** Answers that may wait for the disk before the next call is made. */
const waitingAnswers = 8;

export function createRunner(options: RunnerOptions): Runner {
  const { journal, environment } = options;
  const writes = new PQueue({ concurrency: concurrentWrites });
  const stopAll = new AbortController();
  const slots = createSlots();
  const running = new Map<string, { readonly controller: AbortController; readonly end: Promise<Job> }>();
  const runs = new Set<Promise<unknown>>();
  const cancel = (jobId: string): Promise<Job> | undefined => {
    const found = running.get(jobId);
    found?.controller.abort(new ShotlistError('cancelled', 'The job was cancelled.'));
    return found?.end;
  };
  const heartbeat = createHeartbeat(journal, environment.log, (jobId) => void cancel(jobId));

  const runOne = (job: Job, { drain, signal, onEvent, wait = true }: RunOptions): Promise<Job> => {
    const controller = new AbortController();
    const stop = AbortSignal.any([stopAll.signal, controller.signal, ...(signal === undefined ? [] : [signal])]);
    const noMore = drain === undefined ? stop : AbortSignal.any([stop, drain]);
    const emit = (event: JobEvent): void => {
      try {
        onEvent?.(event);
      } catch (error) {
        environment.log.error(`A listener of jobs failed: ${String(error)}`);
      }
    };
    const end = runJob(
      job,
      {
        ...options,
        slots,
        write: (task) => writes.add(task),
        room: () => writes.onSizeLessThan(waitingAnswers),
      },
      { noMore, stop, wait, isCancelled: () => controller.signal.aborted, emit },
    ).finally(() => running.delete(job.id));
    running.set(job.id, { controller, end });
    return end;
  };

  return {
    async run(jobs, runOptions) {
      if (jobs.length === 0) return [];
      const end = heartbeat.begin();
      const all = Promise.all(jobs.map((job) => runOne(job, runOptions)));
      runs.add(all);
      try {
        return await all;
      } finally {
        runs.delete(all);
        end();
      }
    },
    cancel,
    async stop() {
      stopAll.abort(new ShotlistError('cancelled', 'Shotlist is closing.'));
      await Promise.allSettled(runs);
    },
  };
}
