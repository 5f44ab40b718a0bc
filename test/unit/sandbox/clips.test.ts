import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Chapter, ClipOrder } from '../../../src/core/sandbox/drawing/clip/clip-order.ts';
import { frameRateOf } from '../../../src/core/sandbox/drawing/clip/clip-order.ts';
import { clipTime, drawCounter } from '../../../src/core/sandbox/drawing/clip/counter.ts';
import { drawClip } from '../../../src/core/sandbox/drawing/clip/draw-clip.ts';
import { createClipFrames } from '../../../src/core/sandbox/drawing/clip/frames.ts';
import { appendUuidBox, readClipFacts } from '../../../src/core/sandbox/drawing/clip/mp4-boxes.ts';
import { readStory } from '../../../src/core/sandbox/drawing/clip/story.ts';
import { doubleYuv, mixYuv, pixelsOf, yuvOf, type Yuv } from '../../../src/core/sandbox/drawing/clip/yuv.ts';
import type { Pixels } from '../../../src/core/sandbox/drawing/picture.ts';
import { decodePixels } from '../../../src/core/sandbox/drawing/picture-files.ts';
import { encodePng } from '../../../src/core/sandbox/drawing/png-file.ts';
import { clipOfFile, retell } from '../../../src/core/sandbox/videos/chapters.ts';
import { sampleClip } from '../../support/sample-clips.ts';
import { clipFacts } from './video-support.ts';

const size = { width: 192, height: 128 };

function plain(color: readonly [number, number, number], { width, height } = size): Pixels {
  const data = new Uint8Array(width * height * 4);
  for (let offset = 0; offset < data.length; offset += 4) data.set([...color, 255], offset);
  return { width, height, data };
}

const red = plain([200, 30, 30]);
const blue = plain([20, 40, 210]);

function chapter<Picture>(more: Partial<Chapter<Picture>> = {}): Chapter<Picture> {
  return { prompt: 'a boat', seed: 'a boat', seconds: 1, notes: ['note'], references: [], ...more };
}

const order = (more: Partial<ClipOrder> = {}): ClipOrder => ({
  output: 'video',
  ...size,
  chapters: [chapter()],
  ...more,
});
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Mean colour of the middle, where neither counter nor caption lies. */
function middleOf(frame: Yuv): number[] {
  const { width, height, data } = pixelsOf(frame);
  const sum = [0, 0, 0];
  let count = 0;
  for (let y = Math.round(height * 0.35); y < height * 0.6; y++) {
    for (let x = Math.round(width * 0.6); x < width; x++, count++) {
      for (let part = 0; part < 3; part++) sum[part] = (sum[part] ?? 0) + (data[(y * width + x) * 4 + part] ?? 0);
    }
  }
  return sum.map((total) => Math.round(total / count));
}

function difference(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, index) => Math.abs(value - (b[index] ?? 0))));
}

