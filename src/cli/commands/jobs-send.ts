/** `shotlist jobs resume` and `shotlist jobs retry`: what may send something. */
import type { Job, RunResult } from '../../core/jobs/job.ts';
import type { RunOptions } from '../../core/pipeline.ts';
import { planAgain, sizeOfPlan } from '../../core/planning/plan-size.ts';
import type { Invocation } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { withJobSession } from '../job-session.ts';
import { planDocument, printPlan } from '../plan-text.ts';
import { runJobs } from '../run-jobs.ts';
import { checkBudget } from '../spending.ts';
import type { WaitOptions } from '../wait-options.ts';
import { idOf } from './jobs-show.ts';

export async function resumeJobs(invocation: Invocation<WaitOptions>): Promise<number> {
  const { output } = invocation;
  const [id] = invocation.arguments;
  return withJobSession(
    invocation,
    id,
    async ({ pipeline }) => {
      if (id !== undefined) await pipeline.findJob(id);
      const left = (await pipeline.listLeftJobs()).filter((job) => job.state === 'queued' && (id ?? job.id) === job.id);
      return sendAgain(invocation, left, async (options) => {
        const result = await pipeline.resumeJobs(id, options);
        if (result.jobs.length === 0) output.note('Nothing is left to resume.');
        return result;
      });
    },
    invocation.options.window,
  );
}

export async function retryJob(invocation: Invocation<WaitOptions>): Promise<number> {
  return withJobSession(
    invocation,
    idOf(invocation),
    async ({ pipeline }) => {
      const job = await pipeline.findJob(idOf(invocation));
      return sendAgain(invocation, [job], (options) => pipeline.retryJob(job.id, options));
    },
    invocation.options.window,
  );
}

/** Keeps to `--dry-run` and `--max-cost` for jobs that would be sent. */
async function sendAgain(
  invocation: Invocation<WaitOptions>,
  jobs: readonly Job[],
  run: (options: RunOptions) => Promise<RunResult>,
): Promise<number> {
  const { options, output } = invocation;
  const plan = { jobs: planAgain(jobs) };
  if (options.dryRun === true) {
    printPlan(plan, output);
    output.document(planDocument(plan, []));
    return exitCodes.done;
  }
  checkBudget(sizeOfPlan(plan), options.maxCost);
  return runJobs(invocation, run, { waiting: options });
}
