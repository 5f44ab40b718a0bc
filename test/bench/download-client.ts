/**
 * Ours: downloads a clip into a file. Prints how long the transfer took and by how much the process grew over what it was
 * after a small clip, which loads the code. `node download-client.ts ADDRESS PATH SMALL_ADDRESS`
 */
import { rm } from 'node:fs/promises';
import { defineConnection } from '../../src/core/connections/connection.ts';
import { systemEnvironment } from '../../src/core/environment.ts';
import { downloadClip } from '../../src/core/downloads/download-clip.ts';

const [url = '', path = '', smallUrl = ''] = process.argv.slice(2);
const download = async (from: string): Promise<number> => {
  const begin = performance.now();
  await downloadClip({ urls: [from] }, path, {
    connection: defineConnection({ id: 'bench', baseUrl: new URL(from).origin, needsKey: false }),
    keyHeaders: {},
    fetch: globalThis.fetch,
    signal: new AbortController().signal,
    environment: systemEnvironment(),
  });
  const ms = performance.now() - begin;
  await rm(path);
  return ms;
};
await download(smallUrl);
const peak = (): number => process.resourceUsage().maxRSS * 1024;
const before = peak();
const ms = await download(url);
console.log(JSON.stringify({ ms, growth: peak() - before }));
