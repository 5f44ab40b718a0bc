import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { encode } from 'fast-png';
import { builtInConnections, defineConnection, withOwnConnections } from '../../../src/core/connections/connection.ts';
import { environmentCredentials } from '../../../src/core/connections/credentials.ts';
import { ShotlistError, type ErrorCode } from '../../../src/core/errors.ts';
import type { Plan, Request } from '../../../src/core/generation.ts';
import type { Job } from '../../../src/core/jobs/job.ts';
import { hashRequest } from '../../../src/core/outputs/request-hash.ts';
import { planDrafts } from '../../../src/core/planning/plan.ts';
import type { Draft, PersonalDefaults } from '../../../src/core/pipeline.ts';
import { openWorkspace } from '../../../src/core/workspace.ts';

let folder: string;
let jobs: Job[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shotlist-plan-video-'));
  jobs = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Surroundings {
  readonly keys?: Readonly<Record<string, string>>;
  readonly defaults?: PersonalDefaults;
}

const plan = async (
  draft: Partial<Draft>,
  { keys = { OPENAI_API_KEY: 'a', GEMINI_API_KEY: 'b' }, defaults = {} }: Surroundings = {},
): Promise<Plan> =>
  planDrafts([{ kind: 'video', prompt: 'A fox runs through the snow', ...draft }], {
    workspace: await openWorkspace(folder),
    connections: withOwnConnections([
      defineConnection({ id: 'local', baseUrl: 'http://localhost:8091/v1', needsKey: false }),
    ]),
    credentials: environmentCredentials(keys),
    defaults,
    now: Date.parse('2026-11-22T10:11:12Z'),
    findJob: (id) => Promise.resolve(jobs.find((job) => job.id === id)),
  });
const planned = async (draft: Partial<Draft>, surroundings?: Surroundings): Promise<Request> => {
  const [job] = (await plan(draft, surroundings)).jobs;
  assert.ok(job);
  return job.request;
};
const parameters = async (draft: Partial<Draft>): Promise<Readonly<Record<string, unknown>>> =>
  (await planned(draft)).parameters;

const refusal = async (code: ErrorCode, message: RegExp, draft: Partial<Draft>, hint?: RegExp): Promise<void> => {
  let caught: unknown;
  await plan(draft).catch((error: unknown) => {
    caught = error;
  });
  assert.ok(ShotlistError.is(caught), 'nothing was thrown');
  assert.equal(caught.code, code, caught.message);
  assert.match(caught.message, message);
  if (hint !== undefined) assert.match(caught.hint ?? '', hint);
};

const picture = async (name: string, width: number, height: number): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, encode({ width, height, data: new Uint8Array(width * height * 3).fill(120), channels: 3 }));
  return path;
};

const sandbox = (model: string): Partial<Draft> => ({ connection: 'sandbox', model });
const sora = sandbox('sora-2');
const pro = sandbox('sora-2-pro');
const omni = sandbox('gemini-omni-1.1-flash');
const veo = sandbox('veo-3.1-generate-001');

