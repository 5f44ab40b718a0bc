import assert from 'node:assert/strict';
import { readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemDisk, type Disk } from '../../../src/core/outputs/disk.ts';
import { createBench, draft, pictureAnswer, samplePicture, type Bench } from './support/workspace.ts';

const fault = (code: string): Error => Object.assign(new Error(code), { code });

describe('Writing a picture that was paid for', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await createBench();
  });
  afterEach(() => bench.remove());

  const run = async (disk: Disk, fetch = () => Promise.resolve(pictureAnswer())) => {
    const pipeline = await bench.open({ disk, fetch });
    const result = await pipeline.run(await pipeline.plan([draft('a fox')]));
    const [job] = result.jobs;
    assert.ok(job);
    return { job, pipeline };
  };
  const outputFolder = (): string => join(bench.folder, 'shotlist-output');

  /** A disk that is full for names that match, from the answer on. */
  const fullFor = (pattern: RegExp): Disk => {
    let probes = 0;
    return {
      ...systemDisk,
      async writeNew(path, bytes) {
        const isProbe = path.endsWith('-0.tmp') && probes++ === 0;
        if (!isProbe && pattern.test(path)) throw fault('ENOSPC');
        await systemDisk.writeNew(path, bytes);
      },
    };
  };

  it('keeps the bytes in .shotlist/recovered when the disk is full, and says where', async () => {
    const { job } = await run(fullFor(/shotlist-output.*\.tmp$/));
    const [asset] = job.assets;
    assert.deepEqual([job.status, job.error?.code], ['failed', 'write_failed']);
    assert.equal(asset?.path.startsWith(join(bench.folder, '.shotlist', 'recovered')), true);
    assert.ok(job.error?.message.includes(asset?.path ?? '?'));
    assert.deepEqual(await readFile(asset?.path ?? ''), Buffer.from(samplePicture()));
    assert.deepEqual(await readdir(outputFolder()), []);
  });

  it('leaves no picture without its sidecar when only that one has no room', async () => {
    const { job } = await run(fullFor(/\.tmp\.json$/));
    assert.equal(job.error?.code, 'write_failed');
    assert.equal(job.assets.length, 1);
    assert.deepEqual(await readdir(outputFolder()), []);
  });

  it('goes on to the person’s folder, then to that for temporary files', async () => {
    const second = await run(fullFor(/workspace/));
    assert.equal(second.job.assets[0]?.path.startsWith(join(bench.personalFolder, 'recovered')), true);
    const third = await run(fullFor(/workspace|person/));
    const path = third.job.assets[0]?.path ?? '';
    assert.ok(path.startsWith(join(tmpdir(), 'shotlist', 'recovered')));
    await rm(path);
    await rm(`${path}.json`);
  });

  it('says so when no place takes it', async () => {
    const { job } = await run(fullFor(/./));
    assert.deepEqual([job.status, job.error?.code, job.assets.length], ['failed', 'write_failed', 0]);
  });

  it('saves every picture of a call, wherever each of them can be', async () => {
    const pipeline = await bench.open({ disk: fullFor(/-1\.tmp$/), fetch: () => Promise.resolve(pictureAnswer(3)) });
    const { jobs } = await pipeline.run(await pipeline.plan([draft('a fox', { count: 3 })]));
    const inRecovered = jobs[0]?.assets.filter((asset) => asset.path.includes('recovered'));
    assert.deepEqual([jobs[0]?.assets.length, inRecovered?.length, jobs[0]?.status], [3, 1, 'failed']);
  });

  it('works where hard links are refused, and never overwrites there either', async () => {
    const linkless: Disk = { ...systemDisk, link: () => Promise.reject(fault('EPERM')) };
    const pipeline = await bench.open({ disk: linkless });
    const plan = await pipeline.plan([draft('a fox', { output: join(bench.folder, 'fox.png') })]);
    await writeFile(join(bench.folder, 'fox.png'), 'mine');
    const { jobs } = await pipeline.run(plan);
    assert.equal(jobs[0]?.assets[0]?.path, join(bench.folder, 'fox-2.png'));
    assert.equal(await readFile(join(bench.folder, 'fox.png'), 'utf8'), 'mine');
    const names = (await readdir(bench.folder)).filter((name) => name.includes('fox') || name.includes('tmp'));
    assert.deepEqual(names.toSorted(), ['fox-2.png', 'fox-2.png.json', 'fox.png']);
  });

  it('takes another number when the name is taken at the last moment', async () => {
    let links = 0;
    const racing: Disk = {
      ...systemDisk,
      async link(from, to) {
        if (links++ === 0) await writeFile(to, 'faster');
        await systemDisk.link(from, to);
      },
    };
    const { job } = await run(racing);
    assert.equal(job.status, 'done');
    assert.match(job.assets[0]?.path ?? '', /-2\.png$/);
    assert.equal((await readdir(outputFolder())).length, 3);
  });

  it('takes another number for both when the name of the sidecar is taken at the last moment', async () => {
    for (const canLink of [true, false]) {
      let isTaken = false;
      const racing: Disk = {
        ...systemDisk,
        async writeNew(path, bytes) {
          if (path.endsWith('.tmp.json') && !isTaken) {
            isTaken = true;
            const name = (await readdir(outputFolder())).find((each) => each.endsWith('.png') && !each.startsWith('.'));
            await writeFile(join(outputFolder(), `${name}.json`), 'faster');
          }
          await systemDisk.writeNew(path, bytes);
        },
        link: (from, to) => (canLink ? systemDisk.link(from, to) : Promise.reject(fault('EPERM'))),
      };
      await rm(outputFolder(), { recursive: true, force: true });
      const { job } = await run(racing);
      assert.equal(job.status, 'done');
      const names = await readdir(outputFolder());
      assert.equal(names.length, 3, names.join());
      assert.equal(names.filter((name) => name.endsWith('.png')).length, 1);
    }
  });

  it('writes nothing outside when a link takes the place of the folder during the call', async () => {
    const outside = join(bench.folder, '..', 'outside');
    const { job } = await run(systemDisk, async () => {
      await rename(outputFolder(), outside);
      await symlink(outside, outputFolder());
      return pictureAnswer();
    });
    assert.equal(job.error?.code, 'write_failed');
    assert.equal(job.assets[0]?.path.startsWith(join(bench.folder, '.shotlist', 'recovered')), true);
    assert.deepEqual(await readdir(outside), []);
  });

  it('makes the folder again when it was removed during the call', async () => {
    const { job } = await run(systemDisk, async () => {
      await rm(outputFolder(), { recursive: true });
      return pictureAnswer();
    });
    assert.equal(job.status, 'done');
  });

  it('keeps the bytes when the journal can no longer be written', async () => {
    const { job } = await run(systemDisk, async () => {
      const database = new DatabaseSync(join(bench.folder, '.shotlist', 'shotlist.db'));
      database.exec(`CREATE TRIGGER broken BEFORE UPDATE ON jobs BEGIN SELECT RAISE(ABORT, 'no'); END`);
      database.close();
      return pictureAnswer();
    });
    assert.equal(job.error?.code, 'write_failed');
    assert.deepEqual(await readFile(job.assets[0]?.path ?? ''), Buffer.from(samplePicture()));
  });
});