describe('frames of a clip', function () {
  this.timeout(30_000);

  it('begin with the picture that was handed over, and only then take on the light of the prompt', () => {
    const frames = createClipFrames(size, [chapter({ firstFrame: red })]);
    assert.ok(difference(middleOf(frames.frame(0)), [200, 30, 30]) <= 3, String(middleOf(frames.frame(0))));
    assert.ok(difference(middleOf(frames.frame(frames.count - 1)), [200, 30, 30]) > 10);
  });

  it('end with the picture for the last frame', () => {
    const frames = createClipFrames(size, [chapter({ firstFrame: red, lastFrame: blue })]);
    assert.ok(difference(middleOf(frames.frame(0)), [200, 30, 30]) <= 3);
    assert.ok(difference(middleOf(frames.frame(frames.count - 1)), [20, 40, 210]) <= 3);
  });

  it('show references as small pictures on the upper right', () => {
    const cornerOf = (chapters: readonly Chapter<Pixels>[]): number[] => {
      const { data } = pixelsOf(createClipFrames(size, chapters).frame(0));
      const at = (18 * size.width + size.width - 16) * 4;
      return [...data.subarray(at, at + 3)];
    };
    assert.ok(difference(cornerOf([chapter({ references: [blue] })]), [20, 40, 210]) <= 6);
    assert.ok(difference(cornerOf([chapter()]), [20, 40, 210]) > 40);
  });

  it('move gently: neighbours are alike, those of half a loop apart are not the same', () => {
    const frames = createClipFrames(size, [chapter({ prompt: 'a boat on the sea', seconds: 4 })]);
    const distance = (one: number, other: number): number => {
      const [a, b] = [frames.frame(one).data, frames.frame(other).data];
      let sum = 0;
      // below the counter
      for (let index = size.width * 40; index < size.width * size.height; index++)
        sum += Math.abs((a[index] ?? 0) - (b[index] ?? 0));
      return sum / (size.width * size.height);
    };
    assert.ok(distance(24, 72) > 0.3, String(distance(24, 72)));
    for (let index = 0; index < 95; index += 7) assert.ok(distance(index, index + 1) < 1.5);
    assert.ok(distance(0, 95) < 1.5, 'the loop closes');
  });

  it('have a counter that is another one in each frame and changes nothing but its place', () => {
    const frame = yuvOf(red, size);
    const options = { ...size, frameRate: 24, frames: 48 };
    const seen = new Set<string>();
    for (let index = 0; index < 48; index++) {
      const counted = drawCounter(frame, index, options);
      seen.add(hashOf(counted.data));
      assert.deepEqual(
        counted.data.subarray(size.width * 40, size.width * 128),
        frame.data.subarray(size.width * 40, size.width * 128),
      );
      assert.notDeepEqual(counted.data.subarray(0, size.width * 40), frame.data.subarray(0, size.width * 40));
    }
    assert.equal(seen.size, 48);
    assert.deepEqual([0, 0.25, 59.999, 61.5].map(clipTime), ['0:00.00', '0:00.25', '0:59.99', '1:01.50']);
  });

  it('of an extension are those of the earlier clip, then go on from its last one', () => {
    const first = chapter<Pixels>({ firstFrame: red });
    const next = chapter<Pixels>({ prompt: 'then the sea', seed: 'x', firstFrame: blue });
    const whole = createClipFrames(size, [first, next]);
    const alone = createClipFrames(size, [first]);
    assert.equal(whole.count, 48);
    const below = (frame: Yuv): Uint8Array => frame.data.subarray(size.width * 40, size.width * size.height);
    for (const index of [0, 11, 23]) assert.deepEqual(below(whole.frame(index)), below(alone.frame(index)));
    assert.deepEqual(below(whole.frame(24)), below(alone.frame(23)));
    assert.ok(difference(middleOf(whole.frame(47)), middleOf(createClipFrames(size, [next]).frame(23))) <= 8);
  });

  it('of a remix and of an edit show the earlier clip', () => {
    const earlier = chapter<Pixels>({ firstFrame: red });
    const told = (action: 'remix' | 'edit'): number[] => {
      const [retold] = retell({ ...size, chapters: [chapter()] }, action, {
        prompt: 'at night',
        model: 'm',
        size: '192x128',
      });
      assert.equal(retold?.seconds, 1);
      const { prompt, seed, notes, seconds } = retold;
      const frames = createClipFrames(size, [
        { prompt, seed, notes, seconds, references: [], earlier: { action, chapter: earlier } },
      ]);
      return middleOf(frames.frame(0));
    };
    const [edited, remixed] = [told('edit'), told('remix')];
    // an edit lies over it: red still leads; a remix is drawn anew
    assert.ok((edited[0] ?? 0) > 1.6 * (edited[2] ?? 0), String(edited));
    assert.ok((remixed[0] ?? 0) < 1.6 * (remixed[2] ?? 1), String(remixed));
  });

  it('keep their colours on the way to YUV and back, mixed and doubled', () => {
    for (const frame of [size, { width: 1280, height: 720 }]) {
      const back = pixelsOf(yuvOf(plain([180, 90, 40], frame), frame));
      assert.ok(difference([...back.data.subarray(0, 3)], [180, 90, 40]) <= 3);
    }
    const mixed = pixelsOf(mixYuv(yuvOf(red, size), yuvOf(blue, size), 0.5));
    assert.ok(difference([...mixed.data.subarray(0, 3)], [110, 35, 120]) <= 4);
    const doubled = doubleYuv(yuvOf(red, size));
    assert.deepEqual([doubled.width, doubled.height, doubled.data.length], [384, 256, (384 * 256 * 3) / 2]);
    assert.ok(difference(middleOf(doubled), [200, 30, 30]) <= 3);
  });
});