describe('the target of a clip', () => {
  it('is the living default at the first connection that can make it', async () => {
    const request = await planned({});
    assert.deepEqual([request.connection, request.model], ['google', 'gemini-omni-1.1-flash']);
  });

  it('is that default also where only another vendor has a key, so that the missing key is named', async () => {
    const request = await planned({}, { keys: { OPENAI_API_KEY: 'a' } });
    assert.equal(request.connection, 'google');
  });

  it('passes over a usual connection that cannot make it, and keeps one that can', async () => {
    assert.equal((await planned({}, { defaults: { connection: 'openai' } })).connection, 'google');
    assert.equal((await planned({}, { defaults: { connection: 'sandbox' } })).connection, 'sandbox');
  });

  it('takes the model that a named connection has, living ones first', async () => {
    assert.equal((await planned({ connection: 'vertex' })).model, 'veo-3.1-generate-001');
    assert.equal((await planned({ connection: 'local' })).model, 'sora-2');
    await refusal('model_retired', /sora-2 was shut down on 2026-09-24/, { connection: 'openai' });
  });

  it('passes over a usual model that the named connection has not', async () => {
    const defaults = { models: { video: 'veo-3.1-fast-generate-001' } };
    assert.equal((await planned({ connection: 'google' }, { defaults })).model, 'gemini-omni-1.1-flash');
    assert.equal((await planned({}, { defaults })).connection, 'vertex');
  });

  it('is refused at the vendor that ended it, naming what to use and where it lives on', async () => {
    await refusal('model_retired', /sora-2 was shut down/, { model: 'sora-2' }, /Use gemini-omni-1.1-flash.*base-url/);
    await refusal(
      'model_retired',
      /veo-3.1-generate-preview was shut down on 2026-10-22/,
      { model: 'veo-3.1-generate-preview' },
      /veo-3.1-generate-001 \(connection "vertex"\)/,
    );
    await refusal('model_retired', /veo-3.0-generate-001/, { connection: 'vertex', model: 'veo-3.0-generate-001' });
  });

  it('takes any name at a server of the openai protocol', async () => {
    const request = await planned({ connection: 'local', model: 'wan-2.2', seconds: 5, parameters: { steps: 30 } });
    assert.deepEqual(request.parameters, { steps: 30, seconds: '5' });
    await refusal('model_not_found', /There is no video model "omni-9"/, { connection: 'google', model: 'omni-9' });
  });
});

