/**
 * What the queue itself costs: jobs whose call takes a fixed time, answered in this process so that no network and no
 * server is measured. A first run loads the code, opens
 * the journal and lets the engine compile before the clock starts.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { encode } from 'fast-png';
import { openBenchPipeline, runBenchJobs } from './bench-pipeline.ts';

const [delayMs = '', folder = '', count = '', concurrency = ''] = process.argv.slice(2);
const edge = 64;
const picture = encode({ width: edge, height: edge, data: new Uint8Array(edge * edge * 3), channels: 3, depth: 8 });
const answer = { created: 1, data: [{ b64_json: Buffer.from(picture).toString('base64') }], output_format: 'png' };

const pipeline = await openBenchPipeline('http://bench.invalid/v1', folder, Number(concurrency), async () => {
  await delay(Number(delayMs));
  return Response.json(answer);
});
await runBenchJobs(pipeline, Number(count));
const start = performance.now();
await runBenchJobs(pipeline, Number(count));
const ms = performance.now() - start;
await pipeline.dispose();
console.log(JSON.stringify({ ms, maxRss: process.resourceUsage().maxRSS * 1024 }));
