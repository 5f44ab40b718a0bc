import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resolveModel } from '../../../src/core/catalog/catalog.ts';
import type { Model } from '../../../src/core/catalog/model.ts';
import { builtInConnections, type Connection } from '../../../src/core/connections/connection.ts';
import { silentLog, systemClock } from '../../../src/core/environment.ts';
import type { Request } from '../../../src/core/generation.ts';
import { createFinisher, type Finisher } from '../../../src/core/jobs/finish.ts';
import type { Job } from '../../../src/core/jobs/job.ts';
import type { Journal } from '../../../src/core/journal/journal.ts';
import { openJournal } from '../../../src/core/journal/open-journal.ts';
import { settleJob } from '../../../src/core/jobs/recovery.ts';
import { systemDisk, type Disk } from '../../../src/core/outputs/disk.ts';
import { createFreeNames } from '../../../src/core/outputs/free-name.ts';
import { searchAssets } from '../../../src/core/outputs/history.ts';
import { inspectClip, type ClipFile } from '../../../src/core/outputs/inspect-clip.ts';
import { hashRequest } from '../../../src/core/outputs/request-hash.ts';
import { parseSidecar, type Sidecar } from '../../../src/core/outputs/sidecar.ts';
import { temporaryPath } from '../../../src/core/outputs/write-asset.ts';
import { sha256OfFile } from '../../../src/core/outputs/file-hash.ts';
import { canaryKey } from '../../support/openai-calls.ts';
import { quicktimeClip, sampleClip, withManifest } from '../../support/sample-clips.ts';
import { createBench, type Bench } from './support/workspace.ts';

const fault = (code: string): Error => Object.assign(new Error(code), { code });
const hash = (digit: string): string => digit.repeat(64);