describe('the length of a clip', () => {
  it('is said as the wire of each protocol says it', async () => {
    assert.deepEqual(await parameters({ ...sora, seconds: 8 }), { seconds: '8' });
    assert.deepEqual(await parameters({ ...omni, seconds: 8 }), { duration: '8s' });
    assert.deepEqual(await parameters({ ...veo, seconds: 6 }), { durationSeconds: 6 });
  });

  it('may be given under the name and in the form of the wire too', async () => {
    assert.deepEqual(await parameters({ ...sora, parameters: { seconds: 8 } }), { seconds: '8' });
    assert.deepEqual(await parameters({ ...omni, parameters: { duration: '5s' } }), { duration: '5s' });
    assert.deepEqual(await parameters({ ...omni, parameters: { seconds: '5' } }), { duration: '5s' });
    assert.deepEqual(await parameters({ ...veo, parameters: { durationSeconds: '8' } }), { durationSeconds: 8 });
  });

  it('is one of those that the model makes', async () => {
    await refusal('unsupported_parameter', /sora-2 can't make a clip of 5 seconds/, { ...sora, seconds: 5 }, /4, 8/);
    await refusal('unsupported_parameter', /clip of 16 seconds/, { ...sora, seconds: 16 }, /4, 8 or 12 seconds/);
    await refusal('unsupported_parameter', /of 11 seconds/, { ...omni, seconds: 11 });
    await refusal('unsupported_parameter', /of 7 seconds/, { ...veo, seconds: 7 }, /4, 6 or 8 seconds/);
    await refusal('invalid_request', /"soon" is no length/, { ...sora, parameters: { seconds: 'soon' } });
  });

  it('is bound to the resolution where the model binds it', async () => {
    await refusal(
      'unsupported_parameter',
      /a clip of 4 seconds at 1080p/,
      { ...veo, seconds: 4, resolution: '1080p' },
      /It can be 8 seconds/,
    );
    assert.deepEqual(await parameters({ ...veo, seconds: 8, resolution: '4K' }), {
      durationSeconds: 8,
      resolution: '4k',
    });
  });
});

describe('the frame of a clip', () => {
  it('comes from aspect ratio and resolution', async () => {
    assert.deepEqual(await parameters({ ...sora, aspect: '16:9' }), { size: '1280x720' });
    assert.deepEqual(await parameters({ ...sora, resolution: '720p' }), { size: '720x1280' });
    assert.deepEqual(await parameters({ ...omni, aspect: '9:16', resolution: '1080p' }), {
      aspect_ratio: '9:16',
      resolution: '1080p',
    });
    assert.deepEqual(await parameters({ ...veo, aspect: '9:16' }), { aspectRatio: '9:16' });
  });

  it('of 1080p is the nearest that sora-2-pro makes, with a warning; others have none', async () => {
    const made = await plan({ ...pro, resolution: '1080p', aspect: '16:9' });
    assert.deepEqual(made.jobs[0]?.request.parameters, { size: '1792x1024' });
    assert.match(made.warnings.join(), /1080p is 1792x1024/);
    assert.deepEqual(await parameters({ ...pro, resolution: '1080p', aspect: '9:16' }), { size: '1024x1792' });
    await refusal('unsupported_parameter', /sora-2 has no resolution 1080p/, { ...sora, resolution: '1080p' }, /720p/);
  });

  it('of a ratio that the model has not is the nearest, with a warning', async () => {
    const made = await plan({ ...sora, aspect: '4:3' });
    assert.deepEqual(made.jobs[0]?.request.parameters, { size: '1280x720' });
    assert.match(made.warnings.join(), /no aspect ratio 4:3; 16:9 \(1280x720\)/);
    await refusal('invalid_request', /"wide" is no aspect ratio/, { ...omni, aspect: 'wide' });
  });

  it('comes from a size in pixels for every protocol', async () => {
    const size = { size: '1280x720' };
    assert.deepEqual(await parameters({ ...sora, parameters: size }), size);
    assert.deepEqual(await parameters({ ...veo, parameters: size }), { aspectRatio: '16:9', resolution: '720p' });
    await refusal('unsupported_parameter', /veo.* can't make 800x600/, { ...veo, parameters: { size: '800x600' } });
    await refusal('unsupported_parameter', /sora-2 can't take size "1792x1024"/, {
      ...sora,
      parameters: { size: '1792x1024' },
    });
    await refusal('invalid_request', /not both/, { ...sora, parameters: size, aspect: '16:9' });
  });
});

describe('the pictures of a clip', () => {
  it('are sent in the roles that the model takes', async () => {
    const path = await picture('frame.png', 1280, 720);
    const request = await planned({ ...sora, inputs: [{ role: 'first_frame', path }] });
    assert.deepEqual(request.parameters, { size: '1280x720' }, 'the clip takes the size of its first frame');
    assert.equal(request.inputs[0]?.mime, 'image/png');
    const frames = [
      { role: 'first_frame' as const, path },
      { role: 'last_frame' as const, path },
    ];
    assert.equal((await planned({ ...veo, inputs: frames })).inputs.length, 2);
    await refusal('unsupported_parameter', /takes no last frames/, { ...sora, inputs: frames }, /first frames/);
    await refusal('invalid_request', /only together with a first one/, { ...veo, inputs: frames.slice(1) });
    await refusal('unsupported_parameter', /takes no reference pictures/, {
      ...sora,
      inputs: [{ role: 'reference', path }],
    });
    await refusal('invalid_request', /can't go together/, {
      ...veo,
      inputs: [...frames, { role: 'reference', path }],
    });
  });

  it('have the size of the clip where the wire wants that', async () => {
    const path = await picture('square.png', 640, 640);
    const inputs = [{ role: 'first_frame' as const, path }];
    await refusal('invalid_request', /first frame is 640x640, and the clip 720x1280/, { ...sora, inputs }, /1280x720/);
    assert.equal((await planned({ ...omni, inputs })).inputs.length, 1);
  });

  it('are looked into before anything is sent', async () => {
    const path = join(folder, 'secret.png');
    await writeFile(path, 'SECRET=1');
    await refusal('invalid_request', /secret.png is no picture/, { ...sora, inputs: [{ role: 'first_frame', path }] });
  });
});

