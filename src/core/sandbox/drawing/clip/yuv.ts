/** Frames as encoders take them: brightness for each pixel, colour for each square of four. */
import type { Pixels } from '../picture.ts';

/** I420 in limited range: the plane of brightness, then those of the blue and the red difference. Even edges. */
export interface Yuv {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

interface Weights {
  readonly red: number;
  readonly blue: number;
}

/** Players take clips of this height and more for BT.709 and lower ones for BT.601 where the file doesn't say. */
const highDefinitionEdge = 720;

function weightsOf({ width, height }: { readonly width: number; readonly height: number }): Weights {
  return Math.min(width, height) >= highDefinitionEdge ? { red: 0.2126, blue: 0.0722 } : { red: 0.299, blue: 0.114 };
}

/** `frame` is the size of the clip, which decides on the colour space; alpha is ignored. */
export function yuvOf(pixels: Pixels, frame: { readonly width: number; readonly height: number }): Yuv {
  const { width, height, data: rgba } = pixels;
  const { red: kr, blue: kb } = weightsOf(frame);
  const kg = 1 - kr - kb;
  const data = new Uint8Array((width * height * 3) / 2);
  const blueStart = width * height;
  const redStart = blueStart + blueStart / 4;
  const scale = 219 / 255;
  const blueScale = 224 / 255 / (2 * (1 - kb));
  const redScale = 224 / 255 / (2 * (1 - kr));
  for (let y = 0; y < height; y += 2) {
    let chroma = (y / 2) * (width / 2);
    for (let x = 0; x < width; x += 2, chroma++) {
      let redSum = 0;
      let blueSum = 0;
      let lumaSum = 0;
      for (let corner = 0; corner < 4; corner++) {
        const at = (y + (corner >> 1)) * width + x + (corner & 1);
        const red = rgba[at * 4] ?? 0;
        const blue = rgba[at * 4 + 2] ?? 0;
        const luma = kr * red + kg * (rgba[at * 4 + 1] ?? 0) + kb * blue;
        data[at] = luma * scale + 16.5;
        redSum += red;
        blueSum += blue;
        lumaSum += luma;
      }
      data[blueStart + chroma] = ((blueSum - lumaSum) / 4) * blueScale + 128.5;
      data[redStart + chroma] = ((redSum - lumaSum) / 4) * redScale + 128.5;
    }
  }
  return { width, height, data };
}

export function pixelsOf({ width, height, data: yuv }: Yuv): Pixels {
  const { red: kr, blue: kb } = weightsOf({ width, height });
  const kg = 1 - kr - kb;
  const data = new Uint8ClampedArray(width * height * 4);
  const blueStart = width * height;
  const redStart = blueStart + blueStart / 4;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const chroma = (y >> 1) * (width / 2) + (x >> 1);
      const luma = (((yuv[y * width + x] ?? 0) - 16) * 255) / 219;
      const blue = luma + ((((yuv[blueStart + chroma] ?? 0) - 128) * 255) / 224) * 2 * (1 - kb);
      const red = luma + ((((yuv[redStart + chroma] ?? 0) - 128) * 255) / 224) * 2 * (1 - kr);
      const to = (y * width + x) * 4;
      data[to] = red;
      data[to + 1] = (luma - kr * red - kb * blue) / kg;
      data[to + 2] = blue;
      data[to + 3] = 255;
    }
  }
  return { width, height, data: new Uint8Array(data.buffer) };
}

/** From `a` at 0 to `b` at 1; both of one size. */
export function mixYuv(a: Yuv, b: Yuv, amount: number): Yuv {
  if (amount <= 0) return a;
  if (amount >= 1) return b;
  const data = new Uint8Array(a.data.length);
  const weight = Math.round(amount * 256);
  const from = a.data;
  const to = b.data;
  for (let index = 0; index < data.length; index++) {
    const low = from[index] ?? 0;
    data[index] = low + ((((to[index] ?? 0) - low) * weight + 128) >> 8);
  }
  return { width: a.width, height: a.height, data };
}

/** Twice as wide and high. */
export function doubleYuv({ width, height, data: small }: Yuv): Yuv {
  const data = new Uint8Array(small.length * 4);
  const doublePlane = (from: number, planeWidth: number, planeHeight: number, to: number): void => {
    const stride = planeWidth * 2;
    for (let y = 0; y < planeHeight * 2; y++) {
      const near = Math.min(planeHeight - 1, Math.max(0, y >> 1));
      const far = Math.min(planeHeight - 1, Math.max(0, near + (y % 2 === 0 ? -1 : 1)));
      const nearRow = from + near * planeWidth;
      const farRow = from + far * planeWidth;
      let left = ((small[nearRow] ?? 0) * 3 + (small[farRow] ?? 0)) >> 2;
      let here = left;
      for (let x = 0; x < planeWidth; x++) {
        const next = Math.min(planeWidth - 1, x + 1);
        const right = ((small[nearRow + next] ?? 0) * 3 + (small[farRow + next] ?? 0)) >> 2;
        const at = to + y * stride + x * 2;
        data[at] = (here * 3 + left) >> 2;
        data[at + 1] = (here * 3 + right) >> 2;
        left = here;
        here = right;
      }
    }
  };
  const plane = width * height;
  doublePlane(0, width, height, 0);
  doublePlane(plane, width / 2, height / 2, plane * 4);
  doublePlane(plane + plane / 4, width / 2, height / 2, plane * 5);
  return { width: width * 2, height: height * 2, data };
}

/** `top` over a copy of `base`, its corner at even `x`, `y`. */
export function pasteYuv(base: Yuv, top: Yuv, x: number, y: number): Yuv {
  const data = new Uint8Array(base.data);
  const pastePlane = (from: number, to: number, shrink: number): void => {
    const width = top.width / shrink;
    const stride = base.width / shrink;
    for (let row = 0; row < top.height / shrink; row++) {
      const start = from + row * width;
      data.set(top.data.subarray(start, start + width), to + (y / shrink + row) * stride + x / shrink);
    }
  };
  const topPlane = top.width * top.height;
  const basePlane = base.width * base.height;
  pastePlane(0, 0, 1);
  pastePlane(topPlane, basePlane, 2);
  pastePlane(topPlane * 1.25, basePlane * 1.25, 2);
  return { ...base, data };
}
