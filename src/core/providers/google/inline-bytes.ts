import { throwBadAnswer } from './errors.ts';

/** A clip inside an answer may have this many bytes. */
export const maxClipBytes = 100_000_000;
/** A picture inside an answer may have this many bytes. */
export const maxPictureBytes = 64 * 1024 * 1024;

/** Strict base64, its length checked before decoding. @throws ShotlistError `bad_response` */
export function decodeInline(encoded: string, maxBytes: number, what: string, host: string): Uint8Array {
  if (encoded.length > Math.ceil(maxBytes / 3) * 4 + 4) {
    throwBadAnswer(`${host} sent ${what} of more than ${Math.floor(maxBytes / 1_000_000)} MB inside its answer.`);
  }
  const length = encoded.endsWith('==')
    ? encoded.length - 2
    : encoded.endsWith('=')
      ? encoded.length - 1
      : encoded.length;
  // Buffer skips what is no base64: a wrong length is what shows it
  const bytes = Buffer.from(encoded, 'base64');
  if (length === 0 || length % 4 === 1 || bytes.length !== Math.floor((length * 3) / 4)) {
    throwBadAnswer(`${host} sent ${what} that can't be decoded.`);
  }
  return bytes;
}

export function encodeInline(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