describe('a clip from an earlier one', () => {
  const job = (over: Partial<Job> = {}): Job => ({
    id: 'job_0123',
    batch: 'batch_1',
    index: 0,
    state: 'done',
    request: { kind: 'video', connection: 'sandbox', model: 'sora-2', prompt: 'p', parameters: {}, inputs: [] },
    requestHash: 'a'.repeat(64),
    planHash: 'b',
    origin: new URL(builtInConnections.find(({ id }) => id === 'sandbox')?.baseUrl ?? '').origin,
    target: { folder, stem: 'x', chosen: false },
    mime: 'video/mp4',
    count: 1,
    stream: false,
    operation: { id: 'video_1' },
    outputs: [
      {
        path: join(folder, 'clip.mp4'),
        temporaryPath: join(folder, '.t'),
        facts: { sha256: 'c'.repeat(64), bytes: 5, mime: 'video/mp4' },
        sidecarText: '',
        placed: true,
      },
    ],
    warnings: [],
    createdAt: 0,
    updatedAt: 0,
    ...over,
  });

  it('names the clip as its provider does, and remembers which of ours it was', async () => {
    jobs = [job()];
    const made = await plan({ ...sora, source: { action: 'remix', clip: 'job_0123' } });
    assert.deepEqual(made.jobs[0]?.request.source, { action: 'remix', id: 'video_1' });
    assert.deepEqual(made.jobs[0]?.from, ['c'.repeat(64)]);
    const other = await planned({ ...sora, source: { action: 'remix', clip: 'video_other' } });
    assert.deepEqual(other.source, { action: 'remix', id: 'video_other' });
    assert.notEqual(hashRequest(other), made.jobs[0]?.requestHash, 'another clip is another request');
  });

  it('keeps what the clip has, and says only what can be chosen', async () => {
    assert.deepEqual(await parameters({ ...sora, source: { action: 'extend', clip: 'v' } }), { seconds: '4' });
    assert.deepEqual(await parameters({ ...sora, seconds: 20, source: { action: 'extend', clip: 'v' } }), {
      seconds: '20',
    });
    await refusal('unsupported_parameter', /can't choose "seconds" for a remix/, {
      ...sora,
      seconds: 8,
      source: { action: 'remix', clip: 'v' },
    });
  });

  it('is refused where the model cannot do that, or the clip is not to be had', async () => {
    await refusal(
      'unsupported_parameter',
      /can't remix a clip/,
      { ...veo, source: { action: 'remix', clip: 'v' } },
      /extend/,
    );
    await refusal('invalid_request', /needs the file of the clip/, { ...veo, source: { action: 'extend', clip: 'v' } });
    await refusal('not_found', /There is no job "job_9999"/, {
      ...sora,
      source: { action: 'remix', clip: 'job_9999' },
    });
    await refusal('not_found', /There is no clip/, { ...sora, source: { action: 'edit', clip: './gone.mp4' } });
    jobs = [job({ origin: 'https://elsewhere.example', outputs: [] })];
    await refusal('invalid_request', /only remix a clip that was made at "sandbox"/, {
      ...sora,
      source: { action: 'remix', clip: 'job_0123' },
    });
    jobs = [job({ request: { ...job().request, kind: 'image' } })];
    await refusal('invalid_request', /made a picture, not a clip/, {
      ...sora,
      source: { action: 'remix', clip: 'job_0123' },
    });
  });
});

describe('the price of a clip', () => {
  it('is its seconds at its resolution', async () => {
    const usd = async (draft: Partial<Draft>): Promise<number | undefined> =>
      (await plan(draft)).jobs[0]?.estimate?.usd;
    assert.equal(await usd({ ...sora, seconds: 8 }), 0.8);
    assert.equal(await usd({ ...omni, seconds: 5, resolution: '1080p' }), 0.75);
    assert.equal(await usd({ ...veo, seconds: 4 }), 1.6);
    assert.equal(await usd(sora), 0.4, 'the usual length where none is asked for');
    assert.equal(await usd(sandbox('gemini-omni-1.2-flash')), undefined, 'unknown stays unknown');
  });

  it('may be higher where the length follows from the clip', async () => {
    const [made] = (await plan({ ...sora, source: { action: 'remix', clip: 'v' } })).jobs;
    assert.ok(made?.estimate && made.estimate.upperUsd > made.estimate.usd);
  });
});