describe('A clip that has come', function () {
  // each look into a clip starts a thread
  this.timeout(20_000);
  let bench: Bench;
  let journal: Journal;
  let clip: Uint8Array;
  const environment = { clock: systemClock, random: Math.random, fetch: globalThis.fetch, log: silentLog };
  before(async () => {
    clip = await sampleClip();
  });
  beforeEach(async () => {
    bench = await createBench();
    const { folder, personalFolder } = bench;
    journal = await openJournal({ workspaceFolder: folder, personalFolder, environment, warn: assert.fail });
  });
  afterEach(async () => {
    await journal.close();
    await bench.remove();
  });

  const outputFolder = (): string => join(bench.folder, 'shotlist-output');
  const finisherOn = (disk: Disk = systemDisk): Finisher =>
    createFinisher({
      journal,
      workspaceFolder: bench.folder,
      personalFolder: bench.personalFolder,
      tool: 'shotlist test',
      names: createFreeNames(),
      disk,
      environment,
    });
  const sandbox = (): Connection => {
    const connection = builtInConnections.find(({ id }) => id === 'sandbox');
    assert.ok(connection);
    return connection;
  };
  const modelOf = (id: string): Model => resolveModel(id, 'video', sandbox(), Date.now());
  const requestFor = (more: Partial<Request> = {}): Request => ({
    kind: 'video',
    connection: 'sandbox',
    model: 'a-model-of-its-own',
    prompt: 'a fox runs',
    parameters: {},
    inputs: [],
    ...more,
  });

  /** A job of this process in the journal. */
  const begin = async (request: Request = requestFor(), more: Partial<Job> = {}): Promise<Job> => {
    const job: Job = {
      id: 'job_1',
      batch: 'batch_1',
      index: 0,
      state: 'running',
      request,
      requestHash: hashRequest(request),
      planHash: hash('a'),
      origin: 'http://sandbox.shotlist.invalid',
      target: { folder: outputFolder(), stem: 'fox', chosen: false },
      mime: 'video/mp4',
      count: 1,
      stream: false,
      operation: { id: 'video_1' },
      outputs: [],
      warnings: [],
      createdAt: Date.now(),
      updatedAt: Date.now(),
      ...more,
    };
    await journal.insert([job]);
    return job;
  };
  const receive = async (job: Job, bytes: Uint8Array = clip): Promise<ClipFile> => {
    const path = await finisherOn().prepare(job);
    await writeFile(path, bytes);
    return { path, bytes: bytes.length, sha256: (await sha256OfFile(path)) ?? '', clip: await inspectClip(path) };
  };
  const finish = async (
    job: Job,
    { bytes = clip, disk = systemDisk, answer = {} }: { bytes?: Uint8Array; disk?: Disk; answer?: Job['answer'] } = {},
  ): Promise<Job> =>
    finisherOn(disk).finishFile(job, await receive(job, bytes), answer ?? {}, modelOf(job.request.model));
  const sidecarOf = async (job: Job): Promise<Sidecar> => {
    const sidecar = parseSidecar(await readFile(`${job.outputs[0]?.path}.json`, 'utf8'));
    assert.ok(sidecar);
    return sidecar;
  };
  const stored = async (): Promise<{ job: Job; owner: string | undefined }> => {
    const entry = await journal.find('job_1');
    assert.ok(entry);
    return entry;
  };

  it('gets its name and its sidecar, and is in the history', async () => {
    const job = await finish(await begin());
    const path = join(outputFolder(), 'fox.mp4');
    assert.deepEqual([job.state, job.outputs[0]?.path, job.warnings], ['done', path, []]);
    assert.deepEqual((await readdir(outputFolder())).toSorted(), ['fox.mp4', 'fox.mp4.json']);
    assert.ok(Buffer.from(clip).equals(await readFile(path)));
    const { asset } = await sidecarOf(job);
    assert.deepEqual([asset.mime, asset.width, asset.height, asset.seconds], ['video/mp4', 64, 32, 4]);
    assert.deepEqual([(await stored()).job.state, (await stored()).owner], ['done', undefined]);
    const [found] = await searchAssets(journal.database, 'fox', 10);
    assert.equal(found?.path, 'shotlist-output/fox.mp4');
    await journal.database.write((connection) => connection.exec('DELETE FROM assets; DELETE FROM assets_search'));
    const pipeline = await bench.open();
    assert.deepEqual(await pipeline.rebuildHistory(), { assets: 1, skipped: [] });
  });

  it('is told in the sidecar where it comes from, and nothing that lets others in', async () => {
    const request = requestFor({
      source: { action: 'remix', id: 'video_0' },
      inputs: [
        { role: 'first_frame', path: join(bench.folder, 'in.png'), sha256: hash('b'), bytes: 1, mime: 'image/png' },
      ],
    });
    const operation = {
      id: 'video_1',
      seconds: 4,
      model: 'm',
      downloadUrl: `https://cdn.example.com/1?token=${canaryKey}`,
      uri: 'gs://bucket/clip.mp4',
      accessToken: canaryKey,
      thumbnail: 'data:image/png;base64,AAAA',
      nested: { url: canaryKey },
    };
    const job = await finish(await begin(request, { from: [hash('c')], operation }), {
      bytes: withManifest(clip),
      answer: {
        requestId: 'r',
        provenance: { synthid: true, watermark: 'visible', report: `https://example.com/?key=${canaryKey}` },
      },
    });
    const sidecar = await sidecarOf(job);
    assert.deepEqual(sidecar.request.source, { action: 'remix', id: 'video_0' });
    assert.deepEqual(sidecar.from, [hash('c')]);
    assert.deepEqual(sidecar.provider.operation, { id: 'video_1', seconds: 4, model: 'm' });
    assert.deepEqual(sidecar.provenance, { synthid: true, watermark: 'visible', c2pa: true });
    const text = await readFile(`${job.outputs[0]?.path}.json`, 'utf8');
    assert.doesNotMatch(text, /canary|:\/\//);
    assert.ok(!text.includes(bench.folder));
    const keys = Object.keys(JSON.parse(text) as object);
    assert.ok(keys.indexOf('from') < keys.indexOf('provider'));
  });

  it('has a request in its sidecar that gives the same hash again', async () => {
    for (const source of [undefined, { action: 'extend', id: 'v' }, { action: 'edit' }] as const) {
      const inputs: Request['inputs'] = [
        { role: 'video', path: '/elsewhere/c.mp4', sha256: hash('d'), bytes: 1, mime: 'video/mp4' },
      ];
      const request = requestFor({ inputs, ...(source === undefined ? {} : { source }) });
      const job = await finish(await begin(request));
      const sidecar = await sidecarOf(job);
      assert.equal(hashRequest(sidecar.request as unknown as Request), sidecar.requestHash);
      await journal.database.write((connection) => connection.exec('DELETE FROM jobs'));
    }
  });

  describe('otherwise than asked', () => {
    const warningsOf = async (request: Partial<Request>, bytes = clip): Promise<readonly string[]> =>
      (await finish(await begin(requestFor(request)), { bytes })).warnings;

    it('is kept, with a warning for another size and another length', async () => {
      assert.deepEqual(await warningsOf({ model: 'sora-2', parameters: { size: '1280x720', seconds: '8' } }), [
        'The clip is 64x32, not 1280x720 as asked.',
        'The clip has 4 seconds, not 8 as asked.',
      ]);
    });

    it('is measured against the usual where nothing was asked', async () => {
      assert.deepEqual(await warningsOf({ model: 'sora-2' }), ['The clip is 64x32, not 720x1280 as asked.']);
    });

    it('is measured by the words of the protocol', async () => {
      const parameters = { aspect_ratio: '9:16', resolution: '1080p', duration: '6s' };
      assert.deepEqual(await warningsOf({ model: 'gemini-omni-1.1-flash', parameters }), [
        'The clip is 64x32, not 1080x1920 as asked.',
        'The clip has 4 seconds, not 6 as asked.',
      ]);
    });

    it('is not measured where nothing is known, or where it follows from an earlier clip', async () => {
      assert.deepEqual(await warningsOf({}), []);
      await journal.database.write((connection) => connection.exec('DELETE FROM jobs'));
      const source = { action: 'extend', id: 'v' } as const;
      assert.deepEqual(await warningsOf({ model: 'sora-2', source, parameters: { seconds: '8' } }), []);
    });

    it('may be half a second longer or shorter', async () => {
      const longer = await sampleClip({ seconds: 4.4 });
      assert.deepEqual(await warningsOf({ parameters: { seconds: '4', size: '64x32' } }, longer), []);
    });

    it('is kept under its true type', async () => {
      const job = await finish(await begin(), { bytes: await quicktimeClip(clip) });
      assert.equal(job.outputs[0]?.path, join(outputFolder(), 'fox.mov'));
      assert.match(job.warnings.join(), /video\/quicktime, not video\/mp4/);
    });
  });

  describe('and finds no room', () => {
    const linkless = (pattern: RegExp): Disk => ({
      ...systemDisk,
      link: (from, to) => (pattern.test(to) ? Promise.reject(fault('EIO')) : systemDisk.link(from, to)),
    });

    it('is moved to .shotlist/recovered, and the error says so', async () => {
      const job = await finish(await begin(), { disk: linkless(/shotlist-output/) });
      const [output] = job.outputs;
      assert.ok(output);
      assert.deepEqual([job.state, job.error?.code], ['failed', 'write_failed']);
      assert.ok(output.path.startsWith(join(bench.folder, '.shotlist', 'recovered')));
      assert.ok(job.error?.message.includes(output.path));
      assert.ok(Buffer.from(clip).equals(await readFile(output.path)));
      assert.ok((await readFile(`${output.path}.json`)).length > 0);
      assert.deepEqual(await readdir(outputFolder()), []);
    });

    it('is copied where it can’t be moved', async () => {
      const job = await finish(await begin(), { disk: linkless(/./) });
      assert.equal(job.error?.code, 'write_failed');
      assert.ok(Buffer.from(clip).equals(await readFile(job.outputs[0]?.path ?? '')));
      assert.deepEqual(await readdir(outputFolder()), []);
    });

    it('stays where it was received when no place takes it, and gets its name when one does', async () => {
      const disk: Disk = { ...linkless(/./), copyNew: () => Promise.reject(fault('ENOSPC')) };
      const job = await finish(await begin(), { disk });
      assert.deepEqual([job.state, job.error?.code], ['downloading', 'write_failed']);
      assert.equal((await stored()).owner, undefined);
      await journal.adopt([await stored()]);
      await settleJob((await stored()).job, {
        journal,
        finisher: finisherOn(),
        workspaceFolder: bench.folder,
        environment,
      });
      assert.equal((await stored()).job.state, 'done');
      assert.deepEqual((await readdir(outputFolder())).toSorted(), ['fox.mp4', 'fox.mp4.json']);
    });

    it('is kept when the journal can no longer be written', async () => {
      const job = await begin();
      const received = await receive(job);
      await journal.database.write((connection) =>
        connection.exec(`CREATE TRIGGER broken BEFORE UPDATE ON jobs BEGIN SELECT RAISE(ABORT, 'no'); END`),
      );
      const after = await finisherOn().finishFile(job, received, {}, modelOf(job.request.model));
      assert.equal(after.error?.code, 'write_failed');
      assert.ok(Buffer.from(clip).equals(await readFile(after.outputs[0]?.path ?? '')));
    });

    it('is not written through a link that took the place of the folder', async () => {
      const job = await begin();
      const received = await receive(job);
      const outside = join(bench.folder, '..', 'outside');
      await rename(outputFolder(), outside);
      await symlink(outside, outputFolder());
      const after = await finisherOn().finishFile(job, received, {}, modelOf(job.request.model));
      assert.equal(after.error?.code, 'write_failed');
      assert.ok(after.outputs[0]?.path.startsWith(join(bench.folder, '.shotlist', 'recovered')));
      assert.deepEqual(await readdir(outside), []);
      await assert.rejects(finisherOn().prepare(job), { code: 'outside_workspace' });
    });
  });

  describe('whose process died', () => {
    /** The job as it is in the journal while its clip is being placed; what was placed is withdrawn again. */
    const interrupted = async (): Promise<Job> => {
      const job = await begin();
      let recorded: Job | undefined;
      const recording: Journal = {
        ...journal,
        recordAnswer: (next) => {
          recorded = next;
          return journal.recordAnswer(next);
        },
        change: () => Promise.reject(new Error('died')),
      };
      const finisher = createFinisher({
        journal: recording,
        workspaceFolder: bench.folder,
        personalFolder: bench.personalFolder,
        tool: 'shotlist test',
        names: createFreeNames(),
        disk: { ...systemDisk, link: () => Promise.reject(fault('EIO')), copyNew: () => Promise.reject(fault('EIO')) },
        environment,
      });
      await finisher.finishFile(job, await receive(job), {}, modelOf(job.request.model));
      assert.ok(recorded);
      return recorded;
    };
    const recover = (job: Job): ReturnType<Finisher['recover']> => finisherOn().recover(job);
    const placed = join('shotlist-output', 'fox.mp4');

    it('is placed where it was whole', async () => {
      const job = await interrupted();
      assert.deepEqual([(await recover(job)).outcome, (await stored()).job.state], ['finished', 'done']);
      assert.deepEqual((await readdir(outputFolder())).toSorted(), ['fox.mp4', 'fox.mp4.json']);
    });

    it('is completed where it had its name already, with and without its sidecar', async () => {
      for (const withSidecar of [false, true]) {
        const job = await interrupted();
        const temporary = job.outputs[0]?.temporaryPath ?? '';
        await systemDisk.link(temporary, join(bench.folder, placed));
        if (withSidecar) {
          await writeFile(join(bench.folder, `${placed}.json`), job.outputs[0]?.sidecarText ?? '');
          await rm(temporary);
        }
        assert.equal((await recover(job)).outcome, 'finished');
        assert.deepEqual((await readdir(outputFolder())).toSorted(), ['fox.mp4', 'fox.mp4.json']);
        await rm(outputFolder(), { recursive: true });
        await journal.database.write((connection) => connection.exec('DELETE FROM jobs'));
      }
    });

    it('is fetched again where it was half written, gone, or not begun', async () => {
      const job = await interrupted();
      const temporary = job.outputs[0]?.temporaryPath ?? '';
      await writeFile(temporary, clip.subarray(0, 500));
      const half = await recover(job);
      assert.deepEqual([half.outcome, half.job.state, half.job.outputs], ['refetch', 'running', []]);
      assert.deepEqual(await readdir(outputFolder()), []);
      assert.equal((await recover(job)).outcome, 'refetch');
      await writeFile(temporaryPath(outputFolder(), job.id, 0), 'half');
      assert.equal((await recover({ ...job, outputs: [] })).outcome, 'refetch');
    });

    it('is fetched again where another file of the same bytes lies at its place', async () => {
      const job = await interrupted();
      await rm(job.outputs[0]?.temporaryPath ?? '');
      await mkdir(outputFolder(), { recursive: true });
      await writeFile(join(bench.folder, placed), clip);
      const recovered = await recover(job);
      assert.deepEqual([recovered.outcome, recovered.job.state], ['refetch', 'running']);
      assert.ok(Buffer.from(clip).equals(await readFile(join(bench.folder, placed))));
    });
  });
});
