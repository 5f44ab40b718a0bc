import assert from 'node:assert/strict';
import type { Sandbox } from '../../../src/core/sandbox/sandbox.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { sampleClip } from '../../support/sample-clips.ts';
import { openSandbox, plainPng } from './support.ts';
import { clipFacts } from './video-support.ts';

const origin = 'http://sandbox.shotlist.invalid';
const model = 'veo-3.1-generate-001';
const expressPath = '/v1/publishers/google/models';
const projectPath = '/v1/projects/my-project/locations/europe-west4/publishers/google/models';

interface WireOperation {
  readonly name?: string;
  readonly done?: boolean;
  readonly error?: { readonly code: number; readonly message: string };
  readonly response?: {
    readonly videos?: { readonly bytesBase64Encoded: string; readonly mimeType: string }[];
    readonly raiMediaFilteredCount?: number;
    readonly raiMediaFilteredReasons?: string[];
  };
}

describe('operations of Veo in the sandbox', function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let clock: FakeClock;
  beforeEach(() => {
    clock = createFakeClock({ automatic: true });
    sandbox = openSandbox({ clock });
  });
  afterEach(() => sandbox.dispose());

  const post = async (path: string, body: unknown): Promise<[number, WireOperation]> => {
    const response = await sandbox.fetch(`${origin}${path}`, { method: 'POST', body: JSON.stringify(body) });
    return [response.status, (await response.json()) as WireOperation];
  };
  const start = async (
    instance: object,
    parameters: object = {},
    path = `${expressPath}/${model}`,
  ): Promise<string> => {
    const [status, { name, error }] = await post(`${path}:predictLongRunning`, { instances: [instance], parameters });
    assert.equal(status, 200, error?.message);
    return name ?? '';
  };
  const fetchOperation = (operationName: string): Promise<[number, WireOperation]> =>
    post(`/v1/${operationName.replace(/\/operations\/.*/, '')}:fetchPredictOperation`, { operationName });
  const clipOf = async (name: string): Promise<Uint8Array<ArrayBuffer>> => {
    const [, { response }] = await fetchOperation(name);
    return new Uint8Array(Buffer.from(response?.videos?.[0]?.bytesBase64Encoded ?? '', 'base64'));
  };
  const refuses = async (instance: object, words: RegExp, parameters: object = {}): Promise<void> => {
    const [status, { error }] = await post(`${expressPath}/${model}:predictLongRunning`, {
      instances: [instance],
      parameters,
    });
    assert.deepEqual([status, error?.code], [400, 400], error?.message);
    assert.match(error?.message ?? '', words);
  };
  const picture = async (): Promise<object> => ({
    bytesBase64Encoded: Buffer.from(await plainPng('a.png', 64, [200, 0, 0, 255]).arrayBuffer()).toString('base64'),
    mimeType: 'image/png',
  });
  const quick = { durationSeconds: 4, resolution: '720p' };

  it('run, and hold the clip when they are done', async () => {
    const name = await start(
      { prompt: 'a boat' },
      { ...quick, aspectRatio: '9:16', sampleCount: 1, generateAudio: false },
    );
    assert.match(
      name,
      /^projects\/shotlist-sandbox\/locations\/us-central1\/publishers\/google\/models\/veo-3\.1-generate-001\/operations\/veo_\w+$/,
    );
    assert.deepEqual(await fetchOperation(name), [200, { name }]);
    await clock.advance(3_000);
    const [, { done, response }] = await fetchOperation(name);
    assert.deepEqual([done, response?.videos?.[0]?.mimeType, response?.raiMediaFilteredCount], [true, 'video/mp4', 0]);
    const facts = await clipFacts(await clipOf(name));
    assert.deepEqual([facts.width, facts.height, facts.seconds], [720, 1280, 4]);
  });

  it('are named after the project and its place', async () => {
    const name = await start({ prompt: 'a boat' }, quick, `${projectPath}/${model}`);
    assert.ok(name.startsWith(`${projectPath.slice('/v1/'.length)}/${model}/operations/`));
    assert.equal((await fetchOperation(name))[0], 200);
  });

  it('take first and last frame or references, and extend a clip by seven seconds', async () => {
    const image = await picture();
    await start({ prompt: 'x', image, lastFrame: image }, quick);
    await start({ prompt: 'x', referenceImages: [{ image, referenceType: 'asset' }] }, { durationSeconds: 8 });
    const first = await sampleClip({ width: 64, height: 32, seconds: 4 });
    const video = { bytesBase64Encoded: Buffer.from(first).toString('base64'), mimeType: 'video/mp4' };
    const extended = await clipFacts(
      await clipOf(await start({ prompt: 'x [time:0]', video }, { durationSeconds: 7 })),
    );
    assert.deepEqual([extended.width, extended.height, extended.seconds], [64, 32, 11]);
    await refuses({ prompt: 'x', video }, /durationSeconds must be 7/, { durationSeconds: 8 });
    await refuses({ prompt: 'x', video, image }, /can not be used together/);
    await refuses({ prompt: 'x', lastFrame: image }, /lastFrame needs an image/);
    await refuses({ prompt: 'x', image, referenceImages: [{ image }] }, /can not be used together/);
    await refuses({ prompt: 'x', referenceImages: [{ image }] }, /duration/, { durationSeconds: 4 });
  });

  it('refuse what the API does not take', async () => {
    await refuses({}, /prompt is empty/);
    await refuses({ prompt: 'x' }, /duration 5 seconds|durationSeconds/, { durationSeconds: 5 });
    await refuses({ prompt: 'x' }, /duration 4 seconds/, { durationSeconds: 4, resolution: '1080p' });
    await refuses({ prompt: 'x' }, /duration 7 seconds/, { durationSeconds: 7 });
    await refuses({ prompt: 'x' }, /Unknown name "fast" at 'parameters'/, { fast: true });
    await refuses({ prompt: 'x', style: 1 }, /Unknown name "style"/);
    await refuses({ prompt: 'x', image: { gcsUri: 'gs://a/b.png' } }, /no storage buckets/);
    await refuses({ prompt: 'x', image: { bytesBase64Encoded: 'AAAA', mimeType: 'image/png' } }, /Unable to process/);
    await refuses({ prompt: 'x [end:x]' }, /knows no directive/);
    assert.equal(
      (await post(`${expressPath}/gpt-image-2:predictLongRunning`, { instances: [{ prompt: 'x' }] }))[0],
      404,
    );
    assert.equal((await post(`${expressPath}/${model}:predict`, {}))[0], 404);
    assert.equal((await post(`${expressPath}/${model}:fetchPredictOperation`, { operationName: 'x' }))[0], 400);
    const stranger = `${expressPath.slice(4)}/${model}/operations/veo_${'a'.repeat(24)}`;
    assert.equal((await fetchOperation(stranger))[0], 404);
    const other = (await start({ prompt: 'x' }, quick)).replace(model, 'veo-3.1-fast-generate-001');
    assert.equal((await post(`${expressPath}/${model}:fetchPredictOperation`, { operationName: other }))[0], 400);
  });

  it('obey directives', async () => {
    const endOf = async (prompt: string): Promise<[number, WireOperation]> =>
      fetchOperation(await start({ prompt: `x ${prompt} [time:0]` }, quick));
    const [, blocked] = await endOf('[end:moderation]');
    assert.equal(blocked.response?.raiMediaFilteredCount, 1);
    assert.match(blocked.response.raiMediaFilteredReasons?.[0] ?? '', /usage guidelines/);
    assert.deepEqual((await endOf('[end:error]'))[1].error?.code, 13);
    assert.deepEqual((await endOf('[end:cancelled]'))[1].error?.code, 1);
    assert.deepEqual((await endOf('[end:empty]'))[1].response?.videos, []);
    assert.equal((await endOf('[end:gone]'))[0], 404);
    assert.equal((await endOf('[end:expired]'))[0], 404);
    assert.equal((await endOf('[end:never]'))[1].done, undefined);
    assert.equal((await endOf('[download:500]'))[0], 500);
    await assert.rejects(endOf('[download:truncated]'), { name: 'TypeError' });
    const polled = await start({ prompt: 'x [poll:503:1]' }, quick);
    assert.deepEqual([(await fetchOperation(polled))[0], (await fetchOperation(polled))[0]], [503, 200]);
    await refuses({ prompt: '[fail:moderation_blocked]' }, /usage guidelines/);
    assert.equal(
      (
        await post(`${expressPath}/${model}:predictLongRunning`, { instances: [{ prompt: '[fail:quota_exceeded]' }] })
      )[0],
      429,
    );
  });

  it('serve every model of the catalog and unknown ones', async () => {
    for (const name of ['veo-3.1-fast-generate-001', 'veo-3.1-lite-generate-001', 'veo-9-generate-001'])
      await start({ prompt: 'x' }, quick, `${expressPath}/${name}`);
    const listed = await sandbox.fetch(`${origin}/v1beta1/publishers/google/models?pageSize=5`);
    const { publisherModels } = (await listed.json()) as { publisherModels: { name: string }[] };
    assert.ok(publisherModels.some(({ name }) => name === `publishers/google/models/${model}`));
  });
});
