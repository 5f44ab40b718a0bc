import assert from 'node:assert/strict';
import type { Sandbox } from '../../../src/core/sandbox/sandbox.ts';
import { answerOf, openSandbox, plainPng, pngFile, postForm, postJson, sandboxUrl, type FormValue } from './support.ts';

type Expected = readonly [status: number, code: string | null, param: string | null];

const generations: readonly [what: string, body: unknown, expected: Expected][] = [
  ['an unknown parameter', { prompt: 'x', colour: 'red' }, [400, 'unknown_parameter', 'colour']],
  ['no prompt', {}, [400, 'missing_required_parameter', 'prompt']],
  ['a prompt of null', { prompt: null }, [400, 'invalid_type', 'prompt']],
  ['a prompt that is no text', { prompt: 7 }, [400, 'invalid_type', 'prompt']],
  ['an empty prompt', { prompt: '' }, [400, 'string_below_min_length', 'prompt']],
  ['a prompt that is too long', { prompt: 'x'.repeat(32_001) }, [400, 'string_above_max_length', 'prompt']],
  [
    'a prompt that is too long for dall-e-2',
    { prompt: 'x'.repeat(1_001), model: 'dall-e-2' },
    [400, 'string_above_max_length', 'prompt'],
  ],
  ['a size off the grid', { prompt: 'x', size: '1000x1000' }, [400, 'invalid_value', 'size']],
  [
    'a size the model never had',
    { prompt: 'x', size: '1536x864', model: 'gpt-image-1' },
    [400, 'invalid_value', 'size'],
  ],
  ['a size that is a number', { prompt: 'x', size: 1024 }, [400, 'invalid_type', 'size']],
  ['a ratio above 3:1', { prompt: 'x', size: '3840x512' }, [400, 'invalid_value', 'size']],
  [
    'a huge size for an unknown model',
    { prompt: 'x', size: '99999x99999', model: 'mine' },
    [400, 'invalid_value', 'size'],
  ],
  [
    'a quality of another model',
    { prompt: 'x', quality: 'xhigh', model: 'gpt-image-2' },
    [400, 'invalid_value', 'quality'],
  ],
  ['a quality of dall-e', { prompt: 'x', quality: 'hd' }, [400, 'invalid_value', 'quality']],
  ['response_format', { prompt: 'x', response_format: 'b64_json' }, [400, 'unknown_parameter', 'response_format']],
  ['style', { prompt: 'x', style: 'vivid' }, [400, 'unknown_parameter', 'style']],
  [
    'input_fidelity in a generation',
    { prompt: 'x', input_fidelity: 'high', model: 'gpt-image-1' },
    [400, 'unknown_parameter', 'input_fidelity'],
  ],
  ['a white background', { prompt: 'x', background: 'white' }, [400, 'invalid_value', 'background']],
  ['too many pictures', { prompt: 'x', n: 11 }, [400, 'integer_above_max_value', 'n']],
  ['no pictures', { prompt: 'x', n: 0 }, [400, 'integer_below_min_value', 'n']],
  ['half a picture', { prompt: 'x', n: 1.5 }, [400, 'invalid_type', 'n']],
  ['a count in text', { prompt: 'x', n: '2' }, [400, 'invalid_type', 'n']],
  ['two pictures of dall-e-3', { prompt: 'x', n: 2, model: 'dall-e-3' }, [400, 'integer_above_max_value', 'n']],
  ['streaming from dall-e-3', { prompt: 'x', stream: true, model: 'dall-e-3' }, [400, 'unknown_parameter', 'stream']],
  ['stream as text', { prompt: 'x', stream: 'true' }, [400, 'invalid_type', 'stream']],
  ['partial images without a stream', { prompt: 'x', partial_images: 2 }, [400, 'invalid_value', 'partial_images']],
  [
    'too many partial images',
    { prompt: 'x', partial_images: 4, stream: true },
    [400, 'integer_above_max_value', 'partial_images'],
  ],
  [
    'transparency in jpeg',
    { prompt: 'x', background: 'transparent', output_format: 'jpeg' },
    [400, 'invalid_value', 'background'],
  ],
  ['compression of png', { prompt: 'x', output_compression: 50 }, [400, 'invalid_value', 'output_compression']],
  [
    'too much compression',
    { prompt: 'x', output_compression: 101, output_format: 'webp' },
    [400, 'integer_above_max_value', 'output_compression'],
  ],
  ['frames without gif', { prompt: 'x', frame_count: 4 }, [400, 'invalid_value', 'frame_count']],
  [
    'gif of a model without it',
    { prompt: 'x', output_format: 'gif', model: 'gpt-image-2' },
    [400, 'invalid_value', 'output_format'],
  ],
  ['several svgs', { prompt: 'x', output_format: 'svg', n: 2 }, [400, 'invalid_value', 'n']],
  ['an svg as a stream', { prompt: 'x', output_format: 'svg', stream: true }, [400, 'invalid_value', 'stream']],
  ['a gif as a stream', { prompt: 'x', output_format: 'gif', stream: true }, [400, 'invalid_value', 'stream']],
  [
    'an svg without the model',
    { prompt: 'x', output_format: 'svg', svg: {} },
    [400, 'missing_required_parameter', 'svg.model'],
  ],
  [
    'an unknown part of svg',
    { prompt: 'x', output_format: 'svg', svg: { model: 'm', colour: 1 } },
    [400, 'unknown_parameter', 'svg.colour'],
  ],
  ['a user that is null', { prompt: 'x', user: null }, [400, 'invalid_type', 'user']],
  ['a model that is a number', { prompt: 'x', model: 3 }, [400, 'invalid_type', 'model']],
  [
    'an unknown parameter of an unknown model',
    { prompt: 'x', model: 'mine', steps: 30 },
    [400, 'unknown_parameter', 'steps'],
  ],
  [
    'a parameter named like what all objects have',
    { prompt: 'x', constructor: 1 },
    [400, 'unknown_parameter', 'constructor'],
  ],
  ['a body that is no object', [1], [400, 'invalid_type', null]],
  ['a body that is no JSON', '{"prompt": ', [400, null, null]],
];

