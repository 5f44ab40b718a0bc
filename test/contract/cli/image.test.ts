import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { failureSchema, parseDocument, planSchema, runSchema } from '../../support/contract.ts';
import { createHome, type Home } from '../../support/command-line.ts';

const sandbox = ['--connection', 'sandbox'];
const small = ['--size', '1024x1024', '--quality', 'low'];

describe('shotlist image', function () {
  this.timeout(60_000);
  let home: Home;
  beforeEach(async () => {
    home = await createHome();
  });
  afterEach(() => home.dispose());

  it('writes pictures with sidecars, and prints nothing but their absolute paths', async () => {
    const { code, stdout, stderr } = await home.run(['image', 'a small red boat', '-n', '2', ...sandbox, ...small]);
    assert.equal(code, 0, stderr);
    const paths = stdout.trimEnd().split('\n');
    assert.equal(paths.length, 2);
    for (const path of paths) {
      assert.equal(dirname(path), join(home.folder, 'shotlist-output'));
      assert.deepEqual((await readFile(path)).subarray(1, 4).toString(), 'PNG');
      const sidecar = JSON.parse(await readFile(`${path}.json`, 'utf8')) as { request: { prompt: string } };
      assert.equal(sidecar.request.prompt, 'a small red boat');
    }
    assert.match(stderr, /2 files in /);
  });

  it('prints exactly one document with --json, in the shape of the contract', async () => {
    const { code, stdout, stderr } = await home.run(['image', 'a boat', '--json', ...sandbox, ...small]);
    assert.equal(code, 0, stderr);
    const { jobs } = parseDocument(runSchema, stdout);
    assert.equal(jobs.length, 1);
    assert.deepEqual(
      { status: jobs[0]?.status, connection: jobs[0]?.connection, model: jobs[0]?.model },
      { status: 'done', connection: 'sandbox', model: 'gpt-image-2.6-flare' },
    );
    assert.deepEqual(
      { mime: jobs[0]?.assets[0]?.mime, width: jobs[0]?.assets[0]?.width, height: jobs[0]?.assets[0]?.height },
      { mime: 'image/png', width: 1024, height: 1024 },
    );
  });

  it('says nothing but the paths with --quiet', async () => {
    const { code, stdout, stderr } = await home.run(['image', 'a boat', '--quiet', ...sandbox, ...small]);
    assert.equal(code, 0);
    assert.equal(stderr, '');
    assert.equal(stdout.trimEnd().split('\n').length, 1);
  });

  it('takes the prompt from standard input and from a file', async () => {
    await writeFile(join(home.folder, 'prompt.txt'), '\uFEFFa boat from a file\n');
    const [input, file] = await Promise.all([
      home.run(['image', '-', '--dry-run', '--json'], { input: 'a boat from\nstandard input\n' }),
      home.run(['image', '@prompt.txt', '--dry-run', '--json']),
    ]);
    assert.equal(parseDocument(planSchema, input.stdout).plan.jobs[0]?.prompt, 'a boat from\nstandard input');
    assert.equal(parseDocument(planSchema, file.stdout).plan.jobs[0]?.prompt, 'a boat from a file');
  });

  it('plans without a key, sends nothing and writes nothing with --dry-run', async () => {
    const given = ['image', 'a boat', '--aspect', '16:9', '--format', 'webp', '--output-compression', '80', '-n', '12'];
    const { code, stdout } = await home.run([...given, '--dry-run', '--json']);
    assert.equal(code, 0);
    const { plan } = parseDocument(planSchema, stdout);
    assert.equal(plan.jobs.length, 2);
    assert.deepEqual(
      plan.jobs.map((job) => job.parameters['n']),
      [10, 2],
    );
    assert.equal(plan.jobs[0]?.parameters['output_compression'], 80);
    assert.match(plan.jobs[0]?.output ?? '', /\.webp$/);
    assert.ok((plan.jobs[0]?.estimate?.usd ?? 0) > 0);
    const text = await home.run([...given, '--dry-run']);
    assert.match(text.stdout, /gpt-image-2\.6-flare at openai/);
    assert.match(text.stdout, /12 pictures in 2 requests, about \$/);
    assert.deepEqual(await readdir(home.folder), []);
  });

  it('above ten pictures or a dollar wants --yes, before anything is sent', async () => {
    const [many, expensive, lowered] = await Promise.all([
      home.run(['image', 'a boat', '-n', '11', '--quality', 'low', '--json', ...sandbox]),
      home.run(['image', 'a boat', '-n', '6', '--quality', 'high', '--size', '1024x1024', '--json', ...sandbox]),
      writeFile(join(home.folder, 'shotlist.json'), '{"confirmAbove":{"images":1}}').then(() =>
        home.run(['image', 'a boat', '-n', '2', '--json', ...sandbox]),
      ),
    ]);
    for (const { code, stdout } of [many, expensive, lowered]) {
      assert.equal(code, 2);
      const { error, jobs } = parseDocument(failureSchema, stdout);
      assert.equal(error.code, 'invalid_request');
      assert.match(error.hint ?? '', /--yes/);
      assert.deepEqual(jobs, []);
    }
    const { code } = await home.run(['image', 'a boat', '-n', '2', '--yes', ...sandbox, ...small]);
    assert.equal(code, 0);
  });

  it('refuses what may cost more than --max-cost, or whose price nobody knows', async () => {
    const [over, unknown, within] = await Promise.all([
      home.run(['image', 'a boat', '--max-cost', '0.01', '--json', ...sandbox]),
      home.run(['image', 'a boat', '--max-cost', '9', '--quality', 'max', '--json', ...sandbox]),
      home.run(['image', 'a boat', '--max-cost', '0.10', '--json', ...sandbox, ...small]),
    ]);
    for (const { code, stdout } of [over, unknown]) {
      assert.equal(code, 4);
      assert.equal(parseDocument(failureSchema, stdout).error.code, 'budget_exceeded');
    }
    assert.equal(within.code, 0, within.stderr);
  });

  const refused: readonly (readonly [what: string, given: string[], code: string, exit: number])[] = [
    ['a model retired at its vendor', ['--model', 'gpt-image-1', '--connection', 'openai'], 'model_retired', 2],
    ['a model that nobody knows', ['--model', 'gpt-image-9', '--connection', 'openai'], 'model_not_found', 2],
    ['a parameter that the model lacks', ['--style', 'vivid'], 'unsupported_parameter', 2],
    ['a value that no model takes', ['--quality', 'enormous'], 'invalid_request', 2],
    ['a parameter that nobody knows', ['--param', 'steps=3'], 'unsupported_parameter', 2],
    ['a reference that is not there', ['--reference', 'nothing.png'], 'not_found', 2],
    ['a connection that is not there', ['--connection', 'nowhere'], 'not_found', 2],
    ['a base URL that is none', ['--base-url', 'localhost'], 'invalid_request', 2],
    ['a format that clashes with the file', ['-o', 'boat.png', '--format', 'webp'], 'invalid_request', 2],
    ['no key', ['--connection', 'openai'], 'missing_key', 4],
    ['no key, with no connection named', [], 'missing_key', 4],
  ];
  for (const [what, given, error, exit] of refused) {
    it(`${what} is ${error} and exits with ${exit}`, async () => {
      const { code, stdout, stderr } = await home.run(['image', 'a boat', '--json', ...given]);
      assert.equal(parseDocument(failureSchema, stdout).error.code, error);
      assert.equal(code, exit, stderr);
      assert.match(stderr, new RegExp(`\\(${error}\\)`));
    });
  }

  it('a missing key names the sandbox, which is never chosen silently', async () => {
    const { stderr } = await home.run(['image', 'a boat']);
    assert.match(stderr, /sandbox/);
    assert.deepEqual(
      (await readdir(home.folder)).filter((name) => name !== '.shotlist'),
      [],
    );
  });

  it('a seed is no mistake, but this model has none', async () => {
    const { code, stdout } = await home.run(['image', 'a boat', '--seed', '7', '--dry-run', '--json']);
    assert.equal(code, 0);
    const { plan, warnings } = parseDocument(planSchema, stdout);
    assert.equal(plan.jobs[0]?.parameters['seed'], undefined);
    assert.match(warnings.join(), /has no seed/);
  });

  describe('-o', () => {
    const places: readonly (readonly [given: string, expected: string | RegExp])[] = [
      ['boat.png', 'boat.png'],
      ['art/deep/boat.webp', 'art/deep/boat.webp'],
      ['boat.jpeg', 'boat.jpeg'],
      ['boat', 'boat.png'],
      ['fresh/', /^fresh\/[^/]+\.png$/],
      ['there', /^there\/[^/]+\.png$/],
      ['.', /^[^/]+\.png$/],
      ['../outside.png', '../outside.png'],
    ];
    it('is a folder where it exists as one or ends in a separator, else a file', async () => {
      await mkdir(join(home.folder, 'there'));
      for (const [given, expected] of places) {
        const { stdout } = await home.run(['image', 'a boat', '--dry-run', '--json', '-o', given]);
        const output = parseDocument(planSchema, stdout).plan.jobs[0]?.output ?? '';
        if (typeof expected === 'string') assert.equal(output, join(home.folder, expected), given);
        else assert.match(output.slice(home.folder.length + 1).replaceAll('\\', '/'), expected, given);
      }
    });

    it('chooses the format by its extension, makes its folders, and numbers several pictures', async () => {
      const { code, stdout, stderr } = await home.run([
        'image',
        'a boat',
        '-n',
        '2',
        '-o',
        'art/deep/boat.jpg',
        ...sandbox,
        ...small,
      ]);
      assert.equal(code, 0, stderr);
      const [first = '', second = ''] = stdout.trimEnd().split('\n');
      assert.deepEqual(
        [first, second],
        [join(home.folder, 'art/deep/boat.jpg'), join(home.folder, 'art/deep/boat-2.jpg')],
      );
      for (const path of [first, second]) assert.equal((await readFile(path)).subarray(0, 2).toString('hex'), 'ffd8');
    });

    it('never overwrites: the name gets a number', async () => {
      await writeFile(join(home.folder, 'boat.png'), 'mine');
      const { stdout } = await home.run(['image', 'a boat', '-o', 'boat.png', ...sandbox, ...small]);
      assert.equal(stdout, `${join(home.folder, 'boat-2.png')}\n`);
      assert.equal(await readFile(join(home.folder, 'boat.png'), 'utf8'), 'mine');
    });
  });
});
