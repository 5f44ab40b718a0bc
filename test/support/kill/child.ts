/** The process that is killed: says that it is ready, runs one plan, ends. */
import { defineConnection } from '../../../src/core/connections/connection.ts';
import { createPipeline } from '../../../src/core/create-pipeline.ts';
import { systemEnvironment } from '../../../src/core/environment.ts';
import type { JobEvent } from '../../../src/core/jobs/job.ts';

const [folder = '', personalFolder = '', baseUrl = '', name = '', mode = 'run'] = process.argv.slice(2);
const pipeline = await createPipeline({
  workspace: { folder, config: {} },
  connections: [defineConnection({ id: 'server', baseUrl, needsKey: false, concurrency: 3 })],
  credentials: { find: () => Promise.resolve(undefined) },
  environment: systemEnvironment(),
  personalFolder,
  tool: 'shotlist test',
});
// what is done on first use would otherwise take most of the time in which the kill can fall
await pipeline.checkConnection('server');
const onEvent = (event: JobEvent): void => void process.send?.(event.job.state);
process.send?.('ready');
if (mode === 'resume') {
  await pipeline.resumeJobs(undefined, { onEvent });
} else {
  const drafts = Array.from({ length: 6 }, (_, index) => ({
    kind: 'image' as const,
    connection: 'server',
    model: 'gpt-image-2',
    prompt: `${name} ${index}`,
    count: index % 3 === 2 ? 2 : 1,
  }));
  await pipeline.run(await pipeline.plan(drafts), { onEvent });
}
await pipeline.dispose();
process.disconnect();
