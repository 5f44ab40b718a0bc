/** Jobs as they are, without changing any. */
import { ShotlistError } from '../errors.ts';
import type { Job } from './job.ts';
import type { Entry } from '../journal/journal-row.ts';
import { cutOff, findGoneOwners } from './recovery.ts';
import type { Workshops } from './workshop.ts';

const finished: readonly Job['state'][] = ['done', 'failed', 'cancelled'];

/** All jobs, newest first. One whose process died in the middle of the call is shown as the `unknown` that it is. */
export async function listOwnJobs(workshops: Workshops): Promise<Job[]> {
  const workshop = await workshops.openExisting();
  if (workshop === undefined) return [];
  const { journal } = workshop;
  const gone = await findGoneOwners(journal, workshops.options.environment.clock.now());
  return (await journal.list()).map((entry) => asShown(entry, gone));
}

/** Jobs that wait for the person: unfinished or `unknown`, and run by no living process. Newest first. */
export async function listLeftJobs(workshops: Workshops): Promise<Job[]> {
  const workshop = await workshops.openExisting();
  if (workshop === undefined) return [];
  const { journal } = workshop;
  const gone = await findGoneOwners(journal, workshops.options.environment.clock.now());
  return (await journal.list())
    .filter(({ job, owner }) => !finished.includes(job.state) && (owner === undefined || gone.has(owner)))
    .map((entry) => asShown(entry, gone));
}

/** @throws ShotlistError `not_found` */
export async function findOwnJob(id: string, workshops: Workshops): Promise<Job> {
  const workshop = await workshops.openExisting();
  const entry = await workshop?.journal.find(id);
  if (workshop === undefined || entry === undefined) throw noSuchJob(id);
  return asShown(entry, await findGoneOwners(workshop.journal, workshops.options.environment.clock.now()));
}

export function noSuchJob(id: string): ShotlistError {
  return new ShotlistError('not_found', `There is no job "${id}" in this workspace.`, {
    hint: 'List them with: shotlist jobs',
  });
}

function asShown({ job, owner }: Entry, gone: ReadonlySet<string>): Job {
  const isCutOff = job.state === 'submitting' && (owner === undefined || gone.has(owner));
  return isCutOff ? cutOff(job) : job;
}