const black = [0, 0, 0, 255] as const;
const square = plainPng('a.png', 64, black);
const clear = pngFile('m.png', 64, 64, (x) => [0, 0, 0, x < 32 ? 0 : 255]);

const edits: readonly [what: string, fields: Readonly<Record<string, FormValue>>, expected: Expected][] = [
  ['no picture', { prompt: 'x' }, [400, 'missing_required_parameter', 'image']],
  ['a picture as text', { prompt: 'x', image: 'a.png' }, [400, 'invalid_type', 'image']],
  [
    'seventeen pictures',
    { prompt: 'x', image: Array.from({ length: 17 }, () => square) },
    [400, 'array_above_max_length', 'image'],
  ],
  [
    'two pictures for dall-e-2',
    { prompt: 'x', model: 'dall-e-2', image: [square, square] },
    [400, 'array_above_max_length', 'image'],
  ],
  [
    'an empty file',
    { prompt: 'x', image: new File([], 'a.png', { type: 'image/png' }) },
    [400, 'empty_image_file', 'image'],
  ],
  [
    'a text file',
    { prompt: 'x', image: new File(['hello'], 'a.png', { type: 'image/png' }) },
    [400, 'unsupported_file_mimetype', 'image'],
  ],
  [
    'a file of another declared type',
    { prompt: 'x', image: new File([square], 'a.png', { type: 'application/pdf' }) },
    [400, 'unsupported_file_mimetype', 'image'],
  ],
  [
    'a broken picture',
    { prompt: 'x', image: new File([square.slice(0, 60)], 'a.png', { type: 'image/png' }) },
    [400, 'image_parse_error', 'image'],
  ],
  [
    'a wide picture for dall-e-2',
    { prompt: 'x', model: 'dall-e-2', image: pngFile('w.png', 64, 32, () => black) },
    [400, 'invalid_image_format', 'image'],
  ],
  [
    'a mask without alpha',
    { prompt: 'x', image: square, mask: plainPng('m.png', 64, black) },
    [400, 'invalid_image_format', 'mask'],
  ],
  [
    'a mask of another size',
    { prompt: 'x', image: square, mask: pngFile('m.png', 32, 32, () => [0, 0, 0, 0]) },
    [400, 'invalid_image_format', 'mask'],
  ],
  [
    'a mask that is no PNG',
    { prompt: 'x', image: square, mask: new File(['x'], 'm.jpg', { type: 'image/jpeg' }) },
    [400, 'unsupported_file_mimetype', 'mask'],
  ],
  ['two masks', { prompt: 'x', image: square, mask: [clear, clear] }, [400, 'invalid_type', 'mask']],
  ['mask and markup', { prompt: 'x', image: square, mask: clear, markup: clear }, [400, 'invalid_value', 'markup']],
  ['moderation', { prompt: 'x', image: square, moderation: 'low' }, [400, 'unknown_parameter', 'moderation']],
  ['a count that is no number', { prompt: 'x', image: square, n: 'two' }, [400, 'invalid_type', 'n']],
  ['a count that is too high', { prompt: 'x', image: square, n: '11' }, [400, 'integer_above_max_value', 'n']],
  ['another file', { prompt: 'x', image: square, video: square }, [400, 'unknown_parameter', 'video']],
  ['a file where text belongs', { image: square, size: square, prompt: 'x' }, [400, 'invalid_type', 'size']],
  ['editing with dall-e-3', { prompt: 'x', model: 'dall-e-3', image: square }, [400, 'invalid_value', 'model']],
];

