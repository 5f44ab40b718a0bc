import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createBench, draft, pictureAnswer, type Bench } from '../jobs/support/workspace.ts';

describe('The state folder', () => {
  let bench: Bench;
  let calls = 0;
  const fetch = async (): Promise<Response> => {
    calls++;
    return pictureAnswer();
  };
  const state = (name = ''): string => join(bench.folder, '.shotlist', name);
  const run = async () => {
    const pipeline = await bench.open({ fetch });
    const result = await pipeline.run(await pipeline.plan([draft('a fox')]));
    await pipeline.dispose();
    return result;
  };
  /** Another person's workspace, whose journal has a queued job and one that waits to be fetched. */
  const foreignDatabase = async (): Promise<void> => {
    const other = await createBench();
    const drain = AbortSignal.abort();
    const pipeline = await other.open();
    await pipeline.run(await pipeline.plan([draft('theirs'), draft('theirs too')]), { drain });
    await pipeline.dispose();
    const path = join(other.folder, '.shotlist', 'shotlist.db');
    const database = new DatabaseSync(path);
    database.exec(
      `UPDATE jobs SET state = 'running', body = json_set(body, '$.operation', json('{"links":[{"url":"http://169.254.169.254/"}]}'), '$.target.folder', '../../escape') WHERE position = 1`,
    );
    database.close();
    await mkdir(state(), { recursive: true });
    await copyFile(path, state('shotlist.db'));
    await other.remove();
  };

  beforeEach(async () => {
    bench = await createBench();
    calls = 0;
  });
  afterEach(() => bench.remove());

  it('is ignored by git by itself', async () => {
    await run();
    assert.equal(await readFile(state('.gitignore'), 'utf8'), '*\n');
    execFileSync('git', ['init', '-q'], { cwd: bench.folder });
    const status = execFileSync('git', ['status', '--porcelain', '--untracked-files=all'], {
      cwd: bench.folder,
      encoding: 'utf8',
    });
    assert.doesNotMatch(status, /\.shotlist/);
  });

  it('holds a database in WAL whose id only the person’s own folder knows', async () => {
    await run();
    const database = new DatabaseSync(state('shotlist.db'));
    assert.equal(database.prepare('PRAGMA journal_mode').get()?.['journal_mode'], 'wal');
    const id = String(database.prepare(`SELECT value FROM meta WHERE key = 'id'`).get()?.['value']);
    database.close();
    const known = join(bench.personalFolder, 'workspaces', `${id}.json`);
    assert.equal((await stat(known)).mode & 0o777, 0o600);
  });

  it('sets a database aside that came from elsewhere: nothing in it is resumed or fetched', async () => {
    await foreignDatabase();
    const pipeline = await bench.open({ fetch });
    assert.deepEqual(await pipeline.listJobs(), []);
    const resumed = await pipeline.resumeJobs(undefined);
    assert.deepEqual([resumed.jobs, calls], [[], 0]);
    assert.match(resumed.warnings.join(), /set aside as shotlist\.foreign-1\.db/);
    assert.ok((await readdir(state())).includes('shotlist.foreign-1.db'));
    assert.deepEqual((await readdir(join(bench.folder, '..'))).toSorted(), ['person', 'workspace']);
  });

  it('does the same with the next one, under another number', async () => {
    await foreignDatabase();
    await run();
    await foreignDatabase();
    await run();
    const names = (await readdir(state())).filter((name) => name.endsWith('.db'));
    assert.deepEqual(names.toSorted(), ['shotlist.db', 'shotlist.foreign-1.db', 'shotlist.foreign-2.db']);
  });

  it('does the same with a database that has views and triggers in place of tables, or names another file as its id', async () => {
    for (const [index, sql] of [
      `CREATE TABLE real (key, value); CREATE VIEW meta AS SELECT 'id' AS key, 'x' AS value`,
      `CREATE TABLE meta (key TEXT, value TEXT); INSERT INTO meta VALUES ('id', '../workspaces/../../person')`,
      `CREATE TABLE unrelated (a)`,
    ].entries()) {
      await mkdir(state(), { recursive: true });
      const hostile = new DatabaseSync(state('hostile.db'));
      hostile.exec(sql);
      hostile.close();
      execFileSync('mv', [state('hostile.db'), state('shotlist.db')]);
      assert.equal((await run()).jobs[0]?.status, 'done');
      assert.ok((await readdir(state())).includes(`shotlist.foreign-${index + 1}.db`));
    }
  });

  for (const name of ['shotlist.db', 'shotlist.db-wal', 'shotlist.db-journal']) {
    it(`follows no link in place of ${name}`, async () => {
      await mkdir(state());
      const victim = join(bench.folder, 'victim');
      await writeFile(victim, 'untouched');
      await symlink(victim, state(name));
      const result = await run();
      assert.equal(result.jobs[0]?.status, 'done');
      assert.match(result.warnings.join(), /set aside/);
      assert.equal(await readFile(victim, 'utf8'), 'untouched');
    });
  }

  it('sets a broken database aside and goes on', async () => {
    await run();
    await writeFile(
      state('shotlist.db'),
      'this is no database at all, and longer than the header of one would be '.repeat(20),
    );
    const result = await run();
    assert.equal(result.jobs[0]?.status, 'done');
    assert.match(result.warnings.join(), /damaged.*shotlist\.damaged-1\.db/);
  });

  it('sets a database aside that lost its end or has garbage in the middle', async () => {
    await run();
    const { size } = await stat(state('shotlist.db'));
    await truncate(state('shotlist.db'), Math.floor(size / 2 / 4096) * 4096);
    const cut = await run();
    assert.match(cut.warnings.join(), /damaged/);
    const bytes = await readFile(state('shotlist.db'));
    bytes.fill(0xa5, 4096, bytes.length - 4096);
    await writeFile(state('shotlist.db'), bytes);
    const scrambled = await run();
    assert.match(scrambled.warnings.join(), /set aside/);
    assert.equal(scrambled.jobs[0]?.status, 'done');
  });

  it('is opened by many at once, each of which finds the same database', async () => {
    const pipelines = await Promise.all(Array.from({ length: 6 }, () => bench.open({ fetch })));
    const results = await Promise.all(
      pipelines.map(async (pipeline) => pipeline.run(await pipeline.plan([draft('a fox')]))),
    );
    assert.ok(results.every((result) => result.jobs[0]?.status === 'done' && result.warnings.length === 0));
    assert.equal((await pipelines[0]?.listJobs())?.length, 6);
    const names = (await readdir(state())).filter((name) => name.endsWith('.db'));
    assert.deepEqual(names, ['shotlist.db']);
  });

  it('is not read where a newer Shotlist wrote it', async () => {
    await run();
    const database = new DatabaseSync(state('shotlist.db'));
    database.exec('PRAGMA user_version = 999');
    database.close();
    await assert.rejects(run(), { code: 'internal' });
  });

  it('that cannot be made is an error in plain words', async () => {
    await writeFile(state(), 'a file');
    await assert.rejects(run(), { code: 'outside_workspace' });
  });
});
