/** The sandbox answers video calls as the vendor's schema says, and takes what our providers send for every model. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { models } from '../../src/core/catalog/catalog.ts';
import type { VideoModel } from '../../src/core/catalog/model.ts';
import { defineConnection } from '../../src/core/connections/connection.ts';
import { ShotlistError } from '../../src/core/errors.ts';
import { videoOperationOf, type Request as CoreRequest } from '../../src/core/generation.ts';
import { loadProvider } from '../../src/core/providers/provider.ts';
import { encodePng } from '../../src/core/sandbox/drawing/png-file.ts';
import { createSandbox, type Sandbox } from '../../src/core/sandbox/sandbox.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { contextOf } from '../support/openai-calls.ts';
import { compileRequestSchemas, specification } from '../support/openapi.ts';
import { sampleClip } from '../support/sample-clips.ts';

const base = 'http://sandbox.example/v1';
/** Answers with this status as soon as a request has passed all checks. */
const passedStatus = 418;

describe('The sandbox beside the schema of the video protocol', function () {
  this.timeout(60_000);
  if (!existsSync(specification)) {
    it(`skipped: the OpenAPI document is not there (${specification}; set SHOTLIST_OPENAPI)`, function () {
      this.skip();
    });
    return;
  }
  const schemas = compileRequestSchemas(
    {
      video: 'VideoResource',
      list: 'VideoListResource',
      deleted: 'DeletedVideoResource',
      error: 'ErrorResponse',
      create: 'CreateVideoJsonBody',
      edit: 'CreateVideoEditJsonBody',
      extend: 'CreateVideoExtendJsonBody',
      remix: 'CreateVideoRemixBody',
    },
    false,
  );
  let sandbox: Sandbox;
  let clock: FakeClock;
  beforeEach(() => {
    clock = createFakeClock();
    sandbox = createSandbox({ clock });
  });
  afterEach(() => sandbox.dispose());

  const fits = (validate: ValidateFunction, value: unknown): void =>
    assert.ok(validate(value), JSON.stringify([validate.errors, value]));
  const post = async (path: string, body: unknown): Promise<[number, { id: string; status: string }]> => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await sandbox.fetch(`${base}${path}`, init);
    return [response.status, (await response.json()) as { id: string; status: string }];
  };
  const get = async (path: string, method = 'GET'): Promise<unknown> =>
    (await sandbox.fetch(`${base}${path}`, { method })).json();

  it('tells of videos in every state, of lists, deletions and errors as it says', async () => {
    for (const ending of ['', '[end:moderation]', '[end:error]', '[end:gone]']) {
      const [, created] = await post('/videos', { prompt: `a boat ${ending}`, seconds: '8', size: '1280x720' });
      fits(schemas.video, created);
      for (let step = 0; step < 4; step++) {
        await clock.advance(1_000);
        fits(schemas.video, await get(`/videos/${created.id}`));
      }
    }
    const [, first] = await post('/videos', { prompt: 'x [time:0]' });
    for (const [path, body] of [
      [`/videos/${first.id}/remix`, { prompt: 'y' }],
      ['/videos/edits', { prompt: 'y', video: { id: first.id } }],
      ['/videos/extensions', { prompt: 'y', seconds: '20', video: { id: first.id } }],
    ] as const) {
      fits(schemas.video, (await post(path, body))[1]);
    }
    fits(schemas.list, await get('/videos?limit=3'));
    fits(schemas.list, await get('/videos?limit=0'));
    fits(schemas.deleted, await get(`/videos/${first.id}`, 'DELETE'));
    fits(schemas.error, await get(`/videos/${first.id}`));
    fits(schemas.error, (await post('/videos', {}))[1]);
  });

  it('refuses what it refuses, and takes what it takes', async () => {
    const [, { id }] = await post('/videos', { prompt: 'x [time:0]' });
    const values = [
      undefined,
      null,
      7,
      '',
      'x',
      '4',
      '8',
      '12',
      '16',
      '5',
      '1280x720',
      '1792x1024',
      '9x9',
      [],
      {},
      { id },
      { id: 7 },
    ];
    const names = ['prompt', 'model', 'seconds', 'size', 'video', 'input_reference', 'fps'];
    const passing = `x [fail:${passedStatus}]`;
    const cases = [
      ['/videos', schemas.create, { prompt: passing }],
      ['/videos/edits', schemas.edit, { prompt: passing, video: { id } }],
      ['/videos/extensions', schemas.extend, { prompt: passing, video: { id }, seconds: '8' }],
      [`/videos/${id}/remix`, schemas.remix, { prompt: passing }],
    ] as const;
    const counts = { taken: 0, refused: 0 };
    for (const [path, validate, right] of cases) {
      assert.equal((await post(path, right))[0], passedStatus);
      for (const name of names) {
        for (const value of values) {
          const { [name]: _replaced, ...rest } = right as Record<string, unknown>;
          const body = value === undefined ? rest : { ...right, [name]: value };
          const [status] = await post(path, body);
          if (validate(structuredClone(body))) continue;
          // its own enumeration of an extension's seconds stops at 12, its text goes on to 20
          if (path === '/videos/extensions' && name === 'seconds' && value === '16') continue;
          assert.ok(status === 400, `${path} ${JSON.stringify(body)}: ${status}`);
          counts.refused++;
        }
      }
      counts.taken++;
    }
    assert.ok(counts.taken === 4 && counts.refused > 200, JSON.stringify(counts));
  });
});

