import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { canary, captureServer, person, recordFetch, run, setOwn, workspaceFolder, type Person } from '../support.ts';

const refusal = (): Response =>
  Response.json(
    {
      error: {
        message: `Incorrect API key provided: ${canary}.`,
        type: 'invalid_request_error',
        param: null,
        code: 'invalid_api_key',
      },
    },
    { status: 401 },
  );

describe('keys', () => {
  let someone: Person;
  afterEach(async () => {
    someone.restore();
    await setOwn('connection', undefined);
    await setOwn('connections', undefined);
  });

  async function storeKey(connection: string): Promise<void> {
    someone = person({ typed: canary, picked: connection });
    assert.deepEqual(await run('shotlist.setApiKey'), { ok: true });
    someone.restore();
  }

  it('are typed hidden, and the host they go to is shown', async () => {
    await storeKey('OpenAI');
    assert.equal(someone.inputs[0]?.password, true);
    assert.equal(someone.inputs[0]?.ignoreFocusOut, true);
    assert.match(someone.inputs[0]?.prompt ?? '', /api\.openai\.com/);
  });

  it('go to the origin they were stored for, and to no other', async () => {
    await storeKey('OpenAI');
    const server = await captureServer();
    await setOwn('connections', [{ id: 'gateway', label: 'Gateway', baseUrl: `${server.url}/v1` }]);
    await setOwn('connection', 'gateway');
    someone = person({ buttons: { 'Use http': 'Use This Address' }, typed: 'A fox' });
    const outcome = await run('shotlist.generateImage');
    assert.equal(outcome.ok, false);
    assert.match(someone.shown.join('\n'), /no key for Gateway/);
    assert.deepEqual(server.requests, []);
    await server.close();
  });

  it('stay where they are when the address of their connection changes', async () => {
    const [first, second] = [await captureServer(), await captureServer()];
    await setOwn('connections', [{ id: 'moving', label: 'Moving', baseUrl: `${first.url}/v1` }]);
    await setOwn('connection', 'moving');
    await storeKey('Moving');
    someone = person({ buttons: { 'Use http': 'Use This Address' } });
    await run('shotlist.checkConnection');
    assert.match(first.requests.join(), new RegExp(`GET /v1/models Bearer ${canary}`));
    await setOwn('connections', [{ id: 'moving', label: 'Moving', baseUrl: `${second.url}/v1` }]);
    const outcome = await run('shotlist.checkConnection');
    assert.equal(outcome.ok, false);
    assert.deepEqual(second.requests, []);
    assert.match(someone.shown.join('\n'), new RegExp(`Use ${second.url}`), 'the new address is asked for');
    await first.close();
    await second.close();
  });

  it('are not sent to an address that the person does not confirm', async () => {
    const server = await captureServer();
    await setOwn('connections', [{ id: 'refused', baseUrl: `${server.url}/v1`, needsKey: false }]);
    await setOwn('connection', 'refused');
    someone = person({ typed: 'A fox' });
    assert.equal((await run('shotlist.generateImage')).error?.code, 'cancelled');
    assert.deepEqual(server.requests, []);
    await server.close();
  });

  it('of the environment are used for OpenAI, whatever address the environment names', async () => {
    someone = person({ picked: 'openai' });
    await run('shotlist.removeApiKey');
    const server = await captureServer();
    const saved = { ...process.env };
    Object.assign(process.env, {
      OPENAI_API_KEY: canary,
      OPENAI_BASE_URL: `${server.url}/v1`,
      OPENAI_CUSTOM_HEADERS: `x-canary: ${canary}`,
      OPENAI_LOG: 'debug',
      GOOGLE_GEMINI_BASE_URL: server.url,
    });
    const network = recordFetch(refusal);
    try {
      await setOwn('connection', 'openai');
      const outcome = await run('shotlist.checkConnection');
      assert.equal(outcome.error?.code, 'invalid_key');
      assert.ok(network.sent.length > 0);
      for (const { url, authorization } of network.sent) {
        assert.match(url, /^https:\/\/api\.openai\.com\//);
        assert.equal(authorization, `Bearer ${canary}`);
      }
      assert.deepEqual(server.requests, []);
    } finally {
      network.restore();
      for (const name of Object.keys(process.env)) if (!(name in saved)) delete process.env[name];
      await server.close();
    }
  });

  it('are in no message, no diagnostics, no log and no file', async () => {
    await storeKey('OpenAI');
    await setOwn('connection', 'openai');
    const network = recordFetch(refusal);
    someone = person({ typed: 'A fox' });
    const outcome = await run('shotlist.generateImage');
    assert.equal(outcome.error?.code, 'invalid_key');
    assert.doesNotMatch(JSON.stringify(outcome), new RegExp(canary));
    await vscode.env.clipboard.writeText('');
    await run('shotlist.copyDiagnostics');
    network.restore();
    const diagnostics = await vscode.env.clipboard.readText();
    assert.match(diagnostics, /## Shotlist diagnostics/);
    assert.match(diagnostics, /- openai at api\.openai\.com, key: secret storage/);
    assert.match(diagnostics, /command: shotlist\.generateImage/);
    assert.doesNotMatch(`${diagnostics}${someone.shown.join()}`, new RegExp(canary));
    const logPath = /### Log \((.+)\)/.exec(diagnostics)?.[1] ?? '';
    assert.ok(existsSync(logPath), logPath);
    // everything that VS Code and the extension wrote in this run, its own logs too
    const root = dirname(workspaceFolder());
    for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      const file = join(root, path);
      // the browser keeps the vault; what lies in it is tested where the window is a person's
      if (path.startsWith('browser') || statSync(file, { throwIfNoEntry: false })?.isFile() !== true) continue;
      assert.ok(!readFileSync(file).includes(canary), file);
    }
  });

  it('can be removed', async () => {
    await storeKey('OpenAI');
    someone = person({ picked: 'openai' });
    assert.deepEqual(await run('shotlist.removeApiKey'), { ok: true });
    await setOwn('connection', 'openai');
    await run('shotlist.copyDiagnostics');
    assert.match(await vscode.env.clipboard.readText(), /- openai at api\.openai\.com, key: none/);
  });
});
