/** Runs jobs for a command: progress, Ctrl-C, what is printed, and the exit code. */
import { ShotlistError } from '../core/errors.ts';
import type { RunOptions } from '../core/pipeline.ts';
import type { JobReport, RunResult } from '../core/jobs/job.ts';
import type { Invocation } from './command.ts';
import { exitCodeOfJobs, exitCodes, isLeft } from './exit-code.ts';
import { catchInterruption } from './interruption.ts';
import { createProgress, plural } from './progress.ts';

/** `warnings` are those of the plan; they belong into the document. */
export async function runJobs(
  invocation: Invocation,
  run: (options: RunOptions) => Promise<RunResult>,
  warnings: readonly string[] = [],
): Promise<number> {
  const { io, output, options } = invocation;
  const progress = createProgress(io, output);
  const interruption = catchInterruption(
    () => {
      const waiting = progress.underWay();
      progress.note(
        waiting === 0
          ? 'Stopping: nothing more is sent.'
          : `Stopping: nothing more is sent, finishing ${plural(waiting, 'request')} under way. Press Ctrl-C again to stop at once.`,
      );
    },
    () => progress.note('Stopping at once.'),
  );
  let result: RunResult;
  try {
    result = await run({
      fresh: options.fresh === true,
      drain: interruption.drain,
      signal: interruption.stop,
      onEvent: (event) => progress.onEvent(event),
    });
  } finally {
    progress.stop();
    interruption.dispose();
  }
  for (const warning of result.warnings) if (!warnings.includes(warning)) output.warn(warning);
  for (const asset of result.jobs.flatMap((job) => job.assets)) output.print(asset.path);
  progress.summary(result);
  const interrupted = interruption.drain.aborted;
  const fault = interrupted ? interruptedError(result.jobs) : faultOf(result.jobs);
  if (fault === undefined) {
    output.document({ ok: true, jobs: result.jobs, warnings: [...new Set([...warnings, ...result.warnings])] });
    return exitCodes.done;
  }
  reportJobFaults(invocation, result.jobs);
  output.fail(fault, result.jobs);
  return interrupted ? exitCodes.left : exitCodeOfJobs(result.jobs);
}

/** The fault that stands for the run: that of a job that is left, else the first one. */
function faultOf(jobs: readonly JobReport[]): ShotlistError | undefined {
  const job = jobs.find(isLeft) ?? jobs.find(({ status }) => status !== 'done');
  if (job === undefined) return undefined;
  if (job.error !== undefined) return ShotlistError.fromData(job.error);
  return job.status === 'cancelled'
    ? new ShotlistError('cancelled', `Job ${job.id} was cancelled.`)
    : new ShotlistError('cancelled', `Job ${job.id} is not finished (${job.status}).`, { hint: whatIsLeft(jobs) });
}

/** What can be done about jobs that are left; undefined where none is. */
export function whatIsLeft(jobs: readonly Pick<JobReport, 'id' | 'status'>[]): string | undefined {
  const unknown = jobs.filter(({ status }) => status === 'unknown');
  const resumable = jobs.filter((job) => isLeft(job) && job.status !== 'unknown');
  const sentences = [
    resumable.length === 0 ? [] : [`${plural(resumable.length, 'job')} left: \`shotlist jobs resume\` goes on.`],
    unknown.length === 0
      ? []
      : [
          `${plural(unknown.length, 'job')} sent and not answered, so perhaps charged: \`shotlist jobs retry ${unknown[0]?.id}\` makes it again.`,
        ],
  ];
  return sentences.flat().join('\n') || undefined;
}

function interruptedError(jobs: readonly JobReport[]): ShotlistError {
  const done = jobs.filter(({ status }) => status === 'done').length;
  return new ShotlistError('cancelled', `Interrupted: ${done} of ${plural(jobs.length, 'request')} finished.`, {
    hint: whatIsLeft(jobs),
  });
}

/** Where several jobs failed differently, each is named; the first stands at the end anyway. */
function reportJobFaults({ output }: Invocation, jobs: readonly JobReport[]): void {
  const faults = jobs.filter(({ status, error }) => status !== 'done' && error !== undefined);
  if (jobs.length < 2) return;
  for (const job of faults) {
    output.note(`request ${job.index + 1} (${job.id}): ${job.status}, ${job.error?.message ?? ''}`);
  }
}
