/** From an order to a file: the clip, its thumbnail or its spritesheet. Runs in the painter's thread. */
import type { DrawnFile } from '../order.ts';
import type { Pixels } from '../picture.ts';
import { decodePixels, encodePixels } from '../picture-files.ts';
import { coverPixels } from '../pixels.ts';
import type { Chapter, ClipOrder } from './clip-order.ts';
import { createClipFrames, type ClipFrames } from './frames.ts';
import { clearDates } from './mp4-boxes.ts';
import { appendStory } from './story.ts';
import { pixelsOf, type Yuv } from './yuv.ts';

const sheetColumns = 4;
const sheetRows = 3;
/** Longer edge of one picture of the sheet, pixels. */
const sheetEdge = 320;
const webpQuality = 82;

/** Throws where a picture can't be decoded. */
export async function drawClip(order: ClipOrder): Promise<DrawnFile> {
  const chapters = [];
  for (const chapter of order.chapters) chapters.push(await decodeChapter(chapter));
  const frames = createClipFrames(order, chapters);
  if (order.output === 'video') return { bytes: await encodeVideo(order, frames) };
  const pixels = order.output === 'thumbnail' ? pixelsOf(frames.frame(0)) : drawSheet(order, frames);
  return { bytes: await encodePixels(pixels, 'webp', webpQuality, false) };
}

async function encodeVideo(order: ClipOrder, frames: ClipFrames): Promise<Uint8Array<ArrayBuffer>> {
  const { encodeH264 } = await import('./h264.ts');
  const { width, height } = order;
  const file = await encodeH264(allFrames(frames), { width, height, frameRate: frames.frameRate });
  clearDates(file);
  return appendStory(file, order);
}

function* allFrames(frames: ClipFrames): Generator<Yuv> {
  for (let index = 0; index < frames.count; index++) yield frames.frame(index);
}

async function decodeChapter(chapter: Chapter<Uint8Array>): Promise<Chapter<Pixels>> {
  const { firstFrame, lastFrame, references, earlier, ...rest } = chapter;
  const decoded = [];
  for (const reference of references) decoded.push(await decodePixels(reference));
  return {
    ...rest,
    references: decoded,
    ...(firstFrame === undefined ? {} : { firstFrame: await decodePixels(firstFrame) }),
    ...(lastFrame === undefined ? {} : { lastFrame: await decodePixels(lastFrame) }),
    ...(earlier === undefined
      ? {}
      : { earlier: { action: earlier.action, chapter: await decodeChapter(earlier.chapter) } }),
  };
}

/** Frames from the first to the last, row by row. */
function drawSheet({ width, height }: ClipOrder, frames: ClipFrames): Pixels {
  const scale = Math.min(1, sheetEdge / Math.max(width, height));
  const cellWidth = Math.max(1, Math.round(width * scale));
  const cellHeight = Math.max(1, Math.round(height * scale));
  const sheet = { width: cellWidth * sheetColumns, height: cellHeight * sheetRows };
  const data = new Uint8Array(sheet.width * sheet.height * 4);
  const cells = sheetColumns * sheetRows;
  for (let cell = 0; cell < cells; cell++) {
    const index = Math.round((cell * (frames.count - 1)) / (cells - 1));
    const picture = coverPixels(pixelsOf(frames.frame(index)), cellWidth, cellHeight);
    const left = (cell % sheetColumns) * cellWidth;
    const top = Math.floor(cell / sheetColumns) * cellHeight;
    for (let row = 0; row < cellHeight; row++) {
      const from = row * cellWidth * 4;
      data.set(picture.data.subarray(from, from + cellWidth * 4), ((top + row) * sheet.width + left) * 4);
    }
  }
  return { ...sheet, data };
}
