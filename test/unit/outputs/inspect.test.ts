import assert from 'node:assert/strict';
import { encode } from 'fast-png';
import fc from 'fast-check';
import { carriesProvenance, hasTransparency, imageSize } from '../../../src/core/outputs/inspect.ts';

const size = { width: 8, height: 4 };

/** RGBA, opaque but for one pixel. */
function pngWithAlpha(alphaOfLast: number, { width, height } = size, depth: 8 | 16 = 8): Uint8Array {
  const data = depth === 8 ? new Uint8Array(width * height * 4) : new Uint16Array(width * height * 4);
  for (let at = 0; at < data.length; at++) data[at] = at % 4 === 3 ? 2 ** depth - 1 : (at * 37) % 251;
  data[data.length - 1] = alphaOfLast;
  return encode({ width, height, data, channels: 4, depth });
}

function chunk(type: string, data: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, data, Buffer.alloc(4)]);
}

function insertAfterHeader(png: Uint8Array, inserted: Uint8Array): Uint8Array {
  const endOfHeader = 8 + 12 + 13;
  return Buffer.concat([png.subarray(0, endOfHeader), inserted, png.subarray(endOfHeader)]);
}

function webp(type: string, data: number[]): Uint8Array {
  const body = Buffer.from(data);
  const head = Buffer.from('RIFF\0\0\0\0WEBP');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return Buffer.concat([head, Buffer.from(type), length, body]);
}

describe('The transparency of a PNG', () => {
  it('is found in a single pixel, the last one', async () => {
    assert.equal(await hasTransparency(pngWithAlpha(254), 'image/png'), true);
  });

  it('is not seen where the alpha channel is opaque throughout', async () => {
    assert.equal(await hasTransparency(pngWithAlpha(255), 'image/png'), false);
  });

  it('is found in the low byte of 16 bits', async () => {
    assert.equal(await hasTransparency(pngWithAlpha(65534, size, 16), 'image/png'), true);
    assert.equal(await hasTransparency(pngWithAlpha(65535, size, 16), 'image/png'), false);
  });

  it('is found in grey pictures', async () => {
    const data = new Uint8Array([10, 255, 20, 255]);
    assert.equal(
      await hasTransparency(encode({ width: 2, height: 1, data, channels: 2, depth: 8 }), 'image/png'),
      false,
    );
    data[3] = 0;
    assert.equal(
      await hasTransparency(encode({ width: 2, height: 1, data, channels: 2, depth: 8 }), 'image/png'),
      true,
    );
  });

  it('is not there without an alpha channel', async () => {
    const data = new Uint8Array(2 * 2 * 3);
    assert.equal(
      await hasTransparency(encode({ width: 2, height: 2, data, channels: 3, depth: 8 }), 'image/png'),
      false,
    );
  });

  it('is found wherever it is, whatever the picture', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }).chain((width) =>
          fc.record({
            width: fc.constant(width),
            pixels: fc.array(fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.constantFrom(255, 255, 255, 254, 0)), {
              minLength: width,
              maxLength: width * 5,
            }),
          }),
        ),
        async ({ width, pixels }) => {
          const height = Math.floor(pixels.length / width);
          const used = pixels.slice(0, width * height);
          const bytes = encode({ width, height, data: Uint8Array.from(used.flat()), channels: 4, depth: 8 });
          assert.equal(
            await hasTransparency(bytes, 'image/png'),
            used.some((pixel) => pixel[3] !== 255),
          );
        },
      ),
    );
  });

  it('is looked for without holding up the event loop: it turns for every few rows', async function () {
    this.timeout(20_000);
    const large = pngWithAlpha(255, { width: 3840, height: 2160 });
    let turns = 0;
    let isSearching = true;
    const turn = (): void => {
      turns++;
      if (isSearching) setImmediate(turn);
    };
    setImmediate(turn);
    assert.equal(await hasTransparency(large, 'image/png'), false);
    isSearching = false;
    assert.ok(turns > 200, `${turns} turns`);
  });

  it('is not seen in broken data, and breaks nothing', async () => {
    const png = pngWithAlpha(0);
    assert.equal(await hasTransparency(png.subarray(0, 60), 'image/png'), false);
    assert.equal(await hasTransparency(new Uint8Array(), 'image/png'), false);
  });
});

describe('The transparency of other pictures', () => {
  it('is what a WebP declares', async () => {
    assert.equal(await hasTransparency(webp('VP8X', [0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 'image/webp'), true);
    assert.equal(await hasTransparency(webp('VP8X', [0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 'image/webp'), false);
    assert.equal(await hasTransparency(webp('VP8L', [0x2f, 0, 0, 0, 0x10]), 'image/webp'), true);
    assert.equal(await hasTransparency(webp('VP8L', [0x2f, 0, 0, 0, 0]), 'image/webp'), false);
  });

  it('is never there in a JPEG', async () => {
    assert.equal(await hasTransparency(new Uint8Array(10), 'image/jpeg'), false);
  });
});

describe('The provenance data of a picture', () => {
  it('is seen in a PNG, a JPEG and a WebP', () => {
    const png = pngWithAlpha(255);
    assert.equal(carriesProvenance(png, 'image/png'), false);
    assert.equal(carriesProvenance(insertAfterHeader(png, chunk('caBX', Buffer.from('jumb'))), 'image/png'), true);
    assert.equal(carriesProvenance(Buffer.from('ffd8ffeb00084a5000010001ffda', 'hex'), 'image/jpeg'), true);
    assert.equal(carriesProvenance(Buffer.from('ffd8ffe000040000ffda', 'hex'), 'image/jpeg'), false);
    assert.equal(carriesProvenance(webp('C2PA', [0]), 'image/webp'), true);
  });

  it('is looked for in any bytes without an end or an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const mime of ['image/png', 'image/jpeg', 'image/webp', 'image/gif']) carriesProvenance(bytes, mime);
        imageSize(bytes, 'image/png');
      }),
    );
  });
});

describe('The size of a picture', () => {
  it('is read from its header', () => {
    assert.deepEqual(imageSize(pngWithAlpha(255), 'image/png'), size);
    const svg = Buffer.from('<svg width="30" height="20" xmlns="http://www.w3.org/2000/svg"></svg>');
    assert.deepEqual(imageSize(svg, 'image/svg+xml'), { width: 30, height: 20 });
  });

  it('is unknown for what cannot be read', () => {
    assert.equal(imageSize(Buffer.from('nonsense'), 'image/png'), undefined);
    assert.equal(imageSize(pngWithAlpha(255), 'video/mp4'), undefined);
  });
});
