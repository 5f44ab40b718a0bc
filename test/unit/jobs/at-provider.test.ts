import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { resolveModel } from '../../../src/core/catalog/catalog.ts';
import { silentLog } from '../../../src/core/environment.ts';
import { ShotlistError } from '../../../src/core/errors.ts';
import type { Gateways } from '../../../src/core/jobs/gateway.ts';
import type { Job } from '../../../src/core/jobs/job.ts';
import type { Journal } from '../../../src/core/journal/journal.ts';
import { stopAtProvider } from '../../../src/core/jobs/stop-at-provider.ts';
import { parseSidecar } from '../../../src/core/outputs/sidecar.ts';
import type { Pipeline } from '../../../src/core/pipeline.ts';
import type { VideoProvider } from '../../../src/core/providers/provider.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { webpPixel } from '../../support/sora-server-content.ts';
import { clipConnection, clipDraft, createClipBench, type ClipBench } from './support/clips.ts';
import { draft } from './support/workspace.ts';

describe('A finished clip', function () {
  this.timeout(20_000);
  let bench: ClipBench;
  let pipeline: Pipeline;
  let id = '';
  let clip = '';
  beforeEach(async () => {
    bench = await createClipBench();
    pipeline = await bench.open();
    const { jobs } = await bench.pass(pipeline.run(await pipeline.plan([clipDraft('a fox')])));
    id = jobs[0]?.id ?? '';
    clip = jobs[0]?.assets[0]?.path ?? '';
  });
  afterEach(() => bench[Symbol.asyncDispose]());

  for (const variant of ['thumbnail', 'spritesheet'] as const) {
    it(`has a ${variant} that can be fetched beside it, with a sidecar, without paying`, async () => {
      const asset = await pipeline.fetchAgain(id, variant, undefined);
      assert.equal(asset.path, clip.replace(/\.mp4$/, `-${variant}.webp`));
      assert.deepEqual(await readFile(asset.path), webpPixel);
      const sidecar = parseSidecar(await readFile(asset.sidecar, 'utf8'));
      assert.deepEqual(sidecar?.from, [parseSidecar(await readFile(`${clip}.json`, 'utf8'))?.asset.sha256]);
      assert.equal(bench.server.creations.length, 1);
      assert.ok(
        (await readdir(dirname(clip))).every((name) => !name.startsWith('.')),
        'nothing temporary is left',
      );
    });
  }

  it('can be fetched once more, and never overwrites', async () => {
    const again = await pipeline.fetchAgain(id, 'video', undefined);
    assert.notEqual(again.path, clip);
    assert.deepEqual(await readFile(again.path), await readFile(clip));
    const chosen = join(bench.folder, 'mine.webp');
    await writeFile(chosen, 'mine');
    const other = await pipeline.fetchAgain(id, 'thumbnail', chosen);
    assert.equal(other.path, join(bench.folder, 'mine-2.webp'));
    assert.equal(await readFile(chosen, 'utf8'), 'mine');
  });

  it('is not named as the same once more by its own thumbnail', async () => {
    await pipeline.fetchAgain(id, 'thumbnail', undefined);
    const { rm } = await import('node:fs/promises');
    await rm(clip);
    assert.deepEqual(await pipeline.findSame(await pipeline.plan([clipDraft('a fox')])), []);
  });

  it('is not fetched through a link that took the place of the folder', async () => {
    const outside = join(bench.folder, '..', 'outside');
    await mkdir(outside);
    const { rename } = await import('node:fs/promises');
    await rename(dirname(clip), join(bench.folder, 'moved'));
    await symlink(outside, dirname(clip));
    await assert.rejects(pipeline.fetchAgain(id, 'video', undefined), { code: 'outside_workspace' });
    assert.deepEqual(await readdir(outside), []);
  });

  it('leaves nothing where it can not be fetched', async () => {
    const before = await readdir(dirname(clip));
    bench.server.fail('download', { type: 'expired' });
    await assert.rejects(bench.pass(pipeline.fetchAgain(id, 'video', undefined)), { code: 'download_failed' });
    assert.deepEqual(await readdir(dirname(clip)), before);
  });

  it('can be deleted at its provider; the file stays', async () => {
    await pipeline.removeAtProvider(id);
    await readFile(clip);
    await assert.rejects(bench.pass(pipeline.fetchAgain(id, 'video', undefined)), ShotlistError);
    await assert.rejects(pipeline.removeAtProvider(id), { code: 'not_found' });
  });

  it('is needed while it is made', async () => {
    await pipeline.run(await pipeline.plan([clipDraft('a hare')]), { wait: false });
    const running = (await pipeline.listJobs()).find((job) => job.state === 'running');
    await assert.rejects(pipeline.removeAtProvider(running?.id ?? ''), { code: 'invalid_request' });
  });

  it('has to be a clip of this workspace', async () => {
    await assert.rejects(pipeline.fetchAgain('job_none', 'video', undefined), { code: 'not_found' });
    await pipeline.run(await pipeline.plan([draft('a picture')]));
    const picture = (await pipeline.listJobs()).find((job) => job.request.kind === 'image');
    await assert.rejects(pipeline.fetchAgain(picture?.id ?? '', 'video', undefined), { code: 'invalid_request' });
    await assert.rejects(pipeline.removeAtProvider(picture?.id ?? ''), { code: 'invalid_request' });
  });
});

