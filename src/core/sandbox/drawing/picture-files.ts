/** Pixels to files and back. Codecs load on first use. */
import { decode as decodePng } from 'fast-png';
import { codecOptions } from './codec-modules.ts';
import type { Pixels } from './picture.ts';
import { encodePng } from './png-file.ts';

/** `compression` 0–100 as in the API: 100 is the best quality. */
export async function encodePixels(
  pixels: Pixels,
  format: 'png' | 'jpeg' | 'webp',
  compression: number,
  withAlpha: boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  if (format === 'png') return withAlpha ? encodePng(pixels, true) : encodePng(pixels);
  const image = imageDataOf(pixels);
  if (format === 'jpeg') {
    const { default: encode, init } = await import('@jsquash/jpeg/encode.js');
    await init(await codecOptions('jpegEncoder'));
    // progressive scans and trellis search cost seconds on large pictures and gain little here
    return new Uint8Array(
      await encode(image, { quality: compression, baseline: true, progressive: false, optimize_coding: false }),
    );
  }
  const { default: encode, init } = await import('@jsquash/webp/encode.js');
  await init(await codecOptions('webpEncoder'));
  return new Uint8Array(await encode(image, { quality: compression, method: 1, alpha_quality: 100 }));
}

/** PNG, JPEG or WebP by their first bytes. Throws where the file can't be read. */
export async function decodePixels(file: Uint8Array): Promise<Pixels> {
  const bytes = new Uint8Array(file);
  if (bytes[0] === 0x89) return decodePngPixels(bytes);
  if (bytes[0] === 0xff) {
    const { default: decode, init } = await import('@jsquash/jpeg/decode.js');
    await init(await codecOptions('jpegDecoder'));
    return pixelsOf((await decode(bytes.buffer)) as CodecImage);
  }
  const { default: decode, init } = await import('@jsquash/webp/decode.js');
  await init(await codecOptions('webpDecoder'));
  return pixelsOf((await decode(bytes.buffer)) as CodecImage);
}

function decodePngPixels(bytes: Uint8Array): Pixels {
  const png = decodePng(bytes);
  const { width, height, channels, palette, data: samples } = png;
  const sampleMax = palette === undefined ? 2 ** png.depth - 1 : 255;
  const data = new Uint8Array(width * height * 4);
  const level = (sample: number | undefined): number => ((sample ?? 0) * 255) / sampleMax;
  for (let index = 0; index < width * height; index++) {
    const color = palette?.[samples[index] ?? 0];
    const first = index * channels;
    const gray = channels < 3;
    data[index * 4] = color?.[0] ?? level(samples[first]);
    data[index * 4 + 1] = color?.[1] ?? level(samples[first + (gray ? 0 : 1)]);
    data[index * 4 + 2] = color?.[2] ?? level(samples[first + (gray ? 0 : 2)]);
    data[index * 4 + 3] =
      color === undefined ? (channels % 2 === 0 ? level(samples[first + channels - 1]) : 255) : (color[3] ?? 255);
  }
  return { width, height, data };
}

interface CodecImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
  readonly colorSpace: 'srgb';
}

function imageDataOf({ width, height, data }: Pixels): CodecImage {
  return { width, height, data: new Uint8ClampedArray(data.buffer), colorSpace: 'srgb' };
}

function pixelsOf(image: CodecImage): Pixels {
  return { width: image.width, height: image.height, data: new Uint8Array(image.data) };
}
