import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { encode } from 'fast-png';
import { failureSchema, parseDocument, runSchema } from '../../support/contract.ts';
import { createHome, type Home, type Outcome } from '../../support/command-line.ts';
import { startGeminiServer } from '../../support/gemini-server.ts';
import { canaryKey } from '../../support/openai-calls.ts';
import { startSoraServer, type SoraServer } from '../../support/sora-server.ts';
import { startVertexServer } from '../../support/vertex-server.ts';

/** What the strict servers of the three protocols have in common. */
interface ClipServer extends AsyncDisposable {
  readonly baseUrl: string;
  readonly creations: readonly unknown[];
  readonly problems: readonly string[];
}

interface Protocol {
  readonly alias: string;
  /** What it can do with an earlier clip. */
  readonly actions: readonly string[];
  readonly start: () => Promise<ClipServer>;
}

const protocols: readonly Protocol[] = [
  { alias: 'sora2', actions: ['remix', 'edit', 'extend'], start: startSoraServer },
  { alias: 'omni', actions: ['edit', 'extend'], start: () => startGeminiServer({ polls: 0, workedMs: 1000 }) },
  { alias: 'veo', actions: ['extend'], start: () => startVertexServer({ polls: 0 }) },
];
const ten = Array.from({ length: 10 }, (_, index) => `shot number ${index + 1}`);

for (const { alias, actions, start } of protocols) {
  describe(`shotlist video --provider ${alias} at a strict server`, function () {
    this.timeout(60_000);
    let home: Home;
    let server: ClipServer;
    before(async () => {
      home = await createHome();
      server = await start();
      const grey = { width: 720, height: 1280, channels: 3 as const, data: new Uint8Array(720 * 1280 * 3).fill(120) };
      await writeFile(join(home.folder, 'first.png'), encode(grey));
    });
    after(async () => {
      await server[Symbol.asyncDispose]();
      await home.dispose();
    });
    const make = (...given: string[]): Promise<Outcome> =>
      home.run(['video', ...given, '--provider', alias, '--base-url', server.baseUrl, '--yes', '--json']);
    const made = async (outcome: Outcome): Promise<{ id: string; path: string }> => {
      assert.equal(outcome.code, 0, outcome.stderr + server.problems.join('\n'));
      const [job] = parseDocument(runSchema, outcome.stdout).jobs;
      const [asset] = job?.assets ?? [];
      assert.equal(asset?.mime, 'video/mp4');
      const path = asset?.path ?? '';
      assert.equal((await readFile(path)).subarray(4, 8).toString(), 'ftyp');
      return { id: job?.id ?? '', path };
    };

    it('makes a clip from text, from a picture, and from an earlier clip by its job and by its file', async () => {
      const first = await made(await make('a fox'));
      const sidecar = JSON.parse(await readFile(`${first.path}.json`, 'utf8')) as { provider: { operation?: unknown } };
      assert.ok(sidecar.provider.operation !== undefined);
      const next = [
        make('a fox moves', '--image', 'first.png'),
        ...actions.map((action) => make('and then', `--${action}`, first.id)),
        ...actions
          .filter((action) => action !== 'remix')
          .map((action) => make('and then again', `--${action}`, first.path)),
      ];
      for (const outcome of await Promise.all(next)) await made(outcome);
      assert.equal(server.creations.length, next.length + 1);
      assert.deepEqual(server.problems, []);
    });

    it('makes ten prompts three at a time, and says what became of each', async () => {
      const before = server.creations.length;
      await writeFile(join(home.folder, 'shots.txt'), ten.join('\n'));
      const given = ['video', '--prompts', 'shots.txt', '--provider', alias, '--base-url', server.baseUrl, '--yes'];
      const { code, stdout, stderr } = await home.run([...given, '-o', 'film/']);
      assert.equal(code, 0, stderr);
      assert.equal(server.creations.length - before, 10);
      const paths = stdout.trimEnd().split('\n');
      assert.equal(new Set(paths).size, 10);
      for (const [index, path] of paths.entries()) {
        assert.ok(basename(path).includes(`number-${index + 1}-`), path);
        const sidecar = JSON.parse(await readFile(`${path}.json`, 'utf8')) as { request: { prompt: string } };
        assert.equal(sidecar.request.prompt, ten[index]);
      }
      assert.match(stderr, /Other clips of this connection are in the making/);
      assert.match(stderr, /10 files in /);
    });
  });
}