describe('The sandbox and our providers', function () {
  this.timeout(120_000);
  let sandbox: Sandbox;
  let clip: Uint8Array;
  before(async () => {
    sandbox = createSandbox();
    clip = await sampleClip({ width: 64, height: 32, seconds: 4 });
  });
  after(() => sandbox.dispose());

  const connection = defineConnection({
    id: 'test',
    baseUrl: base,
    protocols: ['openai', 'gemini', 'vertex'],
    needsKey: false,
  });

  /** Requests of a model in each length, frame and form that its catalog entry allows. */
  function* requestsOf({ id, limits }: VideoModel): Generator<{ request: CoreRequest; contents: Uint8Array[] }> {
    const { length, frames, frameParameters } = limits;
    const lengthOf = (seconds: number): Record<string, unknown> => ({
      [length.parameter]: { text: String(seconds), number: seconds, suffixed: `${seconds}s` }[length.form],
    });
    const allowed = (seconds: number, resolution: string, operation: 'generate' | 'animate' | 'reference'): boolean =>
      (limits.lengthRules ?? []).every(
        (rule) =>
          (rule.resolutions?.includes(resolution) !== true && rule.operations?.includes(operation) !== true) ||
          rule.values.includes(seconds),
      );
    const make = (
      parameters: Record<string, unknown>,
      roles: readonly ('first_frame' | 'last_frame' | 'reference' | 'video')[] = [],
      source?: CoreRequest['source'],
      size = { width: 64, height: 64 },
    ): { request: CoreRequest; contents: Uint8Array[] } => {
      const picture = encodePng({ ...size, data: new Uint8Array(size.width * size.height * 4).fill(255) });
      const contents = roles.map((role) => (role === 'video' ? clip : picture));
      const inputs = roles.map((role, index) => ({
        role,
        path: '/x',
        sha256: '0'.repeat(64),
        bytes: contents[index]?.length ?? 0,
        mime: role === 'video' ? 'video/mp4' : 'image/png',
      }));
      const prompt = `a boat [fail:${passedStatus}]`;
      const request = { kind: 'video' as const, connection: 'test', model: id, prompt, parameters, inputs };
      return { request: { ...request, ...(source === undefined ? {} : { source }) }, contents };
    };
    yield make({});
    for (const frame of frames) {
      const { width, height } = frame;
      const shape =
        frameParameters === 'size'
          ? { size: `${width}x${height}` }
          : { [frameParameters.aspect]: frame.aspect, [frameParameters.resolution]: frame.resolution };
      for (const seconds of length.values) {
        if (allowed(seconds, frame.resolution, 'generate')) yield make({ ...shape, ...lengthOf(seconds) });
      }
      const longest = lengthOf(length.values.at(-1) ?? 8);
      yield make({ ...shape, ...longest }, ['first_frame'], undefined, frame);
      if (limits.lastFrame !== 'no') yield make({ ...shape, ...longest }, ['first_frame', 'last_frame']);
      if (limits.maxReferences > 0)
        yield make(
          { ...shape, ...longest },
          Array.from({ length: limits.maxReferences }, () => 'reference' as const),
        );
    }
    for (const action of ['edit', 'extend'] as const) {
      const rule = limits.sources[action];
      if (rule?.forms.includes('file') !== true) continue;
      const lengths = action === 'extend' ? (length.extensionValues ?? []).map(lengthOf) : [{}];
      for (const parameters of lengths) yield make({ ...rule.required, ...parameters }, ['video'], { action });
    }
  }

  for (const protocol of ['openai', 'gemini', 'vertex'] as const) {
    it(`agree on everything that the catalog allows (${protocol})`, async () => {
      const { videos } = await loadProvider(protocol);
      assert.ok(videos);
      const context = contextOf(connection, { fetch: sandbox.fetch });
      let calls = 0;
      for (const model of models) {
        if (model.kind !== 'video' || model.protocol !== protocol) continue;
        for (const { request, contents } of requestsOf(model)) {
          const operation = videoOperationOf(request);
          const call = { request, operation, wireModel: model.id, inputs: contents };
          await assert.rejects(videos.start(call, context), (error) => {
            assert.ok(ShotlistError.is(error));
            const shown = `${model.id} ${operation} ${JSON.stringify(request.parameters)}: ${error.message}`;
            assert.equal(error.provider?.status, passedStatus, shown);
            return true;
          });
          calls++;
        }
      }
      assert.ok(calls > 20, `${calls} calls`);
    });
  }
});
