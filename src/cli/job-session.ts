/** A session about jobs that exist: a key or an address given by flag is for the connection that made them. */
import type { Job } from '../core/jobs/job.ts';
import type { Invocation } from './command.ts';
import { withSession, type Session } from './session.ts';

/** @param id one job; undefined for all that are left */
export async function withJobSession<Result>(
  invocation: Invocation,
  id: string | undefined,
  work: (session: Session) => Promise<Result>,
  windowMinutes?: number,
): Promise<Result> {
  const { options } = invocation;
  const isOpen = options.connection === undefined && (options.baseUrl !== undefined || options.apiKey !== undefined);
  const connection = isOpen ? await connectionOfJobs(invocation, id) : undefined;
  const aimed = connection === undefined ? invocation : { ...invocation, options: { ...options, connection } };
  return withSession(aimed, work, { windowMinutes });
}

/** The one connection that all of them have; undefined where there are several, or none. */
async function connectionOfJobs(invocation: Invocation, id: string | undefined): Promise<string | undefined> {
  const { apiKey: _, baseUrl, ...options } = invocation.options;
  return withSession({ ...invocation, options }, async ({ pipeline }) => {
    const all = await pipeline.listJobs();
    const jobs = id === undefined ? all.filter((job) => isAt(job, baseUrl)) : all.filter((job) => job.id === id);
    const ids = new Set(jobs.map(({ request }) => request.connection));
    return ids.size === 1 ? [...ids][0] : undefined;
  });
}

function isAt(job: Job, baseUrl: string | undefined): boolean {
  return baseUrl === undefined || (URL.canParse(baseUrl) && job.origin === new URL(baseUrl).origin);
}
