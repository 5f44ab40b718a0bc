import { builtInConnections } from '../../core/connections/connection.ts';
import type { Job } from '../../core/jobs/job.ts';

/** Whether making the job costs anything: the sandbox charges nothing. */
export function isCharged(job: Job): boolean {
  return !builtInConnections.some((connection) => connection.embedded && connection.id === job.request.connection);
}
