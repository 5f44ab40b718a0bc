/**
 * Ours: the same requests as `raw-client.ts` through the pipeline, with journal, sidecars and everything. With `warm` the
 * clock starts after a first job, so that loading code and opening the journal are left out.
 */
const [baseUrl = '', folder = '', count = '', concurrency = '', warm = ''] = process.argv.slice(2);
let start = performance.now();
const { createPipeline } = await import('../../src/core/create-pipeline.ts');
const { defineConnection } = await import('../../src/core/connections/connection.ts');
const { systemEnvironment } = await import('../../src/core/environment.ts');
const { openWorkspace } = await import('../../src/core/workspace.ts');

const pipeline = await createPipeline({
  workspace: await openWorkspace(folder),
  connections: [defineConnection({ id: 'bench', baseUrl, needsKey: false, concurrency: Number(concurrency) })],
  credentials: { find: () => Promise.resolve(undefined) },
  environment: systemEnvironment(),
  personalFolder: `${folder}-person`,
  tool: 'shotlist bench',
});
const draft = (prompt: string) => ({
  kind: 'image' as const,
  connection: 'bench',
  model: 'gpt-image-2',
  prompt,
  parameters: { size: '1024x1024' },
});
if (warm !== '') {
  await pipeline.run(await pipeline.plan([draft('warm')]));
  start = performance.now();
}
const drafts = Array.from({ length: Number(count) }, (_, index) => draft(`picture ${index}`));
const result = await pipeline.run(await pipeline.plan(drafts));
const ms = performance.now() - start;
await pipeline.dispose();
const done = result.jobs.filter((job) => job.status === 'done').length;
if (done !== Number(count))
  throw new Error(`${done} of ${count} jobs are done: ${JSON.stringify(result.jobs.find((job) => job.error)?.error)}`);
console.log(JSON.stringify({ ms, maxRss: process.resourceUsage().maxRSS * 1024 }));
