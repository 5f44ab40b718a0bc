/** The server of the Videos protocol that other tests rely on: what it answers is what the vendor's document says. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { compileRequestSchemas, specification } from '../support/openapi.ts';
import { startSoraServer, type SoraServer } from '../support/sora-server.ts';

const schemas = { video: 'VideoResource', list: 'VideoListResource', deletion: 'DeletedVideoResource' } as const;

describe('The local server of the Videos protocol', () => {
  let server: SoraServer;
  let time: number;
  beforeEach(async () => {
    time = Date.UTC(2026, 10, 22);
    server = await startSoraServer({
      now: () => time,
      workMs: 1000,
      failing: ({ prompt }) => (prompt === 'fail' ? { code: 'moderation_blocked', message: 'No.' } : undefined),
    });
  });
  afterEach(() => server[Symbol.asyncDispose]());

  const send = async (method: string, path: string, body?: Readonly<Record<string, unknown>>): Promise<Response> =>
    fetch(`${server.baseUrl}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  const create = async (prompt = 'a fox'): Promise<string> => {
    const { id } = (await (await send('POST', '/videos', { prompt, model: 'sora-2' })).json()) as { id: string };
    return id;
  };

  describe('its answers', () => {
    if (!existsSync(specification)) {
      it(`skipped: the OpenAPI document is not there (${specification}; set SHOTLIST_OPENAPI)`, function () {
        this.skip();
      });
      return;
    }
    const validators = compileRequestSchemas(schemas, false);
    const check = async (name: keyof typeof schemas, response: Response): Promise<void> => {
      const validate = validators[name];
      const value: unknown = await response.json();
      assert.ok(validate(value), JSON.stringify([value, validate.errors]));
    };

    it('are full objects in each state', async () => {
      await check('video', await send('POST', '/videos', { prompt: 'a fox', seconds: '8', size: '1280x720' }));
      const failing = await create('fail');
      for (const elapsedMs of [0, 500, 1000]) {
        time = Date.UTC(2026, 10, 22) + elapsedMs;
        await check('video', await send('GET', '/videos/video_000000'));
        await check('video', await send('GET', `/videos/${failing}`));
      }
      await check('video', await send('POST', '/videos/video_000000/remix', { prompt: 'b' }));
      await check('video', await send('POST', '/videos/edits', { prompt: 'b', video: { id: 'video_000000' } }));
      const extension = { prompt: 'b', video: { id: 'video_000000' }, seconds: '20' };
      await check('video', await send('POST', '/videos/extensions', extension));
      await check('list', await send('GET', '/videos?limit=2&order=asc'));
      await check('deletion', await send('DELETE', '/videos/video_000000'));
      assert.deepEqual(server.problems, []);
    });

    it('are refusals where a request is wrong', async () => {
      const wrong: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
        ['/videos', {}],
        ['/videos', { prompt: 'a', seconds: 8 }],
        ['/videos', { prompt: 'a', seconds: '16' }],
        ['/videos', { prompt: 'a', size: '1920x1080' }],
        ['/videos', { prompt: 'a', fps: 24 }],
        ['/videos', { prompt: 'a', input_reference: { image: 'x' } }],
        ['/videos/edits', { prompt: 'a', video: { name: 'x' } }],
        ['/videos/extensions', { prompt: 'a', video: { id: 'x' }, seconds: '24' }],
        ['/videos/extensions', { prompt: 'a', video: { id: 'x' } }],
        ['/videos/x/remix', { prompt: 'a', seconds: '4' }],
      ];
      for (const [path, body] of wrong) {
        const before = server.problems.length;
        assert.equal((await send('POST', path, body)).status, 400, JSON.stringify(body));
        assert.ok(server.problems.length > before, JSON.stringify(body));
      }
      assert.equal((await send('GET', '/videos?limit=101')).status, 400);
      assert.equal((await send('POST', '/videos', { prompt: 'a', model: 'sora-3' })).status, 404);
      assert.equal(server.creations.length, 0);
    });
  });

  it('serves a clip whole and from any byte on, unlike every other clip', async () => {
    const [first, second] = [await create(), await create()];
    assert.equal((await send('GET', `/videos/${first}/content`)).status, 400, 'not ready');
    time += 1000;
    const whole = Buffer.from(await (await send('GET', `/videos/${first}/content`)).arrayBuffer());
    assert.notDeepEqual(whole, Buffer.from(server.clipOf(second)));
    const url = `${server.baseUrl}/videos/${first}/content`;
    const rest = await fetch(url, { headers: { range: 'bytes=1000-' } });
    assert.equal(rest.status, 206);
    assert.equal(rest.headers.get('content-range'), `bytes 1000-${whole.length - 1}/${whole.length}`);
    assert.deepEqual(Buffer.from(await rest.arrayBuffer()), whole.subarray(1000));
    assert.equal((await fetch(url, { headers: { range: `bytes=${whole.length}-` } })).status, 416);
    const other = await fetch(url, { headers: { range: 'bytes=1000-', 'if-range': '"another"' } });
    assert.equal(other.status, 200);
    server.expire(first);
    assert.equal((await fetch(url)).status, 404);
    assert.equal((await send('GET', `/videos/${first}`)).status, 200);
  });

  it('breaks downloads off as it is told, then serves them', async () => {
    const id = await create();
    time += 1000;
    const url = `${server.baseUrl}/videos/${id}/content`;
    const total = server.clipOf(id).length;
    server.fail('download', { type: 'truncated', afterBytes: 100 });
    server.fail('download', { type: 'lying length', by: 10 });
    server.fail('download', { type: 'wrong type' });
    let received = 0;
    await assert.rejects(async () => {
      const body = (await fetch(url)).body as AsyncIterable<Uint8Array> | null;
      for await (const chunk of body ?? []) received += chunk.length;
    });
    assert.equal(received, 100);
    const lying = await fetch(url);
    assert.equal(lying.headers.get('content-length'), String(total + 10));
    await assert.rejects(lying.arrayBuffer());
    assert.match(await (await fetch(url)).text(), /<!DOCTYPE html>/);
    assert.equal((await (await fetch(url)).arrayBuffer()).byteLength, total);
  });
});