describe('what a picture has no use for', () => {
  it('is refused', async () => {
    const image: Partial<Draft> = { kind: 'image', connection: 'sandbox' };
    await refusal('unsupported_parameter', /A picture has no length/, { ...image, seconds: 4 });
    await refusal('unsupported_parameter', /A picture has no resolution/, { ...image, resolution: '720p' });
    await refusal('invalid_request', /makes video, not image/, { ...image, model: 'sora-2' });
  });

  it('is said in the words of the model where it has other words', async () => {
    const gemini: Partial<Draft> = { kind: 'image', connection: 'google', model: 'gemini-3.1-flash-image' };
    assert.deepEqual(await parameters({ ...gemini, aspect: '16:9' }), { aspect_ratio: '16:9' });
    assert.deepEqual(await parameters({ ...gemini, parameters: { size: '2048x2048' } }), {
      aspect_ratio: '1:1',
      image_size: '2K',
    });
    const jpeg = await plan({ ...gemini, parameters: { output_format: 'jpg' } });
    assert.deepEqual(jpeg.jobs[0]?.request.parameters, { mime_type: 'image/jpeg' });
    assert.equal(jpeg.jobs[0]?.mime, 'image/jpeg');
    await refusal('unsupported_parameter', /has no parameter "quality"/, {
      ...gemini,
      parameters: { quality: 'high' },
    });
  });
});

describe('a place for Veo', () => {
  it("is the person's project and location", () => {
    const placed = defineConnection({ id: 'vertex', project: 'my-project', location: 'europe-west4' });
    assert.equal(placed.baseUrl, 'https://europe-west4-aiplatform.googleapis.com/v1');
    assert.equal(placed.needsKey, false);
    assert.equal(
      defineConnection({ id: 'vertex', project: 'my-project', location: 'eu' }).baseUrl,
      'https://aiplatform.eu.rep.googleapis.com/v1',
    );
    assert.equal(defineConnection({ id: 'vertex', project: 'my-project', location: 'eu' }).vendor, 'google');
    assert.deepEqual(placed.keyVariables, [], 'an express key does not open a project');
    assert.equal(withOwnConnections([placed]).filter(({ id }) => id === 'vertex').length, 1);
    assert.equal(defineConnection({ id: 'vertex', location: 'europe-west4' }).needsKey, true);
    assert.throws(() => defineConnection({ id: 'vertex', baseUrl: 'https://example.com' }), /wrong/);
    assert.throws(() => defineConnection({ id: 'vertex', location: 'evil.example/' }), /location must be/);
  });
});

describe('what a clip shares with others', () => {
  it('is a seed, sent where the model has one', async () => {
    assert.deepEqual(await parameters({ seed: 7 }), { seed: 7 });
    const { jobs: made, warnings } = await plan({ connection: 'local', model: 'sora-2', seed: 7 });
    assert.deepEqual(made[0]?.request.parameters, {});
    assert.deepEqual(warnings, ['sora-2 has no seed, so none is sent.']);
  });

  it('is a parameter, however its protocol spells it', async () => {
    const given = { parameters: { negative_prompt: 'rain', aspect_ratio: '9:16' } };
    assert.deepEqual(await parameters({ ...given, model: 'veo-3.1-generate-001' }), {
      negativePrompt: 'rain',
      aspectRatio: '9:16',
    });
    assert.deepEqual(await parameters({ model: 'wan', connection: 'local', parameters: { negativePrompt: 'rain' } }), {
      negative_prompt: 'rain',
    });
  });

  it('is a gateway that offers models of other vendors through its own protocol', async () => {
    const request = await planned({ connection: 'local', model: 'gemini-omni-1.2-flash', seconds: 5 });
    assert.deepEqual([request.connection, request.model], ['local', 'gemini-omni-1.2-flash']);
    assert.deepEqual(request.parameters, { seconds: '5' });
  });
});