const dataUrl = async (file: File): Promise<string> =>
  `data:image/png;base64,${Buffer.from(await file.arrayBuffer()).toString('base64')}`;

describe('the sandbox refuses, as the API does,', function () {
  this.timeout(30_000);
  let sandbox: Sandbox;
  before(() => {
    sandbox = openSandbox();
  });
  after(() => sandbox.dispose());

  const refuses = async (response: Response, [status, code, param]: Expected): Promise<void> => {
    const { error } = await answerOf(response);
    assert.deepEqual([response.status, error?.code, error?.param], [status, code, param], error?.message);
    assert.equal(error?.type, 'invalid_request_error');
    assert.match(error.message, /\w/);
    assert.match(response.headers.get('x-request-id') ?? '', /^req_[0-9a-f]{32}$/);
  };

  for (const [what, body, expected] of generations) {
    it(`${what} in a generation`, async () => refuses(await postJson(sandbox, '/images/generations', body), expected));
  }
  for (const [what, fields, expected] of edits) {
    it(`${what} in an edit`, async () => refuses(await postForm(sandbox, '/images/edits', fields), expected));
  }

  it('wrong references in the JSON form of an edit', async () => {
    const url = await dataUrl(square);
    const cases: [unknown, Expected][] = [
      [{ images: 'x' }, [400, 'invalid_type', 'images']],
      [{ images: [] }, [400, 'missing_required_parameter', 'images']],
      [{ images: [{}] }, [400, 'missing_required_parameter', 'images[0].image_url']],
      [{ images: [{ image_url: url, file_id: 'f' }] }, [400, 'invalid_value', 'images[0]']],
      [{ images: [{ file_id: 'file-1' }] }, [400, 'image_file_not_found', 'images[0].file_id']],
      [{ images: [{ image_url: url, more: 1 }] }, [400, 'unknown_parameter', 'images[0].more']],
      [
        { images: [{ image_url: 'https://example.com/a.png' }] },
        [400, 'failed_to_download_image', 'images[0].image_url'],
      ],
      [{ images: [{ image_url: 'data:image/png;base64,&&&' }] }, [400, 'invalid_base64_image', 'images[0].image_url']],
      [{ images: [{ image_url: url }], mask: null }, [400, 'invalid_type', 'mask']],
      [{ images: [{ image_url: url }], size: '1536x864' }, [400, 'invalid_value', 'size']],
      [{ images: [{ image_url: url }], markup: {} }, [400, 'unknown_parameter', 'markup']],
    ];
    for (const [body, expected] of cases) {
      await refuses(await postJson(sandbox, '/images/edits', { prompt: 'x', ...(body as object) }), expected);
    }
  });

  it('variations by other models, with a prompt or with a mask', async () => {
    await refuses(await postForm(sandbox, '/images/variations', { image: square, model: 'gpt-image-2' }), [
      400,
      'invalid_value',
      'model',
    ]);
    await refuses(await postForm(sandbox, '/images/variations', { image: square, prompt: 'x' }), [
      400,
      'unknown_parameter',
      'prompt',
    ]);
    await refuses(await postForm(sandbox, '/images/variations', { image: square, mask: clear }), [
      400,
      'unknown_parameter',
      'mask',
    ]);
  });

  it('another content type', async () => {
    const response = await sandbox.fetch(`${sandboxUrl}/images/generations`, {
      method: 'POST',
      body: 'prompt=x',
      headers: { 'content-type': 'text/plain' },
    });
    await refuses(response, [400, 'unsupported_content_type', null]);
    await refuses(await postForm(sandbox, '/images/generations', { prompt: 'x' }), [
      400,
      'unsupported_content_type',
      null,
    ]);
  });

  it('addresses and methods that are not there', async () => {
    await refuses(await postJson(sandbox, '/nothing', {}), [404, 'unknown_url', null]);
    await refuses(await sandbox.fetch(`${sandboxUrl}/images/generations`), [405, 'method_not_supported', null]);
    await refuses(await sandbox.fetch(`${sandboxUrl}/models/nobodys-model`), [404, 'model_not_found', 'model']);
  });
});
