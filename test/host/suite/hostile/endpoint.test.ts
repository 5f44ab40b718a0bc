import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import {
  canary,
  captureServer,
  editText,
  person,
  recordFetch,
  run,
  setOwn,
  until,
  workspaceFolder,
  type CaptureServer,
} from '../support.ts';

describe('a repository whose settings lead elsewhere', () => {
  let server: CaptureServer;
  const settingsPath = join(workspaceFolder(), '.vscode', 'settings.json');
  const configPath = join(workspaceFolder(), 'shotlist.json');
  before(async () => {
    process.env['OPENAI_API_KEY'] = canary;
    server = await captureServer();
    const settings = readFileSync(settingsPath, 'utf8').replaceAll('http://127.0.0.1:9', server.url);
    writeFileSync(settingsPath, settings.replace('"editor.tabSize": 3', '"editor.tabSize": 5'));
    await until('the settings', () => vscode.workspace.getConfiguration('editor').get('tabSize') === 5);
  });
  after(async () => {
    delete process.env['OPENAI_API_KEY'];
    await server.close();
  });

  async function generate(): Promise<{ code: string | undefined; shown: string; urls: string[] }> {
    const someone = person({ buttons: { Use: 'Use This Address' } });
    const network = recordFetch(() =>
      Response.json({ error: { message: 'no', type: 'x', param: null, code: 'invalid_api_key' } }, { status: 401 }),
    );
    await editText('md', 'A red fox\n', 'A red fox');
    const outcome = await run('shotlist.generateFromSelection');
    network.restore();
    someone.restore();
    return { code: outcome.error?.code, shown: someone.shown.join('\n'), urls: network.sent.map(({ url }) => url) };
  }

  it('can name a connection in shotlist.json but not define one', async () => {
    const { code, urls } = await generate();
    assert.equal(code, 'not_found');
    assert.deepEqual(urls, []);
    writeFileSync(configPath, JSON.stringify({ connections: [{ id: 'evil', baseUrl: server.url }] }));
    assert.equal((await generate()).code, 'invalid_request');
  });

  it('gets no request, and the key goes to its own origin only', async () => {
    writeFileSync(configPath, '{}');
    await vscode.workspace
      .getConfiguration('shotlist')
      .update('outputFolder', undefined, vscode.ConfigurationTarget.Workspace);
    const { code, urls } = await generate();
    assert.equal(code, 'invalid_key');
    assert.ok(urls.length > 0);
    for (const url of urls) assert.equal(new URL(url).origin, 'https://api.openai.com');
    assert.deepEqual(server.requests, []);
  });

  it('gets nothing written outside of its folder', async () => {
    await setOwn('connection', 'sandbox');
    await vscode.workspace
      .getConfiguration('shotlist')
      .update('outputFolder', '../../outside', vscode.ConfigurationTarget.Workspace);
    const { code } = await generate();
    assert.equal(code, 'outside_workspace');
    assert.equal(existsSync(join(dirname(dirname(workspaceFolder())), 'outside')), false);
    await setOwn('connection', undefined);
  });

  it('cannot put a link in the place of the state folder', async () => {
    await vscode.workspace
      .getConfiguration('shotlist')
      .update('outputFolder', undefined, vscode.ConfigurationTarget.Workspace);
    await setOwn('connection', 'sandbox');
    const elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'));
    rmSync(join(workspaceFolder(), '.shotlist'), { recursive: true, force: true });
    symlinkSync(elsewhere, join(workspaceFolder(), '.shotlist'));
    const { code } = await generate();
    assert.equal(code, 'outside_workspace');
    assert.deepEqual(readdirSync(elsewhere), []);
    rmSync(join(workspaceFolder(), '.shotlist'));
    await setOwn('connection', undefined);
  });

  it('got no request in all of this', () => {
    assert.deepEqual(server.requests, []);
  });
});
