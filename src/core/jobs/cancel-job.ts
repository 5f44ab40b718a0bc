/** Takes a job out. */
import type { Job, JobReport } from './job.ts';
import type { Holding } from '../journal/journal.ts';
import { noSuchJob } from './list-jobs.ts';
import { reportJob } from './report.ts';
import { stopAtProvider } from './stop-at-provider.ts';
import type { Workshop, Workshops } from './workshop.ts';

/** A process hears within a second or two that a job of its is to be stopped. */
const hearingMs = 4_000;
const lookEveryMs = 200;

/**
 * `queued` jobs, those that nobody runs and `unknown` ones become `cancelled`; one that a process runs is told to stop.
 * A provider that works on a clip is told too, where it can be. A finished job stays as it is.
 * @throws ShotlistError `not_found`
 */
export async function cancelJob(id: string, workshops: Workshops): Promise<JobReport> {
  if ((await workshops.openExisting()) === undefined) throw noSuchJob(id);
  const workshop = await workshops.openSettled();
  const { journal, runner, gateways, recovery } = workshop;
  const { environment } = recovery;
  for (;;) {
    const entry = await journal.find(id);
    if (entry === undefined) throw noSuchJob(id);
    const { job, owner } = entry;
    if (job.state === 'done' || job.state === 'failed' || job.state === 'cancelled') return reportJob(job);
    // whoever only looks what became of an `unknown` one has nothing to stop
    if (owner !== undefined && job.state !== 'queued' && job.state !== 'unknown') {
      const ended = runner.cancel(id);
      if (ended !== undefined) return reportJob(await ended);
      await journal.requestCancel(id);
      return reportJob(await whenLeft(job, owner, workshop));
    }
    const cancelled = asCancelled(job, environment.clock.now());
    // its owner may begin with it at this very moment
    if (await journal.change(cancelled, { state: job.state, owner }, undefined)) {
      void runner.cancel(id);
      return reportJob(await stopAtProvider(cancelled, { journal, gateways, environment }));
    }
  }
}

/** The job as another process leaves it, or as it is after a while. */
async function whenLeft(job: Job, owner: Holding['owner'], { journal, recovery }: Workshop): Promise<Job> {
  const { clock } = recovery.environment;
  const deadline = clock.now() + hearingMs;
  for (;;) {
    const entry = await journal.find(job.id);
    if (entry === undefined || entry.owner !== owner || clock.now() >= deadline) return entry?.job ?? job;
    await clock.sleep(lookEveryMs);
  }
}

function asCancelled(job: Job, now: number): Job {
  const charged = job.state === 'unknown' || job.state === 'running' || job.state === 'downloading';
  const message = charged ? 'The job was cancelled; it may have been charged.' : 'The job was cancelled.';
  return { ...job, state: 'cancelled', error: { code: 'cancelled', message }, updatedAt: now };
}
