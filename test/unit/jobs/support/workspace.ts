/** A workspace in a temporary folder with a server of our own that answers with real pictures. */
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { defineConnection } from '../../../../src/core/connections/connection.ts';
import { createPipeline } from '../../../../src/core/create-pipeline.ts';
import { silentLog, systemClock, type FetchFunction } from '../../../../src/core/environment.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import type { Draft, Pipeline, PipelineOptions } from '../../../../src/core/pipeline.ts';

export interface Surroundings {
  readonly fetch?: FetchFunction;
  /** Waiting takes no time. */
  readonly automaticClock?: boolean;
}

export interface Bench {
  readonly folder: string;
  readonly personalFolder: string;
  /** Opens another pipeline on the same workspace. */
  open(options?: Partial<PipelineOptions> & Surroundings): Promise<Pipeline>;
  readonly remove: () => Promise<void>;
}

const serverUrl = 'https://server.example/v1';

export async function createBench(): Promise<Bench> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'shotlist-test-')));
  const folder = join(root, 'workspace');
  const personalFolder = join(root, 'person');
  await mkdir(folder);
  const opened: Pipeline[] = [];
  return {
    folder,
    personalFolder,
    async open({ fetch = () => Promise.resolve(pictureAnswer()), automaticClock = false, ...options } = {}) {
      const clock = automaticClock ? createFakeClock({ automatic: true, start: Date.now() }) : systemClock;
      const pipeline = await createPipeline({
        workspace: { folder, config: {} },
        connections: [defineConnection({ id: 'server', baseUrl: serverUrl, needsKey: false })],
        credentials: { find: () => Promise.resolve(undefined) },
        environment: { clock, random: Math.random, fetch, log: silentLog },
        personalFolder,
        tool: 'shotlist test',
        ...options,
      });
      opened.push(pipeline);
      return pipeline;
    },
    async remove() {
      for (const pipeline of opened) await pipeline.dispose();
      await rm(root, { recursive: true, force: true });
    },
  };
}

export function draft(prompt: string, more: Partial<Draft> = {}): Draft {
  return { kind: 'image', connection: 'server', model: 'gpt-image-2', prompt, ...more };
}

/** What the Images API answers, with `count` pictures of one colour. */
export function pictureAnswer(count = 1, picture: Uint8Array = samplePicture()): Response {
  return Response.json(
    {
      created: 1,
      data: Array.from({ length: count }, () => ({ b64_json: Buffer.from(picture).toString('base64') })),
      usage: {
        input_tokens: 10,
        output_tokens: 100,
        total_tokens: 110,
        input_tokens_details: { text_tokens: 10, image_tokens: 0 },
      },
    },
    { headers: { 'x-request-id': 'request-1' } },
  );
}

/** A PNG of 1024x1024 unless told otherwise; `shade` makes the bytes differ. */
export function samplePicture({ width = 16, height = 16, shade = 200, alpha = 255 } = {}): Uint8Array {
  const data = new Uint8Array(width * height * 4).fill(shade);
  for (let at = 3; at < data.length; at += 4) data[at] = alpha;
  return encode({ width, height, data, channels: 4, depth: 8 });
}

/** OpenAI's error envelope. */
export function errorAnswer(status: number, code: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error: { message: code, type: code, code, param: null } }, { status, headers });
}

/** Something to wait for. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
