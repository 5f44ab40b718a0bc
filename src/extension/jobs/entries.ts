import type { Uri } from 'vscode';
import type { Pipeline } from '../../core/pipeline.ts';
import type { JobEntry } from './nodes.ts';

/** The jobs of a folder as they are now, newest first. */
export async function entriesOf(pipeline: Pipeline, home: Uri): Promise<readonly JobEntry[]> {
  const [jobs, left] = await Promise.all([pipeline.listJobs(), pipeline.listLeftJobs()]);
  const leftIds = new Set(left.map(({ id }) => id));
  return jobs.map((job) => ({ home, job, isLeft: leftIds.has(job.id) }));
}
