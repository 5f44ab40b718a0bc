/** Runs: a new one of a plan, the rest of one that was cut off, and jobs that were left. */
import { randomBytes } from 'node:crypto';
import { findConnection } from '../connections/choose-connection.ts';
import { originOf } from '../connections/connection.ts';
import { keyFor } from '../connections/credentials.ts';
import { ShotlistError } from '../errors.ts';
import type { Plan, PlannedJob } from '../generation.ts';
import type { PipelineOptions, RunOptions } from '../pipeline.ts';
import type { Job, RunResult } from './job.ts';
import type { Entry } from './journal-row.ts';
import { noSuchJob } from './list-jobs.ts';
import { settleJob } from './recovery.ts';
import { reportJob } from './report.ts';
import type { Workshop, Workshops } from './workshop.ts';

const resumable: readonly Job['state'][] = ['queued', 'running', 'downloading'];

/**
 * Makes everything of a plan anew; where the last run of the same plan was cut off, finishes that one.
 * @throws ShotlistError `missing_key`, `not_found` (connection), and what keeps the journal from being opened
 */
export async function runPlan(plan: Plan, options: RunOptions, workshops: Workshops): Promise<RunResult> {
  const origins = await checkConnections(plan.jobs, workshops.options);
  if (plan.jobs.length === 0) return { batch: '', jobs: [], warnings: plan.warnings };
  const workshop = await workshops.openSettled();
  const { journal } = workshop;
  const last = await journal.newestBatch(plan.hash);
  const left = last.filter(({ job, owner }) => owner === undefined && resumable.includes(job.state));
  const isSame = last.every(({ job }) => job.origin === origins.get(job.request.connection));
  if (left.length > 0 && options.fresh === true) await giveUpQueued(left, workshops, workshop);
  else if (left.length > 0 && isSame && last.every(({ owner }) => owner === undefined) && (await journal.adopt(left))) {
    const batch = left[0]?.job.batch ?? '';
    const warning = 'The last run of this was cut off, so that one was finished; what was done is not made again.';
    const finished = await runOwned(left, options, workshop);
    const jobs = last.map(({ job }) => finished.get(job.id) ?? job);
    return result(batch, jobs, [...plan.warnings, warning, ...workshop.warnings]);
  }
  const unsettled = last.filter(({ job }) => job.state === 'unknown').map(({ job }) => job.id);
  const warnings = unsettled.map(
    (id) => `Job ${id} of the last run of this may have been charged although nothing came back.`,
  );
  const made = await runNew(plan.jobs, plan.hash, origins, options, workshops, workshop);
  return { ...made, warnings: [...plan.warnings, ...warnings, ...made.warnings] };
}

/**
 * Finishes what is left: one job, or all. An `unknown` one is never sent again.
 * @throws ShotlistError `not_found`
 */
export async function resumeJobs(
  id: string | undefined,
  options: RunOptions,
  workshops: Workshops,
): Promise<RunResult> {
  if ((await workshops.openExisting()) === undefined) {
    if (id !== undefined) throw noSuchJob(id);
    return { batch: '', jobs: [], warnings: [] };
  }
  const workshop = await workshops.openSettled();
  const { journal } = workshop;
  const wanted =
    id === undefined ? await journal.list() : [await journal.find(id)].filter((entry) => entry !== undefined);
  if (id !== undefined && wanted.length === 0) throw noSuchJob(id);
  const left = wanted.filter(({ job, owner }) => owner === undefined && resumable.includes(job.state));
  // oldest first, as they were asked for
  const ordered = left.toSorted(
    (one, other) => one.job.createdAt - other.job.createdAt || one.job.index - other.job.index,
  );
  const finished = (await journal.adopt(ordered)) ? await runOwned(ordered, options, workshop) : new Map<string, Job>();
  const shown = id === undefined ? ordered : wanted;
  const jobs = shown.map(({ job }) => finished.get(job.id) ?? job);
  const warnings = shown.filter((entry) => !finished.has(entry.job.id)).map(whyNotResumed);
  return result(jobs[0]?.batch ?? '', jobs, [...warnings, ...workshop.warnings]);
}

/**
 * A new job with the request of an old one. The old one stays in the journal as it is: an `unknown` one may have been
 * charged, and a second payment doesn't undo the first.
 * @throws ShotlistError `not_found`, `missing_key`, `invalid_request` for a job that isn't finished
 */