describe('A clip that nobody wants any more', () => {
  const job = (more: Partial<Job> = {}): Job => ({
    id: 'job_1',
    batch: 'batch_1',
    index: 0,
    state: 'cancelled',
    request: { kind: 'video', connection: 'server', model: 'sora-2', prompt: 'a', parameters: {}, inputs: [] },
    requestHash: '',
    planHash: '',
    origin: 'https://server.example',
    target: { folder: '/', stem: 'a', chosen: false },
    mime: 'video/mp4',
    count: 1,
    stream: false,
    operation: { id: 'video_1' },
    outputs: [],
    warnings: [],
    createdAt: 0,
    updatedAt: 0,
    ...more,
  });
  const stop = async (cancel: VideoProvider['cancel'], wanted: Job = job()): Promise<Job> => {
    const connection = clipConnection({ baseUrl: 'https://server.example/v1' });
    const never = (): never => assert.fail('nothing else is asked');
    const gateways: Gateways = {
      open: async () => ({
        connection,
        model: resolveModel('sora-2', 'video', connection, 0),
        wireModel: 'sora-2',
        provider: {
          protocol: 'openai',
          listModels: never,
          videos: { start: never, status: never, content: never, ...(cancel === undefined ? {} : { cancel }) },
        },
        limiter: { run: never, observe: never },
        keyHeaders: {},
        context: (signal) => ({ connection, key: undefined, fetch: never, signal }),
      }),
      call: never,
      dispose: async () => undefined,
    };
    const journal = { change: async () => true } as Partial<Journal> as Journal;
    const environment = { clock: createFakeClock(), log: silentLog };
    return stopAtProvider(wanted, { journal, gateways, environment });
  };

  it('is stopped at a provider that can be told, which may still charge', async () => {
    const told: unknown[] = [];
    const { error } = await stop(async (operation) => void told.push(operation));
    assert.deepEqual(told, [{ id: 'video_1' }]);
    assert.match(error?.message ?? '', /here and at its provider, which may still charge/);
  });

  it('goes on at a provider that can not, and the person is told', async () => {
    const { error } = await stop(undefined);
    assert.match(error?.message ?? '', /can't be told to stop, works on and may charge/);
    assert.match(error?.hint ?? '', /resume the job/);
  });

  it('goes on where the provider could not be told', async () => {
    const { error } = await stop(() => Promise.reject(new ShotlistError('connection_failed', 'No connection.')));
    assert.match(error?.message ?? '', /couldn't be told.*may charge.*No connection/);
  });

  it('is nothing to a provider that never heard of it', async () => {
    const { operation: _, ...never } = job();
    assert.equal((await stop(() => assert.fail('nobody to tell'), never)).error, undefined);
  });
});
