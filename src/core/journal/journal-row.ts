/** Jobs as rows: paths of the workspace are kept relative to it, and every row is checked again when it is read. */
import { isAbsolute, relative, resolve } from 'node:path';
import { isInside } from '../outputs/containment.ts';
import { jobSchema, type Job } from '../jobs/job.ts';

/** A job with who runs it. */
export interface Entry {
  readonly job: Job;
  /** Token of the process that runs it; undefined for nobody. */
  readonly owner: string | undefined;
}

export type Row = Record<string, unknown>;

export function jobToBody(job: Job, workspaceFolder: string): string {
  return JSON.stringify(
    mapPaths(job, (path) => (isInside(workspaceFolder, path) ? relative(workspaceFolder, path) : path)),
  );
}

/** Undefined for a row that is no job: it is left alone. */
export function entryFromRow(row: Row, workspaceFolder: string): Entry | undefined {
  let body: unknown;
  try {
    body = JSON.parse(String(row['body']));
  } catch {
    return undefined;
  }
  const parsed = jobSchema.safeParse({ ...(body as object), id: row['id'], batch: row['batch'], state: row['state'] });
  if (!parsed.success) return undefined;
  const job = mapPaths(parsed.data, (path) => (isAbsolute(path) ? path : resolve(workspaceFolder, path)));
  return { job, owner: typeof row['owner'] === 'string' ? row['owner'] : undefined };
}

function mapPaths(job: Job, map: (path: string) => string): Job {
  return {
    ...job,
    target: { ...job.target, folder: map(job.target.folder) },
    request: { ...job.request, inputs: job.request.inputs.map((input) => ({ ...input, path: map(input.path) })) },
    outputs: job.outputs.map((output) => ({
      ...output,
      path: map(output.path),
      temporaryPath: map(output.temporaryPath),
    })),
  };
}
