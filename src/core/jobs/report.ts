/** Jobs as the doors show them: the shape of the contract's JSON. */
import type { Asset } from '../generation.ts';
import { sidecarPath } from '../outputs/sidecar.ts';
import type { Job, JobReport } from './job.ts';

export function reportJob(job: Job): JobReport {
  const { request, answer } = job;
  return {
    id: job.id,
    batch: job.batch,
    index: job.index,
    status: job.state,
    kind: request.kind,
    connection: request.connection,
    model: request.model,
    prompt: request.prompt,
    ...(job.operation === undefined ? {} : { operation: job.operation }),
    ...(job.progress === undefined ? {} : { progress: job.progress }),
    assets: assetsOf(job),
    ...(answer?.usage === undefined ? {} : { usage: answer.usage }),
    ...(job.cost === undefined ? {} : { cost: job.cost }),
    ...(job.error === undefined ? {} : { error: job.error }),
  };
}

/** Files of a job that are in their final place. */
function assetsOf(job: Job): Asset[] {
  return job.outputs
    .filter((output) => output.placed)
    .map(({ facts, path }) => ({ ...facts, path, sidecar: sidecarPath(path) }));
}
