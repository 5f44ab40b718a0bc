/**
 * The WebAssembly codecs: compiled from the files that the packages ship, which lie in `node_modules` when the sources
 * run and beside the code in the bundle.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

export const codecFiles = {
  jpegDecoder: '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm',
  jpegEncoder: '@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm',
  webpDecoder: '@jsquash/webp/codec/dec/webp_dec.wasm',
  webpEncoder: '@jsquash/webp/codec/enc/webp_enc_simd.wasm',
} as const;

export async function compileCodec(name: keyof typeof codecFiles): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(codecPath(codecFiles[name])));
}

function codecPath(file: string): string | URL {
  if (import.meta.url.endsWith('.ts')) return createRequire(import.meta.url).resolve(file);
  return new URL(`./${file.slice(file.lastIndexOf('/') + 1)}`, import.meta.url);
}
