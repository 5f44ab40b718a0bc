/** `shotlist jobs list` and `shotlist jobs show`: jobs as they are; nothing is changed. */
import type { Job, JobReport } from '../../core/jobs/job.ts';
import { reportJob } from '../../core/jobs/report.ts';
import { operationSchema } from '../../core/providers/provider.ts';
import type { Invocation } from '../command.ts';
import { costText } from '../cost-text.ts';
import { exitCodes } from '../exit-code.ts';
import { withSession } from '../session.ts';
import { formatTable, shorten } from '../table.ts';
import { whatIsLeft } from '../what-is-left.ts';
import { formatDuration } from '../words.ts';

const promptColumn = 50;
const operationColumn = 24;
const factColumn = 12;
const header = ['JOB', 'STATE', 'MADE', 'TOOK', 'COST', 'MODEL', 'OPERATION', 'PROMPT'];

export async function listJobs(invocation: Invocation): Promise<number> {
  const { output, options } = invocation;
  return withSession(invocation, async ({ pipeline }) => {
    const jobs = await pipeline.listJobs();
    const now = Date.now();
    const rows = jobs.map((job) => [
      job.id,
      stateText(job),
      timeOf(job.createdAt),
      tookText(job, now),
      job.cost === undefined ? '' : costText(job.cost),
      job.request.model,
      shortOperation(job),
      shorten(job.request.prompt, promptColumn),
    ]);
    if (rows.length === 0) output.note(`There are no jobs in ${pipeline.workspace.folder}.`);
    else for (const line of formatTable(header, rows)) output.print(line);
    const reports = jobs.map(reportJob);
    const left = whatIsLeft(reports, options);
    if (left !== undefined) output.note(left);
    output.document({ ok: true, jobs: reports });
    return exitCodes.done;
  });
}

export async function showJob(invocation: Invocation): Promise<number> {
  const { output } = invocation;
  return withSession(invocation, async ({ pipeline }) => {
    const job = await pipeline.findJob(idOf(invocation));
    const report = reportJob(job);
    for (const [name, value] of factsOf(job, report, Date.now())) {
      output.print(`${name.padEnd(factColumn)}${value.replaceAll('\n', `\n${' '.repeat(factColumn)}`)}`);
    }
    for (const warning of job.warnings) output.warn(warning);
    output.document({ ok: true, jobs: [report] });
    return exitCodes.done;
  });
}

/** Commander has made sure that it is there. */
export function idOf(invocation: Pick<Invocation, 'arguments'>): string {
  return invocation.arguments[0] ?? '';
}

function* factsOf(job: Job, report: JobReport, now: number): Iterable<[string, string]> {
  yield ['job', job.id];
  yield ['batch', `${job.batch}, number ${job.index + 1}`];
  yield ['state', stateText(job)];
  yield ['made', timeOf(job.createdAt)];
  const took = tookText(job, now);
  if (took !== '') yield ['took', took];
  yield ['model', `${job.request.model} at ${job.request.connection}`];
  const operation = operationSchema.safeParse(job.operation).data;
  if (operation !== undefined) yield ['operation', operation.id];
  yield ['prompt', job.request.prompt];
  for (const [name, value] of Object.entries(job.request.parameters)) {
    yield [name.length < factColumn ? name : `${name}:`, typeof value === 'string' ? value : JSON.stringify(value)];
  }
  for (const asset of report.assets) yield ['file', asset.path];
  if (job.cost !== undefined) yield ['cost', costText(job.cost)];
  if (job.error === undefined) return;
  yield ['error', `${job.error.message} (${job.error.code})`];
  if (job.error.hint !== undefined) yield ['', job.error.hint];
  if (job.error.provider?.requestId !== undefined) yield ['request id', job.error.provider.requestId];
}

function stateText({ state, progress }: Job): string {
  return state === 'running' && progress !== undefined ? `${state} ${Math.floor(progress * 100)}%` : state;
}

/** How long it took, or takes so far; nothing where it was never sent. */
function tookText({ state, createdAt, startedAt, updatedAt, request }: Job, now: number): string {
  if (state === 'queued' || (startedAt === undefined && state !== 'done')) return '';
  const isUnderWay = request.kind === 'video' && (state === 'running' || state === 'downloading');
  return formatDuration((isUnderWay ? now : updatedAt) - (startedAt ?? createdAt));
}

/** Google's names of operations are paths; what tells them apart stands at their end. */
function shortOperation(job: Job): string {
  const id = operationSchema.safeParse(job.operation).data?.id.split('/').at(-1) ?? '';
  return shorten(id, operationColumn);
}

/** `2026-11-22 18:04:05`, local time. */
function timeOf(ms: number): string {
  return new Date(ms).toLocaleString('sv-SE');
}
