/** The running counter in the upper left: time, number of the frame, and how far the clip is. */
import { letterText, measureText } from '../lettering.ts';
import { rectangle } from '../path.ts';
import { fill, solid, type Picture } from '../picture.ts';
import { paintPixels } from '../raster.ts';
import { pasteYuv, yuvOf, type Yuv } from './yuv.ts';

export interface CounterOptions {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  /** Frames of the whole clip. */
  readonly frames: number;
}

/** A copy of the frame with the counter of the frame's number, from 0. */
export function drawCounter(frame: Yuv, index: number, options: CounterOptions): Yuv {
  const { picture, x, y } = counterPicture(index, options);
  return pasteYuv(frame, yuvOf(paintPixels(picture), options), x, y);
}

/** Time as `0:03.25`. */
export function clipTime(seconds: number): string {
  const hundredths = Math.floor(seconds * 100 + 1e-6);
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `${Math.floor(hundredths / 6000)}:${pad(Math.floor(hundredths / 100) % 60)}.${pad(hundredths % 100)}`;
}

const even = (value: number): number => 2 * Math.round(value / 2);

function counterPicture(
  index: number,
  { width, height, frameRate, frames }: CounterOptions,
): { readonly picture: Picture; readonly x: number; readonly y: number } {
  const unit = Math.min(width, height);
  const size = Math.max(4, unit * 0.034);
  const small = Math.max(3, size * 0.55);
  const padding = size * 0.6;
  const time = clipTime(index / frameRate);
  const note = `frame ${index + 1} of ${frames}`;
  // digits differ in width: the plate must not
  const textWidth = Math.max(measureText('00:00.00', size), measureText(`frame ${frames} of ${frames}`, small) * 1.1);
  const margin = even(unit * 0.045);
  const plateWidth = Math.min(width - (width % 2), even(textWidth + 2 * padding));
  const barHeight = Math.max(1, size * 0.16);
  const plateHeight = Math.min(height - (height % 2), even(padding * 2 + size + small * 1.9 + barHeight));
  const done = frames < 2 ? 1 : index / (frames - 1);
  const line = (text: string, y: number, letterSize: number): Picture['overlay'][number] => ({
    type: 'stroke',
    lines: letterText(text, padding, y, letterSize),
    width: Math.max(0.9, letterSize * 0.13),
    paint: solid([255, 252, 246]),
  });
  return {
    x: Math.min(margin, width - plateWidth),
    y: Math.min(margin, height - plateHeight),
    picture: {
      width: plateWidth,
      height: plateHeight,
      title: time,
      scene: [
        fill(rectangle(0, 0, plateWidth, plateHeight), solid([22, 24, 32])),
        fill(rectangle(0, plateHeight - barHeight, plateWidth, barHeight), solid([70, 74, 88])),
        fill(rectangle(0, plateHeight - barHeight, plateWidth * done, barHeight), solid([255, 190, 92])),
      ],
      overlay: [line(time, padding, size), line(note, padding + size + small * 0.9, small)],
    },
  };
}
