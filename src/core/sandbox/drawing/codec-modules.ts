/**
 * The WebAssembly codecs: compiled from the files that the packages ship, which lie in `node_modules` when the sources
 * run and beside the code in the bundle.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const codecFiles = {
  jpegDecoder: '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm',
  jpegEncoder: '@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm',
  webpDecoder: '@jsquash/webp/codec/dec/webp_dec.wasm',
  webpEncoder: '@jsquash/webp/codec/enc/webp_enc_simd.wasm',
} as const;

/** What the packages' `init` takes in place of finding and loading their files themselves. */
interface CodecOptions {
  instantiateWasm(imports: WebAssembly.Imports, ready: (instance: WebAssembly.Instance) => void): WebAssembly.Exports;
  print(): void;
  printErr(): void;
}

export async function codecOptions(name: keyof typeof codecFiles): Promise<CodecOptions> {
  const module = await WebAssembly.compile(await readFile(codecPath(codecFiles[name])));
  return {
    instantiateWasm(imports, ready) {
      const instance = new WebAssembly.Instance(module, imports);
      ready(instance);
      return instance.exports;
    },
    // their remarks would end up in the standard error of whoever draws
    print() {},
    printErr() {},
  };
}

function codecPath(file: string): string | URL {
  if (import.meta.url.endsWith('.ts')) return createRequire(import.meta.url).resolve(file);
  return new URL(`./${file.slice(file.lastIndexOf('/') + 1)}`, import.meta.url);
}
