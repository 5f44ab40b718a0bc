/** The frames of a clip before they are encoded. */
import type { Pixels } from '../picture.ts';
import { coverPixels } from '../pixels.ts';
import { paintPixels } from '../raster.ts';
import { frameRateOf, type Chapter, type ClipOrder } from './clip-order.ts';
import { createComposer } from './compose-chapter.ts';
import { drawCounter } from './counter.ts';
import { doubleYuv, mixYuv, yuvOf, type Yuv } from './yuv.ts';

/** How long the motion of a scene takes until it begins again. */
const loopSeconds = 4;
/** Pictures that are painted for one loop, or for one clip from a picture; those between are mixed. */
const paintedOfSmall = 24;
const paintedOfLarge = 16;
const smallPixels = 640 * 360;
/** Larger clips are painted at half their size. */
const wholePixels = 1920 * 1200;
/** How long an earlier chapter fades into the next. */
const fadeSeconds = 1;
/** When an input picture for the last frame begins to show, as part of its chapter. */
const lastFrameFrom = 0.45;

export interface ClipFrames {
  readonly count: number;
  readonly frameRate: number;
  /** The frame with its counter; numbers from 0. Cheapest one after the other. */
  frame(index: number): Yuv;
}

interface ChapterFrames {
  /** Of the whole clip. */
  readonly start: number;
  readonly count: number;
  /** Without counter; `index` within the chapter. */
  frame(index: number): Yuv;
}

export function createClipFrames(
  order: Omit<ClipOrder, 'chapters' | 'output'>,
  chapters: readonly Chapter<Pixels>[],
): ClipFrames {
  const { width, height } = order;
  const frameRate = frameRateOf(order);
  const halved = width * height > wholePixels;
  const painted = halved ? { width: even(width / 2), height: even(height / 2) } : { width, height };
  let start = 0;
  const parts = chapters.map((chapter): ChapterFrames => {
    const count = Math.max(1, Math.round(chapter.seconds * frameRate));
    const part = { start, count, frame: createChapterFrames(chapter, count, frameRate, painted, order) };
    start += count;
    return part;
  });
  const fadeFrames = Math.round(fadeSeconds * frameRate);
  const plainFrame = (index: number): Yuv => {
    const number = Math.max(
      0,
      parts.findLastIndex((part) => part.start <= index),
    );
    const part = parts[number];
    if (part === undefined) throw new RangeError('A clip has at least one chapter.');
    const local = index - part.start;
    const frame = part.frame(local);
    const before = parts[number - 1];
    // the next chapter starts as the one before ended
    return before === undefined || local >= fadeFrames
      ? frame
      : mixYuv(before.frame(before.count - 1), frame, local / fadeFrames);
  };
  return {
    count: start,
    frameRate,
    frame(index) {
      const plain = plainFrame(index);
      const whole = halved ? doubleYuv(plain) : plain;
      return drawCounter(whole, index, { width, height, frameRate, frames: start });
    },
  };
}

function createChapterFrames(
  chapter: Chapter<Pixels>,
  count: number,
  frameRate: number,
  size: { readonly width: number; readonly height: number },
  clip: { readonly width: number; readonly height: number },
): (index: number) => Yuv {
  const compose = createComposer(chapter, size.width, size.height);
  const steps = clip.width * clip.height <= smallPixels ? paintedOfSmall : paintedOfLarge;
  const known = new Map<number, Yuv>();
  const paint = (step: number, moment: Parameters<typeof compose>[0]): Yuv => {
    const painted = known.get(step) ?? yuvOf(paintPixels(compose(moment)), clip);
    known.set(step, painted);
    return painted;
  };
  // a picture moves once through the chapter, a scene round and round
  const once = chapter.firstFrame !== undefined;
  const at = (index: number): Yuv => {
    const progress = count < 2 ? 0 : index / (count - 1);
    const place = once ? progress * (steps - 1) : (((index / frameRate) % loopSeconds) / loopSeconds) * steps;
    const step = Math.floor(place + 1e-9);
    const next = once ? Math.min(steps - 1, step + 1) : (step + 1) % steps;
    const momentOf = (number: number): Parameters<typeof compose>[0] =>
      once ? { phase: 0, progress: number / (steps - 1) } : { phase: number / steps, progress: 0 };
    return mixYuv(paint(step, momentOf(step)), paint(next, momentOf(next)), Math.max(0, place - step));
  };
  const { lastFrame } = chapter;
  if (lastFrame === undefined) return at;
  const last = yuvOf(flattened(coverPixels(lastFrame, size.width, size.height)), clip);
  return (index) => {
    const progress = count < 2 ? 0 : index / (count - 1);
    const amount = Math.max(0, (progress - lastFrameFrom) / (1 - lastFrameFrom));
    return mixYuv(at(index), last, amount);
  };
}

/** Over white, since clips have no transparency. */
function flattened(pixels: Pixels): Pixels {
  const white = { width: pixels.width, height: pixels.height, data: new Uint8Array(pixels.data.length).fill(255) };
  return paintPixels({
    width: pixels.width,
    height: pixels.height,
    title: '',
    scene: [
      { type: 'image', pixels: white, x: 0, y: 0 },
      { type: 'image', pixels, x: 0, y: 0 },
    ],
    overlay: [],
  });
}

function even(value: number): number {
  return 2 * Math.round(value / 2);
}
