/** Ours: the same requests as `raw-client.ts` through the pipeline, with journal, sidecars and everything. */
const [baseUrl = '', folder = '', count = '', concurrency = ''] = process.argv.slice(2);
const start = performance.now();
// loading the code is part of what is measured, as it is for the peer
const { openBenchPipeline, runBenchJobs } = await import('./bench-pipeline.ts');
const pipeline = await openBenchPipeline(baseUrl, folder, Number(concurrency));
await runBenchJobs(pipeline, Number(count));
await pipeline.dispose();
console.log(JSON.stringify({ ms: performance.now() - start, maxRss: process.resourceUsage().maxRSS * 1024 }));
