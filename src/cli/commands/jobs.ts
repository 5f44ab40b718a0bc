/** `shotlist jobs`: what was made, what is left, and how to go on with it. */
import type { Command } from 'commander';
import { formatUsd } from '../../core/catalog/price.ts';
import type { Job, JobReport, RunResult } from '../../core/jobs/job.ts';
import { planAgain, sizeOfPlan } from '../../core/planning/plan-size.ts';
import { reportJob } from '../../core/jobs/report.ts';
import type { RunOptions } from '../../core/pipeline.ts';
import type { Act, Invocation } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { planDocument, printPlan } from '../plan-text.ts';
import { runJobs, whatIsLeft } from '../run-jobs.ts';
import { withSession } from '../session.ts';
import { checkBudget } from '../spending.ts';
import { formatTable, shorten } from '../table.ts';

const promptColumn = 50;

export function configureJobs(command: Command, act: Act): void {
  command
    .usage('[list | show JOB | resume [JOB] | retry JOB | cancel JOB] [OPTIONS]')
    .helpCommand(false)
    .addHelpText('after', help);
  const add = (
    name: string,
    summary: string,
    argument: string,
    run: (invocation: Invocation) => Promise<number>,
  ): void => {
    const subcommand = command.command(name, { isDefault: name === 'list' }).description(summary);
    subcommand.usage(`${argument === '' ? '' : `${argument} `}[OPTIONS]`);
    if (argument !== '') subcommand.argument(argument, 'id of the job');
    subcommand.action(act(run));
  };
  add('list', 'all jobs of the workspace, newest first (the default)', '', listJobs);
  add('show', 'everything about one job', '<JOB>', showJob);
  add('resume', 'finish what was cut off: one job, or all that are left', '[JOB]', resumeJobs);
  add('retry', 'make it again as a new job, which is paid again', '<JOB>', retryJob);
  add('cancel', 'take a job out that is waiting or running', '<JOB>', cancelJob);
}

const help = `
States: queued (not sent yet), submitting and running (sent), downloading, done, failed, cancelled, and
unknown: it was sent and no answer came, so it may have been charged. An unknown job is never sent again
by itself; \`shotlist jobs retry JOB\` does so, knowingly.

Examples:
  shotlist jobs
  shotlist jobs resume
  shotlist jobs retry 3f9c2a`;

async function listJobs(invocation: Invocation): Promise<number> {
  const { output } = invocation;
  return withSession(invocation, async ({ pipeline }) => {
    const jobs = await pipeline.listJobs();
    const rows = jobs.map((job) => [
      job.id,
      job.state,
      timeOf(job.createdAt),
      job.request.model,
      shorten(job.request.prompt, promptColumn),
    ]);
    if (rows.length === 0) output.note(`There are no jobs in ${pipeline.workspace.folder}.`);
    else for (const line of formatTable(['JOB', 'STATE', 'MADE', 'MODEL', 'PROMPT'], rows)) output.print(line);
    const reports = jobs.map(reportJob);
    const left = whatIsLeft(reports);
    if (left !== undefined) output.note(left);
    output.document({ ok: true, jobs: reports });
    return exitCodes.done;
  });
}

async function showJob(invocation: Invocation): Promise<number> {
  const { output } = invocation;
  return withSession(invocation, async ({ pipeline }) => {
    const job = await pipeline.findJob(idOf(invocation));
    const report = reportJob(job);
    for (const [name, value] of factsOf(report, timeOf(job.createdAt))) output.print(`${name.padEnd(12)}${value}`);
    for (const warning of job.warnings) output.warn(warning);
    output.document({ ok: true, jobs: [report] });
    return exitCodes.done;
  });
}

async function resumeJobs(invocation: Invocation): Promise<number> {
  const { output } = invocation;
  const [id] = invocation.arguments;
  return withSession(invocation, async ({ pipeline }) => {
    const left = (await pipeline.listLeftJobs()).filter((job) => job.state === 'queued' && (id ?? job.id) === job.id);
    return sendAgain(invocation, left, async (options) => {
      const result = await pipeline.resumeJobs(id, options);
      if (result.jobs.length === 0) output.note('Nothing is left to resume.');
      return result;
    });
  });
}

async function retryJob(invocation: Invocation): Promise<number> {
  return withSession(invocation, async ({ pipeline }) => {
    const job = await pipeline.findJob(idOf(invocation));
    return sendAgain(invocation, [job], (options) => pipeline.retryJob(job.id, options));
  });
}

/** Keeps to `--dry-run` and `--max-cost` for jobs that would be sent. */
async function sendAgain(
  invocation: Invocation,
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
  return runJobs(invocation, run);
}

async function cancelJob(invocation: Invocation): Promise<number> {
  const { output, options } = invocation;
  if (options.dryRun === true) return showJob(invocation);
  return withSession(invocation, async ({ pipeline }) => {
    const report = await pipeline.cancelJob(idOf(invocation));
    output.note(
      report.status === 'cancelled'
        ? `${report.id} is cancelled.`
        : `${report.id} was told to stop (${report.status}).`,
    );
    output.document({ ok: true, jobs: [report] });
    return exitCodes.done;
  });
}

function* factsOf(job: JobReport, made: string): Iterable<[string, string]> {
  yield ['job', job.id];
  yield ['batch', `${job.batch}, number ${job.index + 1}`];
  yield ['state', job.status];
  yield ['made', made];
  yield ['model', `${job.model} at ${job.connection}`];
  yield ['prompt', job.prompt.replaceAll('\n', `\n${' '.repeat(12)}`)];
  for (const asset of job.assets) yield ['file', asset.path];
  if (job.cost !== undefined) yield ['cost', `${job.cost.basis === 'usage' ? '' : 'about '}${formatUsd(job.cost.usd)}`];
  if (job.error !== undefined) {
    yield ['error', `${job.error.message} (${job.error.code})`];
    if (job.error.hint !== undefined) yield ['', job.error.hint];
    if (job.error.provider?.requestId !== undefined) yield ['request id', job.error.provider.requestId];
  }
}

/** Commander has made sure that it is there. */
function idOf(invocation: Invocation): string {
  return invocation.arguments[0] ?? '';
}

/** `2026-11-22 18:04:05`, local time. */
function timeOf(ms: number): string {
  return new Date(ms).toLocaleString('sv-SE');
}
