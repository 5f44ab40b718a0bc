/** The peer: the `openai` package alone, with the same number of requests at once, writing each picture to a file. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const [baseURL = '', folder = '', count = '', concurrency = ''] = process.argv.slice(2);
const start = performance.now();
const { default: OpenAI } = await import('openai');
const client = new OpenAI({ apiKey: 'none', baseURL, organization: null, project: null, maxRetries: 0 });
let next = 0;
const worker = async (): Promise<void> => {
  for (;;) {
    const index = next++;
    if (index >= Number(count)) return;
    const answer = await client.images.generate({
      model: 'gpt-image-2',
      prompt: `picture ${index}`,
      size: '1024x1024',
    });
    await writeFile(join(folder, `${index}.png`), Buffer.from(answer.data?.[0]?.b64_json ?? '', 'base64'));
  }
};
await Promise.all(Array.from({ length: Number(concurrency) }, worker));
console.log(JSON.stringify({ ms: performance.now() - start, maxRss: process.resourceUsage().maxRSS * 1024 }));
