/** Pixels to pixels: fitting, blurring, mirroring, tinting. */
import type { Rgb } from './color.ts';
import type { Pixels } from './picture.ts';

/** The middle of `source`, scaled so that it fills `width` by `height`. */
export function coverPixels(source: Pixels, width: number, height: number): Pixels {
  const scale = Math.max(width / source.width, height / source.height);
  let reduced = source;
  let remaining = scale;
  while (remaining <= 0.5 && reduced.width > 1 && reduced.height > 1) {
    reduced = halvePixels(reduced);
    remaining = Math.max(width / reduced.width, height / reduced.height);
  }
  const step = 1 / remaining;
  return samplePixels(
    reduced,
    width,
    height,
    step,
    (reduced.width - width * step) / 2,
    (reduced.height - height * step) / 2,
  );
}

/** The middle of `source` at the same size, `factor` times as large; 1 is the picture as it is. */
export function zoomPixels(source: Pixels, factor: number): Pixels {
  if (factor === 1) return source;
  const { width, height } = source;
  const step = 1 / factor;
  return samplePixels(source, width, height, step, (width - width * step) / 2, (height - height * step) / 2);
}

/** As the picture looks before it is finished: only shapes of about `grain` pixels are to be seen. */
export function blurPixels(source: Pixels, grain: number): Pixels {
  const small = coarsePixels(source, grain);
  return samplePixels(small, source.width, source.height, 1 / grain, 0, 0);
}

export function mirrorPixels(source: Pixels): Pixels {
  const data = new Uint8Array(source.data.length);
  for (let y = 0; y < source.height; y++) {
    for (let x = 0; x < source.width; x++) {
      const from = (y * source.width + x) * 4;
      data.set(source.data.subarray(from, from + 4), (y * source.width + source.width - 1 - x) * 4);
    }
  }
  return { ...source, data };
}

/** Keeps light and dark and pulls the colours towards `dark` to `light` by `amount`. */
export function tonePixels(source: Pixels, dark: Rgb, light: Rgb, amount: number): Pixels {
  const data = new Uint8Array(source.data);
  for (let offset = 0; offset < data.length; offset += 4) {
    const [red = 0, green = 0, blue = 0] = data.subarray(offset, offset + 3);
    const luminance = (red * 0.2126 + green * 0.7152 + blue * 0.0722) / 255;
    for (let part = 0; part < 3; part++) {
      const toned = (dark[part] ?? 0) + ((light[part] ?? 0) - (dark[part] ?? 0)) * luminance;
      data[offset + part] = (data[offset + part] ?? 0) * (1 - amount) + toned * amount + 0.5;
    }
  }
  return { ...source, data };
}

/** `source` with its alpha multiplied by `keep(alpha of other)`; both of the same size. */
export function cutPixels(source: Pixels, other: Pixels, keep: (alpha: number) => number): Pixels {
  const data = new Uint8Array(source.data);
  for (let offset = 3; offset < data.length; offset += 4) {
    data[offset] = ((data[offset] ?? 0) * keep(other.data[offset] ?? 0)) / 255 + 0.5;
  }
  return { ...source, data };
}

export function hasTransparency({ data }: Pixels): boolean {
  for (let offset = 3; offset < data.length; offset += 4) {
    if ((data[offset] ?? 255) < 255) return true;
  }
  return false;
}

function halvePixels(source: Pixels): Pixels {
  return coarsePixels(source, 2);
}

/** Means of squares of `grain` pixels; colours count by their alpha. */
function coarsePixels(source: Pixels, grain: number): Pixels {
  const width = Math.ceil(source.width / grain);
  const height = Math.ceil(source.height / grain);
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    const bottom = Math.min(source.height, (y + 1) * grain);
    for (let x = 0; x < width; x++) {
      const right = Math.min(source.width, (x + 1) * grain);
      let red = 0;
      let green = 0;
      let blue = 0;
      let alpha = 0;
      let count = 0;
      for (let row = y * grain; row < bottom; row++) {
        for (let column = x * grain; column < right; column++) {
          const from = (row * source.width + column) * 4;
          const weight = source.data[from + 3] ?? 0;
          red += (source.data[from] ?? 0) * weight;
          green += (source.data[from + 1] ?? 0) * weight;
          blue += (source.data[from + 2] ?? 0) * weight;
          alpha += weight;
          count++;
        }
      }
      const to = (y * width + x) * 4;
      data[to] = red / (alpha || 1) + 0.5;
      data[to + 1] = green / (alpha || 1) + 0.5;
      data[to + 2] = blue / (alpha || 1) + 0.5;
      data[to + 3] = alpha / count + 0.5;
    }
  }
  return { width, height, data };
}

/** Pixels of a grid that begins at `left`, `top` of the source and goes on by `step`, mixed from the four nearest. */
function samplePixels(source: Pixels, width: number, height: number, step: number, left: number, top: number): Pixels {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    const sourceY = Math.min(source.height - 1, Math.max(0, top + (y + 0.5) * step - 0.5));
    const y0 = Math.floor(sourceY);
    const y1 = Math.min(source.height - 1, y0 + 1);
    const weightY = sourceY - y0;
    for (let x = 0; x < width; x++) {
      const sourceX = Math.min(source.width - 1, Math.max(0, left + (x + 0.5) * step - 0.5));
      const x0 = Math.floor(sourceX);
      const x1 = Math.min(source.width - 1, x0 + 1);
      const weightX = sourceX - x0;
      const a = (y0 * source.width + x0) * 4;
      const b = (y0 * source.width + x1) * 4;
      const c = (y1 * source.width + x0) * 4;
      const d = (y1 * source.width + x1) * 4;
      const to = (y * width + x) * 4;
      for (let part = 0; part < 4; part++) {
        const upper = (source.data[a + part] ?? 0) * (1 - weightX) + (source.data[b + part] ?? 0) * weightX;
        const lower = (source.data[c + part] ?? 0) * (1 - weightX) + (source.data[d + part] ?? 0) * weightX;
        data[to + part] = upper * (1 - weightY) + lower * weightY + 0.5;
      }
    }
  }
  return { width, height, data };
}
