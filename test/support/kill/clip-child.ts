/** The process that is killed while it makes clips: says that it is ready and how its jobs go, and ends. */
import { defineConnection } from '../../../src/core/connections/connection.ts';
import { createPipeline } from '../../../src/core/create-pipeline.ts';
import { systemEnvironment } from '../../../src/core/environment.ts';
import type { JobEvent } from '../../../src/core/jobs/job.ts';
import { createFastClock } from './fast-clock.ts';

const [folder = '', personalFolder = '', baseUrl = '', beginning = '', mode = 'run'] = process.argv.slice(2);
const clock = createFastClock(Number(beginning));
const pipeline = await createPipeline({
  workspace: { folder, config: {} },
  connections: [defineConnection({ id: 'server', baseUrl, needsKey: false, videoConcurrency: 2 })],
  credentials: { find: () => Promise.resolve(undefined) },
  environment: { ...systemEnvironment(), clock },
  personalFolder,
  tool: 'shotlist test',
});
/** What another process sends too, so that answers that get lost can't be told apart by their words. */
const prompts = ['a fox', 'a fox', 'a hare', 'an owl'];
const keptMs = 30_000;

// what is done on first use would otherwise take most of the time in which the kill can fall
await pipeline.listModels({ live: true, connection: 'server' }).catch(() => undefined);
const onEvent = (event: JobEvent): void => void process.send?.(event.job.state);
process.send?.('ready');
if (mode === 'resume') await pipeline.resumeJobs(undefined, { onEvent });
else if (mode === 'keep') {
  const keeper = pipeline.keepJobs({ onEvent });
  await keeper.started;
  await clock.sleep(keptMs);
  await keeper.stop();
} else {
  const drafts = prompts.map((prompt) => ({ kind: 'video' as const, connection: 'server', model: 'sora-2', prompt }));
  await pipeline.run(await pipeline.plan(drafts), { onEvent, wait: mode !== 'submit' });
}
await pipeline.dispose();
process.disconnect();
