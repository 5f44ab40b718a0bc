import { strictBase64 } from '../foreign-text.ts';
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
  const bytes = strictBase64(encoded);
  if (bytes === undefined) throwBadAnswer(`${host} sent ${what} that can't be decoded.`);
  return bytes;
}

export function encodeInline(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
