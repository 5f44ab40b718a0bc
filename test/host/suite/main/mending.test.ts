import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { builtInConnections } from '../../../../src/core/connections/connection.ts';
import { askForKey } from '../../../../src/extension/ask-for-key.ts';
import type { Services } from '../../../../src/extension/services.ts';
import { canary, captureServer, person, recordFetch, run, setOwn, until, type Person } from '../support.ts';

const refusal = (): Response =>
  Response.json({ error: { message: 'no', type: 'x', param: null, code: 'invalid_api_key' } }, { status: 401 });

describe('what mends an error', () => {
  let someone: Person;
  afterEach(async () => {
    someone.restore();
    delete process.env['OPENAI_API_KEY'];
    for (const key of ['connection', 'connections', 'imageModel']) await setOwn(key, undefined);
  });

  it('a retired model: nothing is sent, and its replacement is one press away', async () => {
    process.env['OPENAI_API_KEY'] = canary;
    await setOwn('connection', 'openai');
    await setOwn('imageModel', 'dall-e-3');
    const network = recordFetch(refusal);
    someone = person({ typed: 'A fox' });
    assert.equal((await run('shotlist.generateImage')).error?.code, 'model_retired');
    assert.deepEqual(network.sent, []);
    const [button] = someone.offered.at(-1) ?? [];
    assert.match(button ?? '', /^Use gpt-image-/);
    someone.restore();
    someone = person({ typed: 'A fox', buttons: { 'dall-e-3': button ?? '' } });
    await run('shotlist.generateImage');
    await until('the request', () => network.sent.length > 0);
    network.restore();
    const model = vscode.workspace.getConfiguration('shotlist').get('imageModel');
    assert.equal(`Use ${String(model)}`, button);
  });

  it('a server that broke off: said to be perhaps charged, sent once, no button to send it again', async () => {
    const server = await captureServer();
    await setOwn('connections', [{ id: 'broken', baseUrl: `${server.url}/v1`, needsKey: false }]);
    await setOwn('connection', 'broken');
    someone = person({ typed: 'A fox', buttons: { 'Use http': 'Use This Address' } });
    const outcome = await run('shotlist.generateImage');
    assert.equal(outcome.jobs?.[0]?.status, 'unknown');
    assert.match(someone.shown.at(-1) ?? '', /may be charged; it is not sent again by itself\.$/);
    assert.deepEqual(someone.offered.at(-1), ['Show Log']);
    await delay(200);
    assert.equal(server.requests.length, 1);
    await server.close();
  });

  it('a quota at OpenAI: its billing page', async () => {
    process.env['OPENAI_API_KEY'] = canary;
    await setOwn('connection', 'openai');
    const quota = {
      message: 'You exceeded your current quota.',
      type: 'insufficient_quota',
      param: null,
      code: 'insufficient_quota',
    };
    const network = recordFetch(() => Response.json({ error: quota }, { status: 429 }));
    someone = person({ typed: 'A fox' });
    assert.equal((await run('shotlist.generateImage')).error?.code, 'quota_exceeded');
    network.restore();
    assert.equal(network.sent.length, 1);
    assert.equal(someone.offered.at(-1)?.[0], 'Open Billing Page');
  });

  it('a wrong setting: named, with the settings', async () => {
    await setOwn('connections', [{ id: 'Wrong Name', baseUrl: 'https://x.example' }]);
    someone = person({ typed: 'A fox' });
    assert.equal((await run('shotlist.generateImage')).error?.code, 'invalid_request');
    assert.match(someone.shown.at(-1) ?? '', /id may have lower-case letters/);
    assert.equal(someone.offered.at(-1)?.[0], 'Open Settings');
  });

  it('another connection: chosen from a list, remembered in the own settings', async () => {
    someone = person({ picked: 'Sandbox' });
    assert.deepEqual(await run('shotlist.switchConnection'), { ok: true });
    assert.equal(vscode.workspace.getConfiguration('shotlist').inspect('connection')?.globalValue, 'sandbox');
    assert.equal(vscode.workspace.getConfiguration('shotlist').inspect('connection')?.workspaceValue, undefined);
  });

  it('a connection that works says so', async () => {
    await setOwn('connection', 'sandbox');
    someone = person();
    assert.deepEqual(await run('shotlist.checkConnection'), { ok: true });
    assert.match(someone.shown.at(-1) ?? '', /^Sandbox answers: \d+ models\.$/);
  });

  it('a secret storage that refuses: the environment variable, and the key is kept nowhere', async () => {
    someone = person();
    const [openai] = builtInConnections;
    assert.ok(openai);
    const failures: string[] = [];
    const services = {
      dialogs: { ask: () => Promise.resolve(canary), fail: (message: string) => void failures.push(message) },
      keys: { store: () => Promise.reject(new Error('no keyring')) },
      log: { addSecret() {}, fault() {} },
    } as unknown as Services;
    assert.equal(await askForKey(services, openai), false);
    assert.match(failures.join(), /Set the environment variable OPENAI_API_KEY/);
    assert.doesNotMatch(failures.join(), new RegExp(canary));
  });
});