describe('files of a clip', function () {
  this.timeout(60_000);

  for (const [width, height, seconds, frameRate] of [
    [96, 64, 2, 24],
    [720, 1280, 0.5, 12],
    [1792, 1024, 0.5, 8],
    [2560, 1440, 0.25, 8],
  ] as const) {
    it(`are H.264 of ${width}x${height}, ${seconds} s, ${frameRate} frames a second`, async () => {
      assert.equal(frameRateOf({ width, height }), frameRate);
      const { bytes } = await drawClip(order({ width, height, chapters: [chapter({ seconds })] }));
      assert.deepEqual(await clipFacts(bytes), {
        codec: 'avc',
        width,
        height,
        seconds,
        frames: seconds * frameRate,
        firstIsKey: true,
      });
      assert.deepEqual(readClipFacts(bytes), { width, height, seconds });
    });
  }

  it('are the same bytes each time, and others for another prompt, seed or picture', async () => {
    const draw = async (more: Partial<Chapter<Uint8Array>> = {}): Promise<string> =>
      hashOf((await drawClip(order({ chapters: [chapter(more)] }))).bytes);
    const first = await draw();
    assert.equal(await draw(), first);
    const others = [
      await draw({ prompt: 'a fox' }),
      await draw({ seed: 'x' }),
      await draw({ firstFrame: encodePng(red) }),
    ];
    assert.equal(new Set([first, ...others]).size, 4);
  });

  it('come with a thumbnail of the first frame and a sheet of twelve', async () => {
    const first = pixelsOf(createClipFrames(size, [chapter()]).frame(0));
    const thumbnail = await decodePixels((await drawClip(order({ output: 'thumbnail' }))).bytes);
    const sheet = await decodePixels((await drawClip(order({ output: 'spritesheet' }))).bytes);
    assert.deepEqual([thumbnail.width, thumbnail.height], [192, 128]);
    assert.deepEqual([sheet.width, sheet.height], [192 * 4, 128 * 3]);
    const meanDistance = (a: Pixels, b: Pixels, left: number, top: number): number => {
      let sum = 0;
      for (let y = 0; y < a.height; y++) {
        for (let x = 0; x < a.width * 4; x++)
          sum += Math.abs((a.data[y * a.width * 4 + x] ?? 0) - (b.data[((y + top) * b.width + left) * 4 + x] ?? 0));
      }
      return sum / a.data.length;
    };
    assert.ok(meanDistance(first, thumbnail, 0, 0) < 4);
    assert.ok(meanDistance(first, sheet, 0, 0) < 4);
    const last = pixelsOf(createClipFrames(size, [chapter()]).frame(23));
    assert.ok(meanDistance(last, sheet, 192 * 3, 128 * 2) < 4);
  });

  it('say how they were made, with their pictures, to whoever is handed the file', async () => {
    const chapters: Chapter<Uint8Array>[] = [
      chapter({ firstFrame: encodePng(plain([200, 30, 30], { width: 1000, height: 500 })) }),
      chapter({ prompt: 'more' }),
    ];
    const { bytes } = await drawClip(order({ chapters }));
    const clip = clipOfFile(bytes, '0'.repeat(64));
    assert.deepEqual([clip?.width, clip?.height, clip?.chapters.length], [192, 128, 2]);
    assert.deepEqual(
      clip?.chapters.map(({ prompt }) => prompt),
      ['a boat', 'more'],
    );
    const picture = clip?.chapters[0]?.firstFrame;
    assert.ok(picture instanceof Uint8Array);
    const decoded = await decodePixels(picture);
    assert.deepEqual([decoded.width, decoded.height], [640, 320]);
  });

  it('from elsewhere are known by their header, and what lies about its story is like them', async () => {
    const foreign = await sampleClip({ width: 64, height: 32, seconds: 4 });
    const clip = clipOfFile(foreign, 'a'.repeat(64));
    assert.deepEqual([clip?.width, clip?.height, clip?.chapters[0]?.seconds], [64, 32, 4]);
    const boxId = Buffer.from('5f0c6b1e8d3a4c27b9e47a52c1d860f3', 'hex');
    const stories = [
      '',
      '{',
      '[]',
      '{"version":1,"chapters":[]}',
      JSON.stringify({ version: 1, chapters: [chapter({ seconds: 1e9 })] }),
    ];
    for (const story of stories) {
      const lying = appendUuidBox(foreign, boxId, Buffer.from(story));
      assert.equal(readStory(lying), undefined, story);
      assert.equal(clipOfFile(lying, 'a'.repeat(64))?.chapters[0]?.prompt, 'Uploaded clip');
    }
    const honest = JSON.stringify({ version: 1, chapters: [chapter()] });
    assert.equal(readStory(appendUuidBox(foreign, boxId, Buffer.from(honest)))?.length, 1);
  });

  it('that are none are told apart, whatever their bytes are', () => {
    const nothing = [new Uint8Array(), new Uint8Array(7), Buffer.from('This is no video at all, only a text.')];
    const endless = Buffer.from('0000000066747970ffffffff6d6f6f76', 'hex');
    const huge = Buffer.concat([Buffer.from('00000001', 'hex'), Buffer.from('moov'), Buffer.alloc(8, 0xff)]);
    for (const file of [...nothing, endless, huge]) assert.equal(clipOfFile(new Uint8Array(file), 'x'), undefined);
  });
});
