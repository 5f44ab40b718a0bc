import assert from 'node:assert/strict';
import type { Sandbox } from '../../../src/core/sandbox/sandbox.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { openSandbox, postJson, sandboxUrl, type WireError } from './support.ts';
import { bytesOf, createVideo, getContent, getVideo, tiny, type WireVideo } from './video-support.ts';

describe('directives in the prompt of a video', function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let clock: FakeClock;
  beforeEach(() => {
    clock = createFakeClock({ automatic: true });
    sandbox = openSandbox({ clock });
  });
  afterEach(() => sandbox.dispose());

  const create = (prompt: string): Promise<WireVideo> => createVideo(sandbox, { prompt, ...tiny });
  const post = (prompt: string): Promise<Response> => postJson(sandbox, '/videos', { prompt, ...tiny });
  const poll = (id: string): Promise<Response> => sandbox.fetch(`${sandboxUrl}/videos/${id}`);
  const codeOf = async (response: Response): Promise<[number, string | null | undefined]> => {
    const { error } = (await response.json()) as { error?: WireError };
    return [response.status, error?.code];
  };

  it('[fail:NAME] fails the creation, the first TIMES times, and leaves no job', async () => {
    assert.deepEqual(await codeOf(await post('x [fail:quota_exceeded]')), [429, 'insufficient_quota']);
    assert.deepEqual(await codeOf(await post('x [fail:503]')), [503, null]);
    assert.equal((await post('x [fail:html]')).status, 502);
    await assert.rejects(post('x [drop]'), { name: 'TypeError' });
    const statuses = [];
    for (let call = 0; call < 3; call++) statuses.push((await post('x [fail:500:2]')).status);
    assert.deepEqual(statuses, [500, 500, 200]);
    const { data } = (await (await sandbox.fetch(`${sandboxUrl}/videos`)).json()) as { data: WireVideo[] };
    assert.equal(data.length, 1);
  });

  it('[delay:MS] waits before the job is created, [time:MS] says how long it works', async () => {
    const video = await create('x [delay:700] [time:60000]');
    assert.deepEqual(clock.sleeps, [700]);
    await clock.advance(59_999);
    assert.equal((await getVideo(sandbox, video.id)).progress, 99);
    await clock.advance(1);
    assert.equal((await getVideo(sandbox, video.id)).status, 'completed');
    assert.equal((await create('x [time:0]')).status, 'completed');
  });

  it('[poll:NAME:TIMES] fails asking for the job, also after another process asked', async () => {
    const { id } = await create('x [poll:503:2][poll:rate_limited:1]');
    assert.equal((await poll(id)).status, 503);
    assert.equal((await poll(id)).status, 503);
    const limited = await poll(id);
    assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '1']);
    assert.equal((await poll(id)).status, 200);
    const always = await create('x [poll:drop]');
    await assert.rejects(poll(always.id), { name: 'TypeError' });
    await assert.rejects(poll(always.id), { name: 'TypeError' });
  });

  it('[poll:hang] answers nothing until the caller gives up', async () => {
    const { id } = await create('x [poll:hang]');
    const gone = new AbortController();
    const waiting = sandbox.fetch(`${sandboxUrl}/videos/${id}`, { signal: gone.signal });
    setTimeout(() => gone.abort(), 20);
    await assert.rejects(waiting, { name: 'AbortError' });
  });

  it('[download:NAME:TIMES] fails fetching the clip, and only that', async () => {
    const { id } = await create('x [time:0] [download:500:1][download:html_200:1]');
    assert.equal((await poll(id)).status, 200);
    assert.equal((await getContent(sandbox, id)).status, 500);
    assert.match(await (await getContent(sandbox, id)).text(), /<html>/);
    assert.equal((await getContent(sandbox, id)).status, 200);
    assert.deepEqual(await codeOf(await getContent(sandbox, (await create('x [time:0] [download:nonsense]')).id)), [
      400,
      'unknown_sandbox_fault',
    ]);
  });

  it('spoil the clip on its way', async () => {
    const right = await bytesOf(await getContent(sandbox, (await create('x [time:0]')).id));
    const spoiled = async (name: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
      getContent(sandbox, (await create(`x [time:0] [download:${name}]`)).id, '', headers);
    const lying = await spoiled('lying_length');
    assert.equal(lying.headers.get('content-length'), String(right.length * 2));
    assert.deepEqual(await bytesOf(lying), right);
    const silent = await spoiled('no_length');
    assert.equal(silent.headers.get('content-length'), null);
    assert.deepEqual(await bytesOf(silent), right);
    const whole = await spoiled('no_range', { range: 'bytes=10-' });
    assert.deepEqual([whole.status, whole.headers.get('accept-ranges')], [200, null]);
    assert.deepEqual(await bytesOf(whole), right);
    const text = await spoiled('not_a_video');
    assert.deepEqual([text.headers.get('content-type'), await text.text()], ['video/mp4', 'This is no video.\n']);
    const cut = await spoiled('truncated');
    assert.equal(cut.headers.get('content-length'), String(right.length));
    await assert.rejects(cut.arrayBuffer(), { name: 'TypeError', message: 'terminated' });
    const rest = await spoiled('truncated', { range: 'bytes=1000-' });
    assert.deepEqual([rest.status, rest.headers.get('content-length')], [206, String(right.length - 1000)]);
  });

  it('[download:stall] stops in the middle until the caller gives up', async () => {
    const { id } = await create('x [time:0] [download:stall]');
    const gone = new AbortController();
    const response = await sandbox.fetch(`${sandboxUrl}/videos/${id}/content`, { signal: gone.signal });
    const reader = response.body?.getReader();
    assert.equal((await reader?.read())?.done, false);
    const waiting = reader?.read() ?? Promise.resolve();
    setTimeout(() => gone.abort(), 20);
    await assert.rejects(waiting, { name: 'AbortError' });
  });

  it('[end:NAME] says what becomes of the job', async () => {
    const endOf = async (name: string): Promise<unknown[]> => {
      const { id } = await create(`x [time:10] [end:${name}]`);
      assert.equal((await getVideo(sandbox, id)).error, null);
      await clock.advance(10);
      const { status, error, completed_at } = await getVideo(sandbox, id);
      return [status, error?.code, completed_at !== null, (await getContent(sandbox, id)).status];
    };
    assert.deepEqual(await endOf('moderation'), ['failed', 'moderation_blocked', false, 400]);
    assert.deepEqual(await endOf('error'), ['failed', 'server_error', false, 400]);
    assert.deepEqual(await endOf('expired'), ['expired', undefined, true, 404]);
    assert.deepEqual(await endOf('gone'), ['completed', undefined, true, 404]);
    assert.deepEqual(await endOf('cancelled'), ['cancelled', undefined, false, 400]);
    assert.deepEqual(await endOf('empty'), ['completed', undefined, true, 404]);
    assert.deepEqual(await endOf('never'), ['in_progress', undefined, false, 400]);
  });

  it('[dialect:NAME] answers as other servers do', async () => {
    const states = async (dialect: string): Promise<[WireVideo, WireVideo, WireVideo]> => {
      const created = await create(`x [time:1000] [dialect:${dialect}]`);
      await clock.advance(500);
      const working = await getVideo(sandbox, created.id);
      await clock.advance(500);
      return [created, working, await getVideo(sandbox, created.id)];
    };
    assert.deepEqual(
      (await states('words')).map(({ status }) => status),
      ['pending', 'processing', 'succeeded'],
    );
    assert.deepEqual(
      (await states('numbers')).map(({ seconds }) => seconds),
      [1, 1, 1],
    );
    const bare = await states('bare');
    for (const video of bare) assert.deepEqual(Object.keys(video), ['id', 'status', 'created_at']);
    for (const video of await states('silent')) {
      assert.ok(!('progress' in video));
      assert.ok(Object.values(video).every((value) => value !== null));
    }
    const [created, , done] = await states('link');
    assert.equal(created.video_url, undefined);
    assert.equal((await getContent(sandbox, done.id)).status, 404);
    assert.equal((await sandbox.fetch(done.video_url ?? '')).headers.get('content-type'), 'video/mp4');
  });
});
