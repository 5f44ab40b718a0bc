/** Runs: a new one of a plan, or the rest of one that was cut off. */
import { randomBytes } from 'node:crypto';
import { findConnection } from '../connections/choose-connection.ts';
import { originOf } from '../connections/connection.ts';
import { keyFor } from '../connections/credentials.ts';
import { ShotlistError } from '../errors.ts';
import type { Plan, PlannedJob } from '../generation.ts';
import type { PipelineOptions, RunOptions } from '../pipeline.ts';
import type { Job, RunResult } from './job.ts';
import type { Entry } from '../journal/journal-row.ts';
import { noSuchJob } from './list-jobs.ts';
import { resumable } from './resume-jobs.ts';
import { runOwned, runResult } from './run-owned.ts';
import { settleUnknown } from './settle-unknown.ts';
import type { Workshop, Workshops } from './workshop.ts';

/**
 * Makes everything of a plan anew; where the last run of the same plan was cut off, finishes that one.
 * @throws ShotlistError `missing_key`, `not_found` (connection), and what keeps the journal from being opened
 */
export async function runPlan(plan: Plan, options: RunOptions, workshops: Workshops): Promise<RunResult> {
  const origins = await checkConnections(plan.jobs, workshops.options);
  if (plan.jobs.length === 0) return { batch: '', jobs: [], warnings: plan.warnings };
  const workshop = await workshops.openSettled();
  const { journal } = workshop;
  const last = await lastBatch(plan, options, workshop);
  const left = last.filter(({ job, owner }) => owner === undefined && resumable.includes(job.state));
  const isSame = last.every(({ job }) => job.origin === origins.get(job.request.connection));
  if (left.length > 0 && options.fresh === true) await giveUpQueued(left, workshops, workshop);
  else if (left.length > 0 && isSame && last.every(({ owner }) => owner === undefined) && (await journal.adopt(left))) {
    const batch = left[0]?.job.batch ?? '';
    const warning = 'The last run of this was cut off, so that one was finished; what was done is not made again.';
    const finished = await runOwned(left, options, workshop);
    const jobs = last.map(({ job }) => finished.get(job.id) ?? job);
    return runResult(batch, jobs, [...plan.warnings, warning, ...workshop.warnings]);
  }
  const unsettled = last.filter(({ job }) => job.state === 'unknown').map(({ job }) => job.id);
  const warnings = unsettled.map(
    (id) => `Job ${id} of the last run of this may have been charged although nothing came back.`,
  );
  const made = await runNew(plan.jobs, plan.hash, origins, options, workshops, workshop);
  return { ...made, warnings: [...plan.warnings, ...warnings, ...made.warnings] };
}

/** The last run of the same plan; what became of its clips is found out where that can be. */
async function lastBatch(plan: Plan, { fresh, signal, onEvent }: RunOptions, workshop: Workshop): Promise<Entry[]> {
  const last = await workshop.journal.newestBatch(plan.hash);
  const isUnclear = last.some(({ job }) => job.state === 'unknown' && job.request.kind === 'video');
  if (!isUnclear || fresh === true) return last;
  await settleUnknown(workshop, { wait: true, signal, onEvent });
  return workshop.journal.newestBatch(plan.hash);
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
  const { request, requestHash, target, mime, count, stream, from } = old;
  const planned: PlannedJob = {
    request,
    requestHash,
    target,
    mime,
    count,
    stream,
    ...(from === undefined ? {} : { from }),
  };
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
  const jobs = planned.map(({ request, requestHash, target, mime, count, stream, from }, index): Job => ({
    request,
    requestHash,
    target,
    mime,
    count,
    stream,
    ...(from === undefined ? {} : { from }),
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
  return runResult(
    batch,
    jobs.map((job) => finished.get(job.id) ?? job),
    workshop.warnings,
  );
}

/** `--fresh`: what was paid for stays resumable, the rest is given up. */
async function giveUpQueued(left: readonly Entry[], { options }: Workshops, { journal }: Workshop): Promise<void> {
  const updatedAt = options.environment.clock.now();
  for (const { job, owner } of left.filter((entry) => entry.job.state === 'queued')) {
    const error = { code: 'cancelled', message: 'The run was started over.' } as const;
    await journal.change({ ...job, state: 'cancelled', error, updatedAt }, { state: 'queued', owner }, undefined);
  }
}

/** `job_` and 60 random bits in letters and digits that can't be mistaken for each other. */
function newId(kind: 'job' | 'batch'): string {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  return `${kind}_${Array.from(randomBytes(12), (byte) => alphabet[byte % alphabet.length]).join('')}`;
}
