/** Jobs that were left: finished one by one or all together, never paid for again. */
import type { RunOptions } from '../pipeline.ts';
import type { Job, RunResult } from './job.ts';
import type { Entry } from '../journal/journal-row.ts';
import type { Journal } from '../journal/journal.ts';
import { noSuchJob } from './list-jobs.ts';
import { adoptFree, runOwned, runResult } from './run-owned.ts';
import { settleUnknown } from './settle-unknown.ts';
import type { Workshops } from './workshop.ts';

/** States in which a job is finished by going on with it. */
export const resumable: readonly Job['state'][] = ['queued', 'running', 'downloading'];

/**
 * Finishes what is left: one job, or all. An `unknown` one is never sent again. One that was cancelled, or whose clip
 * couldn't be fetched, is gone on with where it is named and the provider knows it.
 * @throws ShotlistError `not_found`
 */
export async function resumeJobs(
  id: string | undefined,
  options: RunOptions,
  workshops: Workshops,
): Promise<RunResult> {
  if ((await workshops.openExisting()) === undefined) {
    if (id !== undefined) throw noSuchJob(id);
    return runResult('', [], []);
  }
  const workshop = await workshops.openSettled();
  const { journal } = workshop;
  const find = async (): Promise<Entry[]> =>
    id === undefined
      ? journal.inStates([...resumable, 'unknown'])
      : [await journal.find(id)].filter((entry) => entry !== undefined);
  const before = await find();
  if (id !== undefined && before.length === 0) throw noSuchJob(id);
  const unclear = before.filter(({ job, owner }) => owner === undefined && job.state === 'unknown');
  if (unclear.length > 0)
    await settleUnknown(workshop, { wait: true, signal: stopOf(options), onEvent: options.onEvent });
  if (id !== undefined) await reopen(id, journal);
  const wanted = await find();
  const left = wanted.filter(({ job, owner }) => owner === undefined && resumable.includes(job.state));
  // oldest first, as they were asked for
  const ordered = left.toSorted(
    (one, other) => one.job.createdAt - other.job.createdAt || one.job.index - other.job.index,
  );
  const finished = await runOwned(await adoptFree(ordered, journal), options, workshop);
  const shown = id === undefined ? [...ordered, ...(await refusedOf(unclear, journal))] : wanted;
  const jobs = shown.map(({ job }) => finished.get(job.id) ?? job);
  const unresumed = [...shown, ...wanted.filter(({ job }) => job.state === 'unknown')];
  const warnings = unresumed.filter((entry) => !finished.has(entry.job.id)).map(whyNotResumed);
  return runResult(jobs[0]?.batch ?? '', jobs, [...warnings, ...workshop.warnings]);
}

/** Those of which it is known now that the provider never got them. */
async function refusedOf(unclear: readonly Entry[], journal: Journal): Promise<Entry[]> {
  const entries = await Promise.all(unclear.map(({ job }) => journal.find(job.id)));
  return entries.filter((entry) => entry?.job.state === 'failed').filter((entry) => entry !== undefined);
}

function stopOf({ drain, signal }: RunOptions): AbortSignal | undefined {
  const signals = [drain, signal].filter((each) => each !== undefined);
  return signals.length === 0 ? undefined : AbortSignal.any(signals);
}

/** A job that its provider knows is `running` again. */
async function reopen(id: string, journal: Journal): Promise<void> {
  const entry = await journal.find(id);
  if (entry === undefined || entry.owner !== undefined || !mayReopen(entry.job)) return;
  const { error: _, ...plain } = entry.job;
  await journal.change({ ...plain, state: 'running' }, { state: entry.job.state, owner: undefined }, undefined);
}

function mayReopen({ state, request, operation, outputs, error }: Job): boolean {
  if (request.kind !== 'video' || operation === undefined || outputs.length > 0) return false;
  return state === 'cancelled' || (state === 'failed' && error?.code === 'download_failed');
}

function whyNotResumed({ job, owner }: Entry): string {
  if (owner !== undefined) return `Job ${job.id} is being run by another process.`;
  if (job.state === 'unknown')
    return `Job ${job.id} is not sent again by itself, because it may have been charged; retrying it pays again.`;
  if (job.state === 'failed' && job.error !== undefined) return `Job ${job.id} failed: ${job.error.message}`;
  return `Job ${job.id} is ${job.state}; there is nothing to resume.`;
}
