/** A pipeline as the doors open it, on one connection without a key, and the requests that are measured. */
import { createPipeline } from '../../src/core/create-pipeline.ts';
import { defineConnection } from '../../src/core/connections/connection.ts';
import { systemEnvironment, type FetchFunction } from '../../src/core/environment.ts';
import type { RunResult } from '../../src/core/jobs/job.ts';
import type { Draft, Pipeline } from '../../src/core/pipeline.ts';
import { openWorkspace } from '../../src/core/workspace.ts';

export async function openBenchPipeline(
  baseUrl: string,
  folder: string,
  concurrency: number,
  fetch?: FetchFunction,
): Promise<Pipeline> {
  const environment = systemEnvironment();
  return createPipeline({
    workspace: await openWorkspace(folder),
    connections: [defineConnection({ id: 'bench', baseUrl, needsKey: false, concurrency })],
    credentials: { find: () => Promise.resolve(undefined) },
    environment: fetch === undefined ? environment : { ...environment, fetch },
    personalFolder: `${folder}-person`,
    tool: 'shotlist bench',
  });
}

/** Runs that many jobs. @throws an error unless all of them are done */
export async function runBenchJobs(pipeline: Pipeline, count: number): Promise<void> {
  const drafts = Array.from({ length: count }, (_, index): Draft => ({
    kind: 'image',
    connection: 'bench',
    model: 'gpt-image-2',
    prompt: `picture ${index}`,
    parameters: { size: '1024x1024' },
  }));
  const { jobs }: RunResult = await pipeline.run(await pipeline.plan(drafts));
  const left = jobs.find((job) => job.status !== 'done');
  if (left !== undefined) throw new Error(`A job is ${left.status}: ${JSON.stringify(left.error)}`);
}
