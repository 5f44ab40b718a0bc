import assert from 'node:assert/strict';
import { imageSize } from 'image-size';
import type { Sandbox } from '../../../src/core/sandbox/sandbox.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { sampleClip } from '../../support/sample-clips.ts';
import { openSandbox, plainPng, pngFile } from './support.ts';
import { clipFacts } from './video-support.ts';

const origin = 'http://sandbox.shotlist.invalid';
const model = 'gemini-omni-1.1-flash';

interface WireInteraction {
  readonly id: string;
  readonly status: string;
  readonly model?: string;
  readonly created?: string;
  readonly updated?: string;
  readonly previous_interaction_id?: string;
  readonly usage?: { readonly total_tokens: number };
  readonly errors?: { readonly code: string; readonly message: string }[];
  readonly steps?: {
    readonly type: string;
    readonly content: { type: string; data?: string; uri?: string; mime_type?: string }[];
  }[];
  readonly error?: { readonly code: number; readonly status: string; readonly message: string };
}

describe('interactions of the sandbox', function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let clock: FakeClock;
  beforeEach(() => {
    clock = createFakeClock({ automatic: true });
    sandbox = openSandbox({ clock });
  });
  afterEach(() => sandbox.dispose());

  const send = (body: object): Promise<Response> =>
    sandbox.fetch(`${origin}/v1/interactions`, { method: 'POST', body: JSON.stringify(body) });
  const create = async (body: object): Promise<WireInteraction> => {
    const response = await send({ model, background: true, store: true, ...body });
    const answer = (await response.json()) as WireInteraction;
    assert.equal(response.status, 200, answer.error?.message);
    return answer;
  };
  const small = { type: 'video', resolution: '360p', duration: '3s' };
  const get = async (id: string): Promise<WireInteraction> =>
    (await (await sandbox.fetch(`${origin}/v1/interactions/${id}`)).json()) as WireInteraction;
  const outputOf = ({ steps = [] }: WireInteraction): { data?: string; uri?: string; mime_type?: string } =>
    steps.findLast(({ type }) => type === 'model_output')?.content[0] ?? {};
  const bytesOf = (data = ''): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(data, 'base64'));
  const base64 = async (file: File): Promise<string> => Buffer.from(await file.arrayBuffer()).toString('base64');
  const refuses = async (body: object, words: RegExp, status = 400): Promise<void> => {
    const response = await send({ model, input: 'x', background: true, store: true, ...body });
    const { error } = (await response.json()) as WireInteraction;
    assert.deepEqual([response.status, error?.code], [status, status], error?.message);
    assert.match(error?.message ?? '', words);
  };

  it('make a clip in the background and hold it in the answer', async () => {
    const created = await create({ input: 'a boat', response_format: { ...small, delivery: 'inline' } });
    assert.deepEqual([created.status, created.steps], ['queued', undefined]);
    await clock.advance(1_500);
    assert.equal((await get(created.id)).status, 'in_progress');
    await clock.advance(1_500);
    const done = await get(created.id);
    assert.deepEqual([done.status, done.model, outputOf(done).mime_type], ['completed', model, 'video/mp4']);
    assert.equal(Date.parse(done.updated ?? '') - Date.parse(done.created ?? ''), 3_000);
    assert.ok((done.usage?.total_tokens ?? 0) > 10_000);
    const facts = await clipFacts(bytesOf(outputOf(done).data));
    assert.deepEqual([facts.width, facts.height, facts.seconds, facts.frames], [640, 360, 3, 72]);
  });

  it('deliver by address, where the file is told of and served in parts', async () => {
    const { id } = await create({ input: 'a boat [time:0]', response_format: { ...small, delivery: 'uri' } });
    const { uri = '' } = outputOf(await get(id));
    assert.equal(uri, `${origin}/v1beta/files/${id}:download?alt=media`);
    const facts = (await (await sandbox.fetch(`${origin}/v1/files/${id}`)).json()) as Record<string, unknown>;
    assert.deepEqual([facts['name'], facts['state'], facts['mimeType']], [`files/${id}`, 'ACTIVE', 'video/mp4']);
    const whole = new Uint8Array(await (await sandbox.fetch(uri)).arrayBuffer());
    assert.equal((await clipFacts(whole)).seconds, 3);
    const part = await sandbox.fetch(uri, { headers: { range: 'bytes=5-' } });
    assert.deepEqual([part.status, new Uint8Array(await part.arrayBuffer())], [206, whole.slice(5)]);
    assert.equal((await sandbox.fetch(`${origin}/v1/files/${id}:download`)).status, 400);
    assert.equal((await sandbox.fetch(`${origin}/v1/files/interaction_no:download?alt=media`)).status, 403);
  });

  it('answer at once where nothing runs in the background, and keep nothing that is not to be stored', async () => {
    const kept = await create({ input: 'a boat', response_format: small, background: false });
    assert.deepEqual([kept.status, clock.sleeps], ['completed', [3_000]]);
    assert.equal((await get(kept.id)).status, 'completed');
    const lost = await create({ input: 'a boat', response_format: small, background: false, store: false });
    assert.equal((await clipFacts(bytesOf(outputOf(lost).data))).seconds, 3);
    assert.equal((await get(lost.id)).error?.status, 'NOT_FOUND');
  });

  it('take pictures for the first and last frame and as references, by their task', async () => {
    const picture = {
      type: 'image',
      mime_type: 'image/png',
      data: await base64(plainPng('a.png', 32, [200, 0, 0, 255])),
    };
    const text = { type: 'text', text: '[# Sources <FIRST_FRAME>@Image1] a fox [time:0]' };
    const format = { ...small, aspect_ratio: '9:16' };
    for (const task of ['image_to_video', 'reference_to_video', undefined]) {
      const config = task === undefined ? {} : { generation_config: { video_config: { task }, seed: 7 } };
      await create({ input: [picture, text], response_format: format, ...config });
    }
    const both = { input: [picture, picture, text], response_format: small };
    const { id } = await create({ ...both, generation_config: { video_config: { task: 'image_to_video' } } });
    const facts = await clipFacts(bytesOf(outputOf(await get(id)).data));
    assert.deepEqual([facts.width, facts.height], [640, 360]);
  });

  it('edit and extend an earlier clip, by id or handed over', async () => {
    const task = (name: string): object => ({ generation_config: { video_config: { task: name } } });
    const uploaded = Buffer.from(await sampleClip({ width: 64, height: 32, seconds: 3 })).toString('base64');
    const video = (data: string | undefined): object => ({ type: 'video', mime_type: 'video/mp4', data });
    const text = { type: 'text', text: 'x [time:0]' };
    const first = await create({ input: [video(uploaded), text], ...task('edit') });
    const edit = await create({ input: 'y [time:0]', previous_interaction_id: first.id, ...task('edit') });
    assert.equal(edit.previous_interaction_id, first.id);
    const clip = outputOf(await get(edit.id)).data;
    assert.equal((await clipFacts(bytesOf(clip))).seconds, 3);
    const input = [video(clip), text];
    const extended = await create({ input, response_format: { type: 'video', duration: '10s' }, ...task('extend') });
    const facts = await clipFacts(bytesOf(outputOf(await get(extended.id)).data));
    assert.deepEqual([facts.width, facts.seconds], [64, 13]);
    await refuses({ input, previous_interaction_id: first.id, ...task('edit') }, /can not be used together/);
    await refuses(task('extend'), /needs a video/);
    await refuses({ previous_interaction_id: first.id, ...task('text_to_video') }, /takes no video/);
    await refuses({ previous_interaction_id: 'interaction_no' }, /was not found/, 404);
    const running = await create({ input: 'x', response_format: small });
    await refuses({ previous_interaction_id: running.id }, /not completed/);
  });

  it('are cancelled and deleted', async () => {
    const { id } = await create({ input: 'x', response_format: small });
    const cancelled = await sandbox.fetch(`${origin}/v1/interactions/${id}/cancel`, { method: 'POST', body: '{}' });
    assert.equal(((await cancelled.json()) as WireInteraction).status, 'cancelled');
    await clock.advance(10_000);
    assert.equal((await get(id)).status, 'cancelled');
    assert.equal((await sandbox.fetch(`${origin}/v1/interactions/${id}`, { method: 'DELETE' })).status, 200);
    assert.equal((await get(id)).error?.code, 404);
  });

  it('draw pictures of every shape, alone and after one another', async () => {
    const image = 'gemini-3-pro-image';
    const draw = async (response_format: object, more: object = {}): Promise<Uint8Array> => {
      const answer = await create({
        model: image,
        input: 'a fox',
        background: false,
        response_format: { type: 'image', ...response_format },
        ...more,
      });
      assert.deepEqual(clock.sleeps, []);
      return bytesOf(outputOf(answer).data);
    };
    const { width, height, type } = imageSize(await draw({ aspect_ratio: '16:9', image_size: '1K' }));
    assert.deepEqual([width, height, type], [1360, 768, 'png']);
    assert.equal(imageSize(await draw({ mime_type: 'image/jpeg' })).type, 'jpg');
    const stored = await create({ model: image, input: 'a red fox', background: false });
    const next = await draw({}, { input: 'at night', previous_interaction_id: stored.id });
    assert.notDeepEqual(next, await draw({}, { input: 'at night' }));
    await refuses({ model: image, response_format: { type: 'image', aspect_ratio: '7:3' } }, /aspect_ratio/);
    await refuses(
      { model: image, previous_interaction_id: stored.id, response_format: { type: 'video' } },
      /not supported for video|not found/,
      404,
    );
  });

  it('refuse what the API does not take', async () => {
    await refuses({ temperature: 1 }, /Unknown name "temperature"/);
    await refuses({ generation_config: { temperature: 1 } }, /Unknown name "temperature" at 'generation_config'/);
    await refuses({ input: '' }, /input/);
    await refuses({ response_format: { type: 'video', duration: '11s' } }, /duration/);
    await refuses({ response_format: { type: 'video', resolution: '8k' } }, /resolution/);
    await refuses({ response_format: { type: 'video', resolution: '1080p', delivery: 'inline' } }, /uri/);
    await refuses({ store: false }, /background requires store/);
    await refuses({ stream: true }, /stream/);
    await refuses({ input: [{ type: 'image', data: '%%%', mime_type: 'image/png' }] }, /Base64/);
    await refuses({ input: [{ type: 'image', data: 'AAAA', mime_type: 'image/png' }] }, /Unable to process/);
    await refuses({ input: [{ type: 'image', uri: 'https://example.com/a.png' }] }, /fetches nothing/);
    await refuses({ input: [{ type: 'video', data: 'AAAA', mime_type: 'video/mp4' }] }, /no MP4/);
    await refuses({ input: 'x [end:x]' }, /knows no directive/);
    await refuses({ model: 'gpt-image-2', response_format: { type: 'audio' } }, /response_format/);
    const broken = await sandbox.fetch(`${origin}/v1/interactions`, { method: 'POST', body: '{' });
    assert.equal(broken.status, 400);
    const wide = pngFile('w.png', 64, 32, () => [0, 0, 0, 255]);
    const task = { generation_config: { video_config: { task: 'text_to_video' } } };
    await refuses(
      { input: [{ type: 'image', mime_type: 'image/png', data: await base64(wide) }], ...task },
      /takes no images/,
    );
  });

  it('serve every model of the catalog for them, ended ones and unknown ones too', async () => {
    for (const name of [
      'gemini-omni-1.2-flash',
      'gemini-omni-flash-preview',
      'veo-3.1-generate-preview',
      'models/gemini-omni-1.1-flash',
      'nobodys-model',
    ])
      await create({ model: name, input: 'x', response_format: small });
    for (const name of ['gemini-2.5-flash-image', 'gemini-3.1-flash-lite-image', 'nobodys-image-model'])
      await create({ model: name, input: 'x' });
    const { models } = (await (await sandbox.fetch(`${origin}/v1/models`)).json()) as { models: { name: string }[] };
    assert.ok(models.some(({ name }) => name === 'models/gemini-omni-flash-preview'));
  });

  it("obey directives, in Google's words", async () => {
    await refuses({ input: '[fail:invalid_key]' }, /API key not valid/);
    await refuses({ input: '[fail:quota_exceeded]' }, /quota/, 429);
    await refuses({ input: '[fail:503:1]' }, /503/, 503);
    await assert.rejects(send({ model, input: '[drop]' }), { name: 'TypeError' });
    const endOf = async (prompt: string): Promise<WireInteraction> =>
      get((await create({ input: `${prompt} [time:0]`, response_format: small })).id);
    assert.match((await endOf('[end:moderation]')).errors?.[0]?.message ?? '', /safety/);
    assert.equal((await endOf('[end:error]')).status, 'failed');
    assert.equal((await endOf('[end:cancelled]')).status, 'cancelled');
    assert.deepEqual((await endOf('[end:empty]')).steps?.at(-1)?.content, []);
    assert.equal((await endOf('[end:gone]')).error?.code, 404);
    assert.equal((await endOf('[end:expired]')).error?.code, 404);
    assert.equal((await endOf('[end:never]')).status, 'in_progress');
    assert.equal((await endOf('[download:500]')).error?.code, 500);
    assert.equal(
      bytesOf(outputOf(await endOf('[download:not_a_video]')).data).toString(),
      Buffer.from('This is no video.\n').join(','),
    );
    assert.deepEqual(Object.keys(await endOf('[dialect:bare]')), ['id', 'status', 'steps']);
    const cut = await create({ input: '[time:0] [download:truncated]', response_format: small });
    await assert.rejects(get(cut.id), { name: 'TypeError' });
    const polled = await create({ input: '[poll:503:1]', response_format: small });
    assert.equal((await get(polled.id)).error?.code, 503);
    assert.equal((await get(polled.id)).status, 'queued');
  });
});
