/** Takes a job out. */
import type { Job, JobReport } from './job.ts';
import { noSuchJob } from './list-jobs.ts';
import { reportJob } from './report.ts';
import type { Workshops } from './workshop.ts';

/**
 * `queued` jobs, those that nobody runs and `unknown` ones become `cancelled`; one that a process runs is told to stop,
 * which it hears within a second or two. A finished job stays as it is.
 * @throws ShotlistError `not_found`
 */
export async function cancelJob(id: string, workshops: Workshops): Promise<JobReport> {
  if ((await workshops.openExisting()) === undefined) throw noSuchJob(id);
  const { journal, runner } = await workshops.openSettled();
  for (;;) {
    const entry = await journal.find(id);
    if (entry === undefined) throw noSuchJob(id);
    const { job, owner } = entry;
    if (job.state === 'done' || job.state === 'failed' || job.state === 'cancelled') return reportJob(job);
    if (owner !== undefined && job.state !== 'queued') {
      if (!runner.cancel(id)) await journal.requestCancel(id);
      return reportJob(job);
    }
    const cancelled = asCancelled(job, workshops.options.environment.clock.now());
    // its owner may begin with it at this very moment
    if (await journal.change(cancelled, { state: job.state, owner }, undefined)) {
      runner.cancel(id);
      return reportJob(cancelled);
    }
  }
}

function asCancelled(job: Job, now: number): Job {
  const charged = job.state === 'unknown' || job.state === 'running' || job.state === 'downloading';
  const message = charged ? 'The job was cancelled; it may have been charged.' : 'The job was cancelled.';
  return { ...job, state: 'cancelled', error: { code: 'cancelled', message }, updatedAt: now };
}
