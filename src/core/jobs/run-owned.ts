/** Runs jobs that this process has taken, whatever they are in the middle of. */
import { ShotlistError } from '../errors.ts';
import type { RunOptions } from '../pipeline.ts';
import type { Job, RunResult } from './job.ts';
import type { Entry } from '../journal/journal-row.ts';
import type { Journal } from '../journal/journal.ts';
import { settleJob } from './recovery.ts';
import { reportJob } from './report.ts';
import type { Workshop } from './workshop.ts';

/** Runs jobs that this process owns; first of all their folders are tried. @returns them by id, as they ended */
export async function runOwned(
  entries: readonly Entry[],
  options: RunOptions,
  { journal, finisher, runner, recovery }: Workshop,
): Promise<Map<string, Job>> {
  const finished = new Map<string, Job>();
  const verdicts = new Map<string, Promise<ShotlistError | undefined>>();
  const ready: Job[] = [];
  for (const entry of entries) {
    let { job } = entry;
    if (job.state === 'downloading') {
      await settleJob(job, recovery);
      const settled = await journal.find(job.id);
      job = settled?.job ?? job;
      // what is on disk wasn't enough: it is fetched once more
      const mayFetch = settled?.job.state === 'running' && settled.owner === undefined;
      if (!mayFetch || !(await journal.adopt([settled]))) {
        finished.set(job.id, job);
        continue;
      }
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

/** @returns those that this process has now: all of them, or where others are quicker, what they left */
export async function adoptFree(entries: readonly Entry[], journal: Journal): Promise<readonly Entry[]> {
  if (await journal.adopt(entries)) return entries;
  const adopted: Entry[] = [];
  for (const entry of entries) if (await journal.adopt([entry])) adopted.push(entry);
  return adopted;
}

/** The outcome of a run, for its door. */
export function runResult(batch: string, jobs: readonly Job[], warnings: readonly string[]): RunResult {
  const all = [...warnings, ...jobs.flatMap((job) => job.warnings)];
  return { batch, jobs: jobs.map(reportJob), warnings: [...new Set(all)] };
}
