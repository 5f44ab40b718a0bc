import assert from 'node:assert/strict';
import { decode as decodePng } from 'fast-png';
import { encodePixels } from '../../../src/core/sandbox/drawing/picture-files.ts';
import type { Sandbox } from '../../../src/core/sandbox/sandbox.ts';
import { answerOf, openSandbox, picturesOf, plainPng, pngFile, postForm, postJson } from './support.ts';

const magenta = [255, 0, 255, 255] as const;
const green = [0, 255, 0, 255] as const;
const size = 1024;
/** Opaque but for a square in the middle. */
const mask = pngFile('mask.png', 256, 256, (x, y) => [
  0,
  0,
  0,
  Math.max(Math.abs(x - 128), Math.abs(y - 128)) < 60 ? 0 : 255,
]);

describe('edits in the sandbox', function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  before(() => {
    sandbox = openSandbox();
  });
  after(() => sandbox.dispose());

  const colorAt = (file: Uint8Array, x: number, y: number): number[] => {
    const { data, width, channels } = decodePng(file);
    return [...data.subarray((y * width + x) * channels, (y * width + x) * channels + 3)];
  };
  /** The tint that an edit lays over a picture leaves its colour to be recognized. */
  const isLike = (color: readonly number[], wanted: readonly number[]): boolean =>
    color.every((part, index) => Math.abs(part - (wanted[index] ?? 0)) < 110);
  const editOf = async (fields: Parameters<typeof postForm>[2]): Promise<Buffer> => {
    const [picture] = await picturesOf(
      await postForm(sandbox, '/images/edits', { prompt: 'make it glow', size: `${size}x${size}`, ...fields }),
    );
    assert.ok(picture);
    return picture;
  };

  it('show the picture they began with', async () => {
    const edited = await editOf({ image: plainPng('a.png', 256, magenta) });
    assert.ok(isLike(colorAt(edited, 500, 500), magenta), String(colorAt(edited, 500, 500)));
  });

  it('show further references as small pictures', async () => {
    const edited = await editOf({ image: [plainPng('a.png', 256, magenta), plainPng('b.png', 128, green)] });
    assert.ok(isLike(colorAt(edited, 300, 500), magenta));
    assert.deepEqual(colorAt(edited, 900, 120), [0, 255, 0]);
  });

  it('take sixteen references of all types', async () => {
    const pixels = { width: 8, height: 8, data: new Uint8Array(256).fill(200) };
    const jpeg = new File([await encodePixels(pixels, 'jpeg', 90, false)], 'c.jpg', { type: 'image/jpeg' });
    const webp = new File([await encodePixels(pixels, 'webp', 90, false)], 'd.webp', { type: 'image/webp' });
    const png = plainPng('a.png', 64, magenta);
    assert.ok(
      (await editOf({ image: Array.from({ length: 16 }, (_, index) => [png, jpeg, webp][index % 3] ?? png) })).length >
        0,
    );
  });

  it('repaint where the mask is transparent and nothing else', async () => {
    const edited = await editOf({ image: plainPng('a.png', 256, magenta), mask });
    assert.deepEqual(colorAt(edited, 100, 100), [255, 0, 255]);
    assert.ok(!isLike(colorAt(edited, 512, 420), magenta), String(colorAt(edited, 512, 420)));
  });

  it('repaint where something is drawn on the markup', async () => {
    const markup = pngFile('markup.png', 256, 256, (x) => [255, 0, 0, x > 200 ? 255 : 0]);
    const edited = await editOf({ image: plainPng('a.png', 256, magenta), markup });
    assert.deepEqual(colorAt(edited, 500, 300), [255, 0, 255]);
    assert.ok(!isLike(colorAt(edited, 950, 300), magenta));
  });

  it('take pictures as data URLs too, with the same result', async () => {
    const file = plainPng('a.png', 256, magenta);
    const url = `data:image/png;base64,${Buffer.from(await file.arrayBuffer()).toString('base64')}`;
    const maskUrl = `data:image/png;base64,${Buffer.from(await mask.arrayBuffer()).toString('base64')}`;
    const body = {
      prompt: 'make it glow',
      size: '1024x1024',
      images: [{ image_url: url }],
      mask: { image_url: maskUrl },
      moderation: 'low',
    };
    const [byUrl] = await picturesOf(await postJson(sandbox, '/images/edits', body));
    assert.deepEqual(byUrl, await editOf({ image: file, mask }));
  });

  it('take the shape of the first reference when size is auto', async () => {
    const wide = pngFile('wide.png', 300, 200, () => magenta);
    const answer = await answerOf(
      await postForm(sandbox, '/images/edits', { prompt: 'x', image: wide, model: 'gpt-image-1' }),
    );
    assert.equal(answer.size, '1536x1024');
    assert.ok((answer.usage?.input_tokens_details.image_tokens ?? 0) > 0);
  });

  it('as SVG carry the picture in themselves', async () => {
    const [svg] = await picturesOf(
      await postForm(sandbox, '/images/edits', {
        prompt: 'x',
        image: plainPng('a.png', 64, magenta),
        output_format: 'svg',
        'svg[model]': 'gpt-6.1-terra',
        'svg[reasoning][effort]': 'low',
      }),
    );
    assert.match(svg?.toString('utf8') ?? '', /<image [^>]*href="data:image\/png;base64,/);
  });

  it('as variations show the picture altered, each in its own way', async () => {
    const half = pngFile('half.png', 256, 256, (x) => (x < 128 ? magenta : green));
    const pictures = await picturesOf(
      await postForm(sandbox, '/images/variations', {
        image: half,
        n: '2',
        size: '512x512',
        response_format: 'b64_json',
      }),
    );
    assert.equal(pictures.length, 2);
    assert.notDeepEqual(pictures[0], pictures[1]);
    for (const picture of pictures) {
      const [left, right] = [colorAt(picture, 100, 100), colorAt(picture, 400, 100)];
      assert.notDeepEqual(left, right);
      assert.ok(!isEqualTo(left, magenta) && !isEqualTo(left, green));
    }
  });
});

function isEqualTo(color: readonly number[], wanted: readonly number[]): boolean {
  return color.every((part, index) => part === wanted[index]);
}
