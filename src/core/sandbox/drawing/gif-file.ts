/** Writes an animation that repeats for ever. */
import gifenc from 'gifenc';
import type { Pixels } from './picture.ts';

const maxColors = 256;
/** Pixels looked at to choose the colours; more make no visible difference. */
const sampledPixels = 40_000;

/** Frames of one size; colours are chosen from the first, so that they don't flicker. Delays are kept in 10 ms steps. */
export function encodeGif(frames: Iterable<Pixels>, frameDurationMs: number): Uint8Array<ArrayBuffer> {
  const encoder = gifenc.GIFEncoder();
  let palette: number[][] | undefined;
  for (const frame of frames) {
    const chosen = palette ?? gifenc.quantize(samplePixels(frame), maxColors);
    const options = { delay: frameDurationMs, repeat: 0, ...(palette === undefined ? { palette: chosen } : {}) };
    encoder.writeFrame(gifenc.applyPalette(frame.data, chosen), frame.width, frame.height, options);
    palette = chosen;
  }
  encoder.finish();
  return new Uint8Array(encoder.bytes());
}

function samplePixels({ data }: Pixels): Uint8Array {
  const count = data.length / 4;
  // a prime step meets every column of a picture in turn
  const step = count > sampledPixels ? 2 * Math.floor(count / sampledPixels / 2) + 1 : 1;
  const sample = new Uint8Array(Math.floor(count / step) * 4);
  for (let index = 0; index < sample.length / 4; index++) {
    sample.set(data.subarray(index * step * 4, index * step * 4 + 4), index * 4);
  }
  return sample;
}
