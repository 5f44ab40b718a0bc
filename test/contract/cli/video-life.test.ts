import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failureSchema, jobsSchema, parseDocument, runSchema } from '../../support/contract.ts';
import { createHome, type Home } from '../../support/command-line.ts';
import { operationSchema } from '../../../src/core/providers/provider.ts';
import { startSoraServer, type SoraServer } from '../../support/sora-server.ts';

/** Clips of the sandbox that take as long as the prompt says, small enough to be drawn in no time. */
const small = ['--connection', 'sandbox', '--model', 'tiny', '--size', '320x180', '--seconds', '1'];

describe('the life of clips on the command line', function () {
  this.timeout(60_000);
  let home: Home;
  beforeEach(async () => {
    home = await createHome();
  });
  afterEach(() => home.dispose());

  const states = async (): Promise<string[]> =>
    parseDocument(jobsSchema, (await home.run(['jobs', '--json'])).stdout).jobs.map(({ status }) => status);
  const assertClips = async (stdout: string, count: number): Promise<void> => {
    const paths = stdout.trimEnd().split('\n');
    assert.equal(paths.length, count, stdout);
    for (const path of paths) assert.equal((await readFile(path)).subarray(4, 8).toString(), 'ftyp');
  };

  it('--no-wait sends all, prints the ids, exits with 0; another process resumes', async () => {
    await writeFile(join(home.folder, 'shots.txt'), 'a [time:1000]\nb [time:1000]\nc [time:1000]\nd [time:1000]\n');
    const sent = await home.run(['video', '--prompts', 'shots.txt', '--no-wait', ...small]);
    assert.equal(sent.code, 0, sent.stderr);
    assert.equal(sent.stdout, '');
    assert.equal(sent.stderr.match(/^job_\w+: in the making with tiny at sandbox$/gm)?.length, 4);
    assert.match(sent.stderr, /`shotlist jobs resume` waits for them/);
    assert.deepEqual(await states(), ['running', 'running', 'running', 'running']);
    const resumed = await home.run(['jobs', 'resume']);
    assert.equal(resumed.code, 0, resumed.stderr);
    await assertClips(resumed.stdout, 4);
    assert.deepEqual(await states(), ['done', 'done', 'done', 'done']);
  });

  it('--no-wait --json is one document with the operations', async () => {
    const { code, stdout } = await home.run(['video', 'a [time:60000]', '--no-wait', '--json', ...small]);
    assert.equal(code, 0);
    const { jobs } = parseDocument(runSchema, stdout);
    assert.equal(jobs[0]?.status, 'running');
    assert.match(JSON.stringify(jobs[0]?.operation), /"id":"video_/);
  });

  it('--no-wait does not hide what failed', async () => {
    await writeFile(join(home.folder, 'shots.txt'), 'a [time:60000]\nb [fail:moderation_blocked]\n');
    const { code, stdout } = await home.run(['video', '--prompts', 'shots.txt', '--no-wait', '--json', ...small]);
    assert.equal(code, 3);
    assert.deepEqual(
      parseDocument(failureSchema, stdout).jobs.map(({ status }) => status),
      ['running', 'failed'],
    );
  });

  it('Ctrl-C leaves clips to be resumed: exit 5, and what was not sent is sent then', async function () {
    if (process.platform === 'win32') this.skip();
    await writeFile(
      join(home.folder, 'shots.txt'),
      ['a', 'b', 'c', 'd'].map((name) => `${name} [time:3000]`).join('\n'),
    );
    const running = home.start(['video', '--prompts', 'shots.txt', '--json', ...small]);
    await Promise.all([1, 2, 3].map((number) => running.saw(`request ${number}: in the making`)));
    running.child.kill('SIGINT');
    const outcome = await running.outcome;
    assert.equal(outcome.code, 5, outcome.stderr);
    assert.match(outcome.stderr, /Stopping: nothing more is sent, 3 clips under way can be resumed/);
    const { error, jobs } = parseDocument(failureSchema, outcome.stdout);
    assert.equal(error.code, 'cancelled');
    assert.match(error.hint ?? '', /4 jobs left: `shotlist jobs resume` goes on/);
    assert.deepEqual(jobs.map(({ status }) => status).toSorted(), ['queued', 'running', 'running', 'running']);
    const resumed = await home.run(['jobs', 'resume']);
    assert.equal(resumed.code, 0, resumed.stderr);
    await assertClips(resumed.stdout, 4);
  });

  it('the same command finishes what was cut off, and pays nothing twice', async function () {
    if (process.platform === 'win32') this.skip();
    await using server = await startSoraServer({ workMs: 2500 });
    const given = ['video', 'a fox', '--provider', 'sora2', '--base-url', server.baseUrl];
    const running = home.start(given);
    await running.saw('in the making');
    running.child.kill('SIGKILL');
    await running.outcome;
    const again = await home.run(given);
    assert.equal(again.code, 0, again.stderr);
    await assertClips(again.stdout, 1);
    assert.equal(server.creations.length, 1);
    assert.match(again.stderr, /was cut off/);
  });

  it('the end of the window exits with 5, says how to go on, and loses nothing', async () => {
    const { code, stdout, stderr } = await home.run(['video', 'a [time:5000]', '--window', '0.01', '--json', ...small]);
    assert.equal(code, 5, stderr);
    const { error, jobs } = parseDocument(failureSchema, stdout);
    assert.equal(error.code, 'timeout');
    assert.match(error.hint ?? '', /shotlist jobs resume/);
    assert.equal(jobs[0]?.status, 'running');
    const again = await home.run(['jobs', 'resume', jobs[0]?.id ?? '', '--window', '0.01', '--json']);
    assert.equal(again.code, 5, again.stderr);
    const resumed = await home.run(['jobs', 'resume', jobs[0]?.id ?? '']);
    assert.equal(resumed.code, 0, resumed.stderr);
    await assertClips(resumed.stdout, 1);
  });

  it('a cancelled clip says what it may cost, and can be resumed by its id', async () => {
    const sent = await home.run(['video', 'a [time:2000]', '--no-wait', '--json', ...small]);
    const id = parseDocument(runSchema, sent.stdout).jobs[0]?.id ?? '';
    const cancelled = await home.run(['jobs', 'cancel', id]);
    assert.equal(cancelled.code, 0, cancelled.stderr);
    assert.match(cancelled.stderr, /job was cancelled/);
    assert.match(cancelled.stderr, /charge/);
    assert.deepEqual(await states(), ['cancelled']);
    assert.match((await home.run(['jobs', 'resume'])).stderr, /Nothing is left/);
    const resumed = await home.run(['jobs', 'resume', id]);
    assert.equal(resumed.code, 0, resumed.stderr);
    await assertClips(resumed.stdout, 1);
    const over = await home.run(['jobs', 'cancel', id]);
    assert.match(over.stderr, /is done: there is nothing to cancel/);
  });

  it('a clip that another process makes can be cancelled from outside', async () => {
    const running = home.start(['video', 'a [time:60000]', '--json', ...small]);
    await running.saw('in the making');
    const [id = ''] = /job_\w+/.exec((await home.run(['jobs', '--json'])).stdout) ?? [];
    assert.equal((await home.run(['jobs', 'cancel', id])).code, 0);
    const outcome = await running.outcome;
    assert.notEqual(outcome.code, 0);
    assert.deepEqual(
      parseDocument(failureSchema, outcome.stdout).jobs.map(({ status }) => status),
      ['cancelled'],
    );
  });

  it('two processes at once share what is left: each clip is fetched once', async () => {
    await writeFile(join(home.folder, 'shots.txt'), ['a', 'b', 'c'].map((name) => `${name} [time:2500]`).join('\n'));
    const sent = await home.run(['video', '--prompts', 'shots.txt', '--no-wait', ...small]);
    assert.equal(sent.code, 0, sent.stderr);
    const outcomes = await Promise.all([
      home.run(['jobs', 'resume', '--json']),
      home.run(['jobs', 'resume', '--json']),
    ]);
    const paths = outcomes.flatMap(({ stdout }) =>
      (JSON.parse(stdout) as { jobs: { assets: { path: string }[] }[] }).jobs.flatMap(({ assets }) =>
        assets.map(({ path }) => path),
      ),
    );
    assert.equal(new Set(paths).size, 3, JSON.stringify(outcomes));
    assert.deepEqual(await states(), ['done', 'done', 'done']);
  });

  describe('at a server', () => {
    let server: SoraServer;
    beforeEach(async () => {
      server = await startSoraServer({ workMs: 400 });
    });
    afterEach(() => server[Symbol.asyncDispose]());
    const at = (): string[] => ['--base-url', server.baseUrl];

    it('a clip is resumed at the address that made it, and is kept where that is not named', async () => {
      const sent = await home.run(['video', 'a fox', '--model', 'sora-2', '--no-wait', ...at()]);
      assert.match(sent.stderr, new RegExp(`shotlist jobs resume --base-url ${server.baseUrl}`));
      const elsewhere = await home.run(['jobs', 'resume']);
      assert.notEqual(elsewhere.code, 0, elsewhere.stderr);
      assert.deepEqual(await states(), ['running']);
      const resumed = await home.run(['jobs', 'resume', ...at()]);
      assert.equal(resumed.code, 0, resumed.stderr);
      await assertClips(resumed.stdout, 1);
    });

    it('list and show have progress, time, cost and operation; fetch and delete go to the provider', async () => {
      const made = await home.run(['video', 'a fox', '--model', 'sora-2', '--json', ...at()]);
      const [job] = parseDocument(runSchema, made.stdout).jobs;
      const id = job?.id ?? '';
      const { id: operation } = operationSchema.parse(job?.operation);
      const [list, shown] = await Promise.all([home.run(['jobs']), home.run(['jobs', 'show', id])]);
      const row = list.stdout.split('\n')[1] ?? '';
      for (const part of [id, 'done', ' s ', 'about $0.400', 'sora-2', operation.slice(0, 20), 'a fox']) {
        assert.ok(row.includes(part), `${part} in ${row}`);
      }
      assert.match(shown.stdout, new RegExp(`^operation +${operation}$`, 'm'));

      const thumbnail = await home.run(['jobs', 'fetch', id, '--variant', 'thumbnail', '-o', 'fox.webp', ...at()]);
      assert.equal(thumbnail.code, 0, thumbnail.stderr);
      assert.equal(thumbnail.stdout, `${join(home.folder, 'fox.webp')}\n`);
      const again = await home.run(['jobs', 'fetch', id, '--json', ...at()]);
      const { asset } = JSON.parse(again.stdout) as { asset: { path: string; sha256: string } };
      assert.notEqual(asset.path, job?.assets[0]?.path);
      assert.equal(asset.sha256, job?.assets[0]?.sha256);
      assert.equal(server.creations.length, 1);

      const unasked = await home.run(['jobs', 'delete', id, '--json', ...at()]);
      assert.equal(unasked.code, 2);
      assert.match(parseDocument(failureSchema, unasked.stdout).error.hint ?? '', /--yes/);
      const deleted = await home.run(['jobs', 'delete', id, '--yes', '--json', ...at()]);
      assert.equal(deleted.code, 0, deleted.stderr);
      assert.equal(parseDocument(jobsSchema, deleted.stdout).jobs[0]?.id, id);
      await readFile(job?.assets[0]?.path ?? '');
      const gone = await home.run(['jobs', 'fetch', id, '--json', ...at()]);
      assert.notEqual(gone.code, 0);
      parseDocument(failureSchema, gone.stdout);
    });
  });
});
