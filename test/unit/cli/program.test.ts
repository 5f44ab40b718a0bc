import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import manifest from '../../../package.json' with { type: 'json' };
import { commands } from '../../../src/cli/commands.ts';
import { createHome, type Home } from '../../support/command-line.ts';

const sdks = /\/node_modules\/(openai|undici|@google|nunjucks|@jsquash|p-queue|file-type)\//;
/** Prints the address of every module that is loaded. */
const traceModules = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({ load(url, context, next) { process._rawDebug('loaded ' + url); return next(url, context); } });
`)}`;
const oldNode = `data:text/javascript,${encodeURIComponent(`
  Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.19.1' } });
`)}`;

describe('the program', function () {
  this.timeout(30_000);
  let home: Home;
  before(async () => {
    home = await createHome('source');
  });
  after(() => home.dispose());

  it('prints its version', async () => {
    assert.deepEqual(await home.run(['--version']), { code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  it('has a help page that names every command', async () => {
    const { code, stdout, stderr } = await home.run(['--help']);
    assert.equal(code, 0);
    assert.equal(stderr, '');
    for (const { name } of commands) assert.match(stdout, new RegExp(`^  ${name}\\b`, 'm'));
  });

  for (const { name } of commands) {
    it(`has a help page for ${name}, with examples, and loads no SDK for it`, async () => {
      const { code, stdout, stderr } = await home.run([name, '--help'], { nodeOptions: ['--import', traceModules] });
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`^Usage: shotlist ${name}`));
      const loaded = stderr.split('\n').filter((line) => line.startsWith('loaded '));
      assert.ok(
        loaded.some((line) => line.includes('/commander/')),
        'the trace works',
      );
      assert.deepEqual(
        loaded.filter((line) => sdks.test(line)),
        [],
      );
    });
  }

  it('loads no schemas either for its own help page', async () => {
    const { stderr } = await home.run(['--help'], { nodeOptions: ['--import', traceModules] });
    assert.doesNotMatch(stderr, /\/zod\/|\/catalog\//);
  });

  it('`help COMMAND` is `COMMAND --help`', async () => {
    const [help, option] = await Promise.all([home.run(['help', 'models']), home.run(['models', '--help'])]);
    assert.equal(help.code, 0);
    assert.equal(help.stdout, option.stdout);
  });

  it('says one sentence and exits with 1 under a Node that is too old', async () => {
    const { code, stdout, stderr } = await home.run(['--version'], { nodeOptions: ['--import', oldNode] });
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.equal(stderr, 'shotlist needs Node 22.20 or later, and this is Node 22.19.1.\n');
  });

  it('starts with a file that even an old Node can read', async () => {
    const source = await readFile(new URL('../../../src/cli/main.ts', import.meta.url), 'utf8');
    assert.doesNotMatch(source, /^(import|export) /m);
  });

  const mistakes: readonly (readonly [what: string, given: string[], message: RegExp])[] = [
    ['an unknown command', ['imag'], /imag.*|Did you mean/],
    ['an unknown option', ['image', 'x', '--siz', 'auto'], /--siz/],
    ['no command', [], /Name a command/],
    ['a command without its subcommand', ['history'], /Name a command/],
    ['a missing argument', ['jobs', 'retry'], /JOB/],
    ['a prompt without quotes', ['image', 'a', 'lighthouse'], /too many arguments|quotes/i],
    ['no prompt', ['image'], /what the picture should show/],
    ['a count that is none', ['image', 'x', '-n', '0'], /whole number/],
    ['a budget that is none', ['image', 'x', '--max-cost', 'cheap'], /US dollars/],
    ['two connections', ['models', '--connection', 'openai', '--provider', 'sandbox'], /--provider/],
    ['prompt and key both from standard input', ['image', '-', '--api-key', '-'], /not both/],
    ['a prompt file that is not there', ['image', '@nothing.txt'], /no prompt file/],
    ['a workspace that is not there', ['models', '--workspace', 'nowhere'], /no workspace folder/],
    ['a port that is none', ['sandbox', '--port', '99999'], /65535/],
  ];
  for (const [what, given, message] of mistakes) {
    it(`${what} exits with 2, and with --json prints one document`, async () => {
      const [plain, json] = await Promise.all([home.run(given), home.run([...given, '--json'])]);
      assert.equal(plain.code, 2, plain.stderr);
      assert.equal(plain.stdout, '');
      assert.match(plain.stderr, message);
      assert.equal(json.code, 2);
      const document = JSON.parse(json.stdout) as { ok: boolean; error: { code: string; message: string }; jobs: [] };
      assert.equal(document.ok, false);
      assert.match(document.error.code, /^(invalid_request|not_found)$/);
      assert.deepEqual(document.jobs, []);
    });
  }
});