describe('shotlist video: what goes wrong', function () {
  this.timeout(60_000);
  let home: Home;
  let server: SoraServer;
  beforeEach(async () => {
    home = await createHome();
    server = await startSoraServer();
  });
  afterEach(async () => {
    await server[Symbol.asyncDispose]();
    await home.dispose();
  });
  const at = (): string[] => ['--provider', 'sora2', '--base-url', server.baseUrl];

  it('never has more than three in the making at once', async () => {
    await server[Symbol.asyncDispose]();
    server = await startSoraServer({ workMs: 700 });
    await writeFile(join(home.folder, 'shots.txt'), ten.slice(0, 7).join('\n'));
    const { code, stderr } = await home.run(['video', '--prompts', 'shots.txt', '--yes', ...at()]);
    assert.equal(code, 0, stderr);
    for (const { createdAt } of server.creations) {
      const working = server.creations.filter(
        (other) => other.createdAt <= createdAt && other.createdAt + other.workMs > createdAt,
      );
      assert.ok(working.length <= 3, `${working.length} at once`);
    }
  });

  it('one refusal stops nothing else; each is named, and the finished ones are listed', async () => {
    server.fail('create', { type: 'status', status: 400, error: { code: 'moderation_blocked', message: 'No foxes.' } });
    await writeFile(join(home.folder, 'shots.txt'), 'a\nb\nc\n');
    const { code, stdout, stderr } = await home.run(['video', '--prompts', 'shots.txt', '--yes', '--json', ...at()]);
    assert.equal(code, 3, stderr);
    const { error, jobs } = parseDocument(failureSchema, stdout);
    assert.equal(error.code, 'moderation_blocked');
    assert.deepEqual(jobs.map(({ status }) => status).toSorted(), ['done', 'done', 'failed']);
    assert.equal(jobs.flatMap(({ assets }) => assets).length, 2);
    for (const { id, index, status } of jobs)
      assert.match(stderr, new RegExp(`request ${index + 1} \\(${id}\\): ${status}`));
  });

  it('a clip that is refused when it is done exits with 3', async () => {
    await server[Symbol.asyncDispose]();
    server = await startSoraServer({ failing: () => ({ code: 'moderation_blocked', message: 'Looks like a fox.' }) });
    const { code, stdout } = await home.run(['video', 'a fox', '--json', ...at()]);
    assert.equal(code, 3);
    const { error } = parseDocument(failureSchema, stdout);
    assert.equal(error.code, 'moderation_blocked');
    assert.match(error.message, /Looks like a fox/);
  });

  it('an address without videos says so in words', async () => {
    server.speak({ videos: false });
    const { code, stdout, stderr } = await home.run(['video', 'a fox', '--json', ...at()]);
    assert.equal(code, 1, stderr);
    const { error } = parseDocument(failureSchema, stdout);
    assert.equal(error.code, 'not_found');
    assert.match(error.message, /\/videos/);
  });

  it('an answer that never came leaves the job unknown: exit 5, and it is not sent again by itself', async () => {
    server.speak({ list: false });
    server.fail('create', { type: 'reset', counted: true });
    const first = await home.run(['video', 'a fox', '--json', ...at()]);
    assert.equal(first.code, 5, first.stderr);
    const [job] = parseDocument(failureSchema, first.stdout).jobs;
    assert.equal(job?.status, 'unknown');
    assert.match(first.stderr, /may have been charged/);
    const resumed = await home.run(['jobs', 'resume', ...at()]);
    assert.equal(server.creations.length, 1, resumed.stderr);
    const retried = await home.run(['jobs', 'retry', job?.id ?? '', '--json', ...at()]);
    assert.equal(retried.code, 0, retried.stderr);
    assert.equal(server.creations.length, 2);
  });

  it('warns of a finished clip that is the same, and makes it all the same', async () => {
    const first = await home.run(['video', 'a fox', ...at()]);
    assert.equal(first.code, 0, first.stderr);
    const dry = await home.run(['video', 'a fox', '--dry-run', '--json', ...at()]);
    const { warnings } = JSON.parse(dry.stdout) as { warnings: string[] };
    assert.ok(warnings.some((warning) => warning.includes(first.stdout.trim())));
    const again = await home.run(['video', 'a fox', ...at()]);
    assert.equal(again.code, 0);
    assert.match(again.stderr, /warning: The same was made already/);
    assert.equal(server.creations.length, 2);
  });

  it('a key is sent to the address that it was given for, and is never printed or stored', async () => {
    await server[Symbol.asyncDispose]();
    server = await startSoraServer({ key: canaryKey });
    const outcome = await home.run(['video', 'a fox', '--api-key', '-', '--verbose', ...at()], { input: canaryKey });
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.doesNotMatch(outcome.stdout + outcome.stderr, /canary/);
    const without = await home.run(['video', 'a bear', '--json', ...at()], {
      variables: { OPENAI_API_KEY: canaryKey },
    });
    assert.equal(without.code, 4);
    assert.equal(parseDocument(failureSchema, without.stdout).error.code, 'missing_key');
    assert.equal(server.creations.length, 1);
  });
});