export async function retryJob(id: string, options: RunOptions, workshops: Workshops): Promise<RunResult> {
  if ((await workshops.openExisting()) === undefined) throw noSuchJob(id);
  const workshop = await workshops.openSettled();
  const entry = await workshop.journal.find(id);
  if (entry === undefined) throw noSuchJob(id);
  const { job: old } = entry;
  if (resumable.includes(old.state) || old.state === 'submitting') {
    throw new ShotlistError('invalid_request', `Job "${id}" is ${old.state}: it needs no second try.`, {
      hint: entry.owner === undefined ? 'Resume it instead.' : 'Another process is working on it.',
    });
  }
  const { request, requestHash, target, mime, count, stream } = old;
  const planned: PlannedJob = { request, requestHash, target, mime, count, stream };
  const origins = await checkConnections([planned], workshops.options);
  return runNew([planned], old.planHash, origins, options, workshops, workshop);
}

async function checkConnections(jobs: readonly PlannedJob[], options: PipelineOptions): Promise<Map<string, string>> {
  const origins = new Map<string, string>();
  for (const id of new Set(jobs.map((job) => job.request.connection))) {
    const connection = findConnection(id, options.connections);
    await keyFor(connection, options.credentials);
    origins.set(id, originOf(connection));
  }
  return origins;
}

async function runNew(
  planned: readonly PlannedJob[],
  planHash: string,
  origins: ReadonlyMap<string, string>,
  options: RunOptions,
  { options: { environment } }: Workshops,
  workshop: Workshop,
): Promise<RunResult> {
  const now = environment.clock.now();
  const batch = newId('batch');
  const jobs = planned.map(({ request, requestHash, target, mime, count, stream }, index): Job => ({
    request,
    requestHash,
    target,
    mime,
    count,
    stream,
    id: newId('job'),
    batch,
    index,
    state: 'queued',
    planHash,
    origin: origins.get(request.connection) ?? '',
    outputs: [],
    warnings: [],
    createdAt: now,
    updatedAt: now,
  }));
  await workshop.journal.insert(jobs);
  const finished = await runOwned(
    jobs.map((job) => ({ job, owner: workshop.journal.self.token })),
    options,
    workshop,
  );
  return result(
    batch,
    jobs.map((job) => finished.get(job.id) ?? job),
    workshop.warnings,
  );
}

/** Runs jobs that this process owns; first of all their folders are tried. */
async function runOwned(
  entries: readonly Entry[],
  options: RunOptions,
  { journal, finisher, runner, recovery }: Workshop,
): Promise<Map<string, Job>> {
  const finished = new Map<string, Job>();
  const verdicts = new Map<string, Promise<ShotlistError | undefined>>();
  const ready: Job[] = [];
  for (const { job } of entries) {
    if (job.state === 'downloading') {
      await settleJob(job, recovery);
      finished.set(job.id, (await journal.find(job.id))?.job ?? job);
      continue;
    }
    const { folder } = job.target;
    const verdict =
      verdicts.get(folder) ??
      finisher.tryFolder(job).then(
        () => undefined,
        (error: unknown) => ShotlistError.from(error),
      );
    verdicts.set(folder, verdict);
    const error = await verdict;
    if (error === undefined || job.state !== 'queued') {
      ready.push(job);
      continue;
    }
    const failed: Job = { ...job, state: 'failed', error: error.toData() };
    await journal.change(failed, { state: job.state, owner: journal.self.token }, undefined);
    finished.set(job.id, failed);
  }
  for (const job of await runner.run(ready, options)) finished.set(job.id, job);
  return finished;
}

/** `--fresh`: what was paid for stays resumable, the rest is given up. */
async function giveUpQueued(left: readonly Entry[], { options }: Workshops, { journal }: Workshop): Promise<void> {
  const updatedAt = options.environment.clock.now();
  for (const { job, owner } of left.filter((entry) => entry.job.state === 'queued')) {
    const error = { code: 'cancelled', message: 'The run was started over.' } as const;
    await journal.change({ ...job, state: 'cancelled', error, updatedAt }, { state: 'queued', owner }, undefined);
  }
}

function whyNotResumed({ job, owner }: Entry): string {
  if (owner !== undefined) return `Job ${job.id} is being run by another process.`;
  if (job.state === 'unknown')
    return `Job ${job.id} is not sent again by itself, because it may have been charged; retrying it pays again.`;
  return `Job ${job.id} is ${job.state}; there is nothing to resume.`;
}

function result(batch: string, jobs: readonly Job[], warnings: readonly string[]): RunResult {
  const all = [...warnings, ...jobs.flatMap((job) => job.warnings)];
  return { batch, jobs: jobs.map(reportJob), warnings: [...new Set(all)] };
}

/** `job_` and 60 random bits in letters and digits that can't be mistaken for each other. */
function newId(kind: 'job' | 'batch'): string {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  return `${kind}_${Array.from(randomBytes(12), (byte) => alphabet[byte % alphabet.length]).join('')}`;
}
