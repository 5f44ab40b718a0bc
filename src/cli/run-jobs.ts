/** Runs jobs for a command: progress, Ctrl-C, what is printed, and the exit code. */
import { ShotlistError } from '../core/errors.ts';
import type { RunOptions } from '../core/pipeline.ts';
import type { Job, JobReport, RunResult } from '../core/jobs/job.ts';
import type { Invocation } from './command.ts';
import { exitCodeOfJobs, exitCodes, isLeft } from './exit-code.ts';
import { catchInterruption } from './interruption.ts';
import { createProgress } from './progress.ts';
import { resumeCommand, whatIsLeft } from './what-is-left.ts';
import type { WaitOptions } from './wait-options.ts';
import { plural } from './words.ts';

export interface RunNotes {
  /** Those of the plan; they belong into the document. */
  readonly warnings?: readonly string[];
  readonly waiting?: WaitOptions;
}

/** @returns the exit code */
export async function runJobs(
  invocation: Invocation,
  run: (options: RunOptions) => Promise<RunResult>,
  { warnings = [], waiting = {} }: RunNotes = {},
): Promise<number> {
  const { io, output, options } = invocation;
  const progress = createProgress(io, output);
  const told = new Set(warnings);
  const interruption = catchInterruption(
    () => progress.note(stoppingText(progress.underWay())),
    () => progress.note('Stopping at once.'),
  );
  let result: RunResult;
  try {
    result = await run({
      fresh: options.fresh === true,
      wait: waiting.wait !== false,
      drain: interruption.drain,
      signal: interruption.stop,
      onEvent(event) {
        if (event.type === 'warning') told.add(event.message);
        progress.onEvent(event);
      },
    });
  } finally {
    progress.stop();
    interruption.dispose();
  }
  for (const warning of result.warnings) if (!told.has(warning)) output.warn(warning);
  for (const asset of result.jobs.flatMap((job) => job.assets)) output.print(asset.path);
  progress.summary(result);
  if (waiting.wait === false) tellSubmitted(invocation, result.jobs);
  const isInterrupted = interruption.drain.aborted;
  const jobs = waiting.wait === false ? result.jobs.filter((job) => !isSubmitted(job)) : result.jobs;
  const fault = isInterrupted ? interruptedError(result.jobs, invocation) : faultOf(jobs, invocation);
  if (fault === undefined) {
    output.document({ ok: true, jobs: result.jobs, warnings: [...new Set([...warnings, ...result.warnings])] });
    return exitCodes.done;
  }
  reportEach(invocation, result.jobs);
  output.fail(fault, result.jobs);
  return isInterrupted ? exitCodes.left : exitCodeOfJobs(jobs);
}

/** At the provider, which is what `--no-wait` is about. */
function isSubmitted({ kind, status }: JobReport): boolean {
  return kind === 'video' && (status === 'running' || status === 'downloading');
}

function tellSubmitted({ output, options }: Invocation, jobs: readonly JobReport[]): void {
  const submitted = jobs.filter(isSubmitted);
  for (const { id, model, connection } of submitted) output.note(`${id}: in the making with ${model} at ${connection}`);
  if (submitted.length > 0) output.note(`\`${resumeCommand(options)}\` waits for them and fetches them.`);
}

/** What the first Ctrl-C means for what is under way. */
function stoppingText(jobs: readonly Job[]): string {
  const clips = jobs.filter(({ request, state }) => request.kind === 'video' && state !== 'submitting');
  const others = jobs.length - clips.length;
  const parts = ['Stopping: nothing more is sent'];
  if (others > 0) parts.push(`finishing ${plural(others, 'request')} under way`);
  if (clips.length > 0) parts.push(`${plural(clips.length, 'clip')} under way can be resumed`);
  return `${parts.join(', ')}.${jobs.length > 0 ? ' Press Ctrl-C again to stop at once.' : ''}`;
}

/** The fault that stands for the run: that of a job that is left, else the first one. */
function faultOf(jobs: readonly JobReport[], { options }: Invocation): ShotlistError | undefined {
  const job = jobs.find(isLeft) ?? jobs.find(({ status }) => status !== 'done');
  if (job === undefined) return undefined;
  const hint = whatIsLeft(jobs, options);
  if (job.error !== undefined) {
    const { provider } = job.error;
    const hints = [job.error.hint, job.status === 'unknown' ? undefined : hint];
    return ShotlistError.fromData({
      code: job.error.code,
      message: job.error.message,
      ...(hints.some((each) => each !== undefined) ? { hint: hints.filter(Boolean).join('\n') } : {}),
      ...(provider === undefined ? {} : { provider }),
    });
  }
  return job.status === 'cancelled'
    ? new ShotlistError('cancelled', `Job ${job.id} was cancelled.`)
    : new ShotlistError('cancelled', `Job ${job.id} is not finished (${job.status}).`, { hint });
}

function interruptedError(jobs: readonly JobReport[], { options }: Invocation): ShotlistError {
  const done = jobs.filter(({ status }) => status === 'done').length;
  return new ShotlistError('cancelled', `Interrupted: ${done} of ${plural(jobs.length, 'request')} finished.`, {
    hint: whatIsLeft(jobs, options),
  });
}

/** Where not all of several jobs went well, what became of each; the fault that stands for all comes after it. */
function reportEach({ output }: Invocation, jobs: readonly JobReport[]): void {
  if (jobs.length < 2) return;
  for (const { index, id, status, error, assets } of jobs) {
    const what = error === undefined ? assets.map(({ path }) => path).join(', ') : error.message;
    output.note(`request ${index + 1} (${id}): ${status}${what === '' ? '' : `, ${what}`}`);
  }
}
