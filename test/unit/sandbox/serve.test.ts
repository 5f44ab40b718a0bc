import assert from 'node:assert/strict';
import { request } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:net';
import { serveSandbox, type SandboxServer } from '../../../src/core/sandbox/serve.ts';

describe('the served sandbox', function () {
  this.timeout(20_000);
  let server: SandboxServer;
  before(async () => {
    server = await serveSandbox({ port: 0 });
  });
  after(() => server.close());

  const portOf = (): number => Number(new URL(server.baseUrl).port);
  const statusFor = (host: string): Promise<number> =>
    new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port: portOf(), path: '/v1/models', headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .on('error', reject)
        .end();
    });
  const post = (prompt: string): Promise<Response> =>
    fetch(`${server.baseUrl}/images/generations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ prompt, quality: 'low' }),
    });

  it('says its base URL and answers there, also without /v1', async () => {
    assert.match(server.baseUrl, /^http:\/\/127\.0\.0\.1:\d+\/v1$/);
    assert.equal((await fetch(`${server.baseUrl}/models`)).status, 200);
    assert.equal((await fetch(`${server.baseUrl.replace('/v1', '')}/models`)).status, 200);
  });

  it('answers to names of this machine only', async () => {
    for (const host of ['127.0.0.1', 'localhost:80', '[::1]:9']) assert.equal(await statusFor(host), 200);
    for (const host of ['attacker.example', '127.0.0.1.attacker.example', 'localhost.attacker.example:80'])
      assert.equal(await statusFor(host), 403);
  });

  it('lets no web page read it', async () => {
    const response = await fetch(`${server.baseUrl}/models`, { headers: { origin: 'https://attacker.example' } });
    assert.equal(response.headers.get('access-control-allow-origin'), null);
  });

  it('is not to be reached from other machines', async function () {
    const outer = Object.values(networkInterfaces())
      .flat()
      .find((address) => address?.family === 'IPv4' && !address.internal);
    if (outer === undefined) this.skip();
    await assert.rejects(
      new Promise((resolve, reject) => {
        connect({ host: outer.address, port: portOf() }, () => resolve(undefined)).on('error', reject);
      }),
      { code: 'ECONNREFUSED' },
    );
  });

  it('closes the socket where a prompt asks for it', async () => {
    await assert.rejects(post('[drop]'), (error: Error) =>
      ['ECONNRESET', 'UND_ERR_SOCKET'].includes((error.cause as NodeJS.ErrnoException).code ?? ''),
    );
    const cut = await post('[fail:truncated]');
    assert.equal(cut.status, 200);
    await assert.rejects(cut.json());
  });

  it('gives links at its own address', async () => {
    const answer = (await (await post('[fail:url]')).json()) as { data: { url: string }[] };
    const url = answer.data[0]?.url ?? '';
    assert.ok(url.startsWith(server.baseUrl));
    assert.equal((await fetch(url)).headers.get('content-type'), 'image/png');
  });

  it('says which port is taken', async () => {
    await assert.rejects(serveSandbox({ port: portOf() }), {
      name: 'ShotlistError',
      code: 'invalid_request',
      message: /another program uses it/,
    });
  });

  it('keeps video jobs in the folder it is given, for other processes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'shotlist-test-'));
    const own = await serveSandbox({ port: 0, stateFolder: folder });
    const body = { prompt: 'a boat [time:0]', model: 'tiny', size: '64x64', seconds: '1' };
    const created = await fetch(`${own.baseUrl}/videos`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { id } = (await created.json()) as { id: string };
    await own.close();
    const next = await serveSandbox({ port: 0, stateFolder: folder });
    const clip = await fetch(`${next.baseUrl}/videos/${id}/content`);
    assert.deepEqual([clip.status, clip.headers.get('content-type')], [200, 'video/mp4']);
    await clip.arrayBuffer();
    const lying = { ...body, prompt: 'a boat [time:0] [download:lying_length]' };
    const spoiled = await fetch(`${next.baseUrl}/videos`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(lying),
    });
    const { id: other } = (await spoiled.json()) as { id: string };
    await assert.rejects(fetch(`${next.baseUrl}/videos/${other}/content`).then((cut) => cut.arrayBuffer()));
    await next.close();
    await rm(folder, { recursive: true });
  });

  it('closes while somebody waits', async () => {
    const own = await serveSandbox({ port: 0 });
    const waiting = fetch(`${own.baseUrl}/images/generations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"prompt":"[fail:hang]"}',
    });
    const failed = assert.rejects(waiting);
    await fetch(`${own.baseUrl}/models`);
    await own.close();
    await failed;
  });
});
