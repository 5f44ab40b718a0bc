/** A job while it is worked on, and what each kind of work needs for it. */
import type { Environment } from '../environment.ts';
import type { Finisher } from './finish.ts';
import type { Gateway, Gateways } from './gateway.ts';
import type { ShotlistError } from '../errors.ts';
import type { Job, JobEvent } from './job.ts';
import { Superseded, type Journal } from '../journal/journal.ts';
import type { Slots } from './slots.ts';

export interface RunJobOptions {
  readonly journal: Journal;
  readonly gateways: Gateways;
  readonly finisher: Finisher;
  readonly environment: Environment;
  readonly slots: Slots;
  /** How long a clip is waited for. */
  readonly videoWindowMs: number;
  /** Writes wait here, so that answers don't pile up in memory when the disk is slow. */
  readonly write: <Result>(task: () => Promise<Result>) => Promise<Result>;
  /** Resolves when there is room for another answer. */
  readonly room: () => Promise<void>;
}

export interface JobControl {
  /** Nothing new is sent once this aborts. */
  readonly noMore: AbortSignal;
  /** What is under way stops. */
  readonly stop: AbortSignal;
  /** False: clips are submitted and left. */
  readonly wait: boolean;
  /** Whether the person took this very job out. */
  readonly isCancelled: () => boolean;
  readonly emit: (event: JobEvent) => void;
}

export interface Piece {
  /** As it was last recorded, or as it is about to be. */
  job: Job;
  readonly options: RunJobOptions;
  readonly control: JobControl;
  /** Records the next state of the job. @throws Superseded */
  moveTo(next: Job, owner: string | undefined): Promise<void>;
}

/** Images or clips: what is done, and what becomes of a job when that fails. */
export interface Craft {
  /** From `queued` or `running` to the end. @throws Superseded, ShotlistError */
  work(gateway: Gateway): Promise<void>;
  /** The job as it is left; nobody owns it then. */
  afterFailure(error: ShotlistError): Job;
}

export function createPiece(start: Job, options: RunJobOptions, control: JobControl): Piece {
  const { journal, environment } = options;
  return {
    job: start,
    options,
    control,
    async moveTo(next, owner) {
      const dated = { ...next, updatedAt: environment.clock.now() };
      const from = { state: this.job.state, owner: journal.self.token };
      if (!(await journal.change(dated, from, owner))) throw new Superseded();
      const { state, progress, error } = this.job;
      const isNews = dated.state !== state || dated.progress !== progress || dated.error !== error;
      this.job = dated;
      if (isNews) control.emit({ type: 'changed', job: dated });
    },
  };
}
