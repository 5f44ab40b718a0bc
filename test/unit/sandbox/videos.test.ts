import assert from 'node:assert/strict';
import type { Sandbox } from '../../../src/core/sandbox/sandbox.ts';
import { decodePixels } from '../../../src/core/sandbox/drawing/picture-files.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { sampleClip } from '../../support/sample-clips.ts';
import { openSandbox, plainPng, pngFile, postForm, postJson, sandboxUrl, type WireError } from './support.ts';
import { bytesOf, createVideo, getContent, getVideo, tiny, type WireVideo } from './video-support.ts';

interface WireList {
  readonly object: string;
  readonly data: WireVideo[];
  readonly first_id: string | null;
  readonly last_id: string | null;
  readonly has_more: boolean;
}

type Expected = readonly [status: number, code: string | null, param: string | null];

describe('videos of the sandbox', function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let clock: FakeClock;
  beforeEach(() => {
    clock = createFakeClock();
    sandbox = openSandbox({ clock });
  });
  afterEach(() => sandbox.dispose());

  const finished = (prompt = 'a boat'): Promise<WireVideo> =>
    createVideo(sandbox, { prompt: `${prompt} [time:0]`, ...tiny });
  const refuses = async (response: Response, expected: Expected): Promise<void> => {
    const { error } = (await response.json()) as { error?: WireError };
    assert.deepEqual([response.status, error?.code, error?.param], expected, error?.message);
    assert.match(error?.message ?? '', /\w/);
  };

  it('are told in full', async () => {
    const video = await createVideo(sandbox, { prompt: 'a boat' });
    const createdAt = Math.floor(clock.now() / 1000);
    assert.deepEqual(video, {
      id: video.id,
      object: 'video',
      model: 'sora-2',
      status: 'queued',
      progress: 0,
      created_at: createdAt,
      completed_at: null,
      expires_at: null,
      prompt: 'a boat',
      size: '720x1280',
      seconds: '4',
      remixed_from_video_id: null,
      error: null,
    });
    await clock.advance(3_000);
    const { status, progress, completed_at, expires_at } = await getVideo(sandbox, video.id);
    assert.deepEqual(
      [status, progress, completed_at, expires_at],
      ['completed', 100, createdAt + 3, createdAt + 3 + 24 * 60 * 60],
    );
  });

  it('are listed newest first, in pages', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) {
      ids.unshift((await createVideo(sandbox, { prompt: `boat ${index}`, ...tiny })).id);
      await clock.advance(10);
    }
    const list = async (query: string): Promise<WireList> =>
      (await (await sandbox.fetch(`${sandboxUrl}/videos${query}`)).json()) as WireList;
    const idsOf = ({ data }: WireList): string[] => data.map(({ id }) => id);
    const whole = await list('');
    assert.deepEqual([idsOf(whole), whole.object, whole.has_more], [ids, 'list', false]);
    const page = await list('?limit=2');
    assert.deepEqual(
      [idsOf(page), page.first_id, page.last_id, page.has_more],
      [ids.slice(0, 2), ids[0], ids[1], true],
    );
    assert.deepEqual(idsOf(await list(`?limit=2&after=${ids[1]}`)), ids.slice(2, 4));
    const last = await list(`?limit=2&after=${ids[3]}`);
    assert.deepEqual([idsOf(last), last.has_more], [ids.slice(4), false]);
    assert.deepEqual(idsOf(await list('?order=asc&limit=3')), ids.toReversed().slice(0, 3));
    assert.deepEqual(await list('?limit=0'), {
      object: 'list',
      data: [],
      first_id: null,
      last_id: null,
      has_more: true,
    });
    for (const query of ['?limit=101', '?limit=-1', '?order=up', '?after=video_no'])
      assert.equal((await sandbox.fetch(`${sandboxUrl}/videos${query}`)).status, 400, query);
  });

  it('are fetched as clip, thumbnail and spritesheet, whole and in parts', async () => {
    const { id } = await finished();
    const whole = await getContent(sandbox, id);
    const bytes = await bytesOf(whole);
    const etag = whole.headers.get('etag') ?? '';
    assert.deepEqual(
      ['content-type', 'content-length', 'accept-ranges'].map((name) => whole.headers.get(name)),
      ['video/mp4', String(bytes.length), 'bytes'],
    );
    const part = async (headers: Readonly<Record<string, string>>): Promise<[number, string | null, Uint8Array]> => {
      const response = await getContent(sandbox, id, '', headers);
      return [response.status, response.headers.get('content-range'), new Uint8Array(await response.arrayBuffer())];
    };
    const { length } = bytes;
    assert.deepEqual(await part({ range: 'bytes=10-19' }), [206, `bytes 10-19/${length}`, bytes.slice(10, 20)]);
    assert.deepEqual(await part({ range: 'bytes=100-' }), [206, `bytes 100-${length - 1}/${length}`, bytes.slice(100)]);
    assert.deepEqual(await part({ range: 'bytes=-5' }), [
      206,
      `bytes ${length - 5}-${length - 1}/${length}`,
      bytes.slice(-5),
    ]);
    assert.deepEqual(await part({ range: `bytes=${length}-` }), [416, `bytes */${length}`, new Uint8Array()]);
    assert.deepEqual((await part({ range: 'bytes=9-', 'if-range': etag }))[0], 206);
    assert.deepEqual((await part({ range: 'bytes=9-', 'if-range': '"other"' }))[0], 200);
    assert.deepEqual((await part({ range: 'lines=1-2' }))[0], 200);
    for (const variant of ['thumbnail', 'spritesheet']) {
      const response = await getContent(sandbox, id, `?variant=${variant}`);
      assert.equal(response.headers.get('content-type'), 'image/webp');
      const { width } = await decodePixels(await bytesOf(response));
      assert.equal(width, variant === 'thumbnail' ? 96 : 4 * 96);
    }
    await refuses(await getContent(sandbox, id, '?variant=poster'), [400, 'invalid_value', 'variant']);
  });

  it('can be fetched for a day', async () => {
    const { id } = await finished();
    await clock.advance(24 * 60 * 60 * 1000 - 1);
    assert.equal((await getContent(sandbox, id)).status, 200);
    await clock.advance(1);
    await refuses(await getContent(sandbox, id), [404, 'video_expired', null]);
    assert.equal((await getVideo(sandbox, id)).status, 'completed');
  });

  const picture = (width: number, height: number): File => pngFile('p.png', width, height, () => [9, 9, 9, 255]);
  const dataUrl = async (file: File): Promise<string> =>
    `data:image/png;base64,${Buffer.from(await file.arrayBuffer()).toString('base64')}`;

  it('take a first frame of their own size, as a file or in JSON', async () => {
    const fits = picture(1280, 720);
    const fields = { prompt: 'x', size: '1280x720', input_reference: fits };
    assert.equal((await postForm(sandbox, '/videos', fields)).status, 200);
    const json = { prompt: 'x', size: '1280x720', input_reference: { image_url: await dataUrl(fits) } };
    assert.equal((await postJson(sandbox, '/videos', json)).status, 200);
    const nested = { prompt: 'x', size: '1280x720', 'input_reference[image_url]': await dataUrl(fits) };
    assert.equal((await postForm(sandbox, '/videos', nested)).status, 200);
    const other = { ...fields, input_reference: picture(720, 1280) };
    await refuses(await postForm(sandbox, '/videos', other), [400, 'invalid_image_size', 'input_reference']);
  });

  it('of a first frame that looks right and is none fail when they are drawn', async () => {
    const broken = new File([(await picture(64, 64).bytes()).slice(0, 60)], 'p.png', { type: 'image/png' });
    const fields = { prompt: '[time:0]', model: 'm', size: '64x64', seconds: '1', input_reference: broken };
    const { id } = (await (await postForm(sandbox, '/videos', fields)).json()) as WireVideo;
    assert.equal((await getContent(sandbox, id)).status, 500);
  });

  const wrong: readonly [what: string, body: object, expected: Expected][] = [
    ['no prompt', {}, [400, 'missing_required_parameter', 'prompt']],
    ['an empty prompt', { prompt: '' }, [400, 'string_below_min_length', 'prompt']],
    ['a prompt too long', { prompt: 'x'.repeat(32_001) }, [400, 'string_above_max_length', 'prompt']],
    ['a prompt that is none', { prompt: 7 }, [400, 'invalid_type', 'prompt']],
    ['seconds as a number', { prompt: 'x', seconds: 8 }, [400, 'invalid_type', 'seconds']],
    ['other seconds', { prompt: 'x', seconds: '5' }, [400, 'invalid_value', 'seconds']],
    ['seconds of an extension', { prompt: 'x', seconds: '16' }, [400, 'invalid_value', 'seconds']],
    ['a size of the larger model', { prompt: 'x', size: '1792x1024' }, [400, 'invalid_value', 'size']],
    ['an unknown parameter', { prompt: 'x', fps: 24 }, [400, 'unknown_parameter', 'fps']],
    ['null', { prompt: 'x', size: null }, [400, 'invalid_type', 'size']],
    ['a model for pictures', { prompt: 'x', model: 'gpt-image-2' }, [400, 'invalid_value', 'model']],
    ['an empty model', { prompt: 'x', model: '' }, [400, 'invalid_value', 'model']],
    [
      'a reference without a picture',
      { prompt: 'x', input_reference: {} },
      [400, 'missing_required_parameter', 'input_reference.image_url'],
    ],
    [
      'a reference from the network',
      { prompt: 'x', input_reference: { image_url: 'https://example.com/a.png' } },
      [400, 'failed_to_download_image', 'input_reference.image_url'],
    ],
    [
      'a stored file',
      { prompt: 'x', input_reference: { file_id: 'file-1' } },
      [400, 'image_file_not_found', 'input_reference.file_id'],
    ],
    ['an odd size of an unknown model', { prompt: 'x', model: 'm', size: '65x64' }, [400, 'invalid_value', 'size']],
    [
      'an endless clip of an unknown model',
      { prompt: 'x', model: 'm', seconds: '999' },
      [400, 'invalid_value', 'seconds'],
    ],
    ['an unknown directive', { prompt: 'x [end:nowhere]' }, [400, 'unknown_sandbox_directive', 'prompt']],
    ['a fault of pictures', { prompt: 'x [fail:no_alpha]' }, [400, 'unknown_sandbox_fault', 'prompt']],
  ];
  for (const [what, body, expected] of wrong) {
    it(`refuse ${what}`, async () => refuses(await postJson(sandbox, '/videos', body), expected));
  }

  it('take what other servers have beyond the API, for models that the sandbox does not know', async () => {
    const body = {
      prompt: 'x',
      model: 'wan-2.2',
      seconds: '6.5',
      size: '832x480',
      fps: 16,
      num_frames: 81,
      guidance: 4,
    };
    const video = await createVideo(sandbox, body);
    assert.deepEqual([video.model, video.size, video.seconds], ['wan-2.2', '832x480', '6.5']);
  });

  it('refuse wrong sources', async () => {
    const { id } = await finished();
    const running = await createVideo(sandbox, { prompt: 'x', ...tiny });
    const edit = (body: object): Promise<Response> => postJson(sandbox, '/videos/edits', { prompt: 'x', ...body });
    await refuses(await edit({}), [400, 'missing_required_parameter', 'video']);
    await refuses(await edit({ video: id }), [400, 'invalid_type', 'video']);
    await refuses(await edit({ video: {} }), [400, 'missing_required_parameter', 'video.id']);
    await refuses(await edit({ video: { id, more: 1 } }), [400, 'unknown_parameter', 'video.more']);
    await refuses(await edit({ video: { id: 'video_no' } }), [404, 'video_not_found', 'video']);
    await refuses(await edit({ video: { id: running.id } }), [400, 'video_not_ready', 'video']);
    await refuses(await edit({ video: { id }, seconds: '4' }), [400, 'unknown_parameter', 'seconds']);
    const extend = (body: object): Promise<Response> =>
      postJson(sandbox, '/videos/extensions', { prompt: 'x', video: { id }, ...body });
    await refuses(await extend({}), [400, 'missing_required_parameter', 'seconds']);
    await refuses(await extend({ seconds: '24' }), [400, 'invalid_value', 'seconds']);
    for (const seconds of ['4', '8', '12', '16', '20']) assert.equal((await extend({ seconds })).status, 200);
    const remix = (body: object, of = id): Promise<Response> => postJson(sandbox, `/videos/${of}/remix`, body);
    await refuses(await remix({}), [400, 'missing_required_parameter', 'prompt']);
    await refuses(await remix({ prompt: 'x', model: 'sora-2' }), [400, 'unknown_parameter', 'model']);
    await refuses(await remix({ prompt: 'x' }, 'video_no'), [404, 'video_not_found', 'video_id']);
    const text = new File(['no video'], 'clip.mp4', { type: 'video/mp4' });
    await refuses(await postForm(sandbox, '/videos/edits', { prompt: 'x', video: text }), [
      400,
      'invalid_video',
      'video',
    ]);
  });

  it('start from a clip that the sandbox did not draw, in its size and length', async () => {
    const clip = new File([new Uint8Array(await sampleClip({ width: 64, height: 32, seconds: 2 }))], 'c.mp4');
    const response = await postForm(sandbox, '/videos/edits', { prompt: 'x [time:0]', video: clip });
    const video = (await response.json()) as WireVideo;
    assert.deepEqual([video.size, video.seconds, video.model], ['64x32', '2', 'sora-2']);
    assert.equal((await getContent(sandbox, video.id)).status, 200);
  });

  it('are read only by those who ask properly', async () => {
    await refuses(await postForm(sandbox, '/videos', { prompt: 'x', mask: plainPng('m.png', 8, [0, 0, 0, 0]) }), [
      400,
      'unknown_parameter',
      'mask',
    ]);
    await refuses(await sandbox.fetch(`${sandboxUrl}/videos`, { method: 'POST', body: 'x' }), [
      400,
      'unsupported_content_type',
      null,
    ]);
    await refuses(await sandbox.fetch(`${sandboxUrl}/videos/video_no/content`), [404, 'video_not_found', null]);
    await refuses(await sandbox.fetch(`${sandboxUrl}/videos/video_no`, { method: 'DELETE' }), [
      404,
      'video_not_found',
      null,
    ]);
  });
});
