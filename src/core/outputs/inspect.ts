/** Looks into pictures: dimensions, transparency and provenance data, without decoding more than is needed. */
import { imageSize as readImageSize } from 'image-size';
import { pngChunks, webpChunks } from './chunks.ts';
import { pngHasTransparency } from './png-transparency.ts';

/** Pixels as the file's header says; undefined for what can't be read. */
export function imageSize(bytes: Uint8Array, mime: string): { width: number; height: number } | undefined {
  if (!mime.startsWith('image/')) return undefined;
  try {
    const { width, height } = readImageSize(bytes);
    const whole = { width: Math.round(width), height: Math.round(height) };
    return whole.width > 0 && whole.height > 0 ? whole : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether a picture has an area that isn't opaque. A PNG is searched pixel by pixel (never long at a time); a WebP is
 * believed what its header declares, a GIF what its frames declare; SVG always may; JPEG never can.
 */
export async function hasTransparency(bytes: Uint8Array, mime: string): Promise<boolean> {
  if (mime === 'image/png') return pngHasTransparency(bytes);
  if (mime === 'image/webp') return webpDeclaresAlpha(bytes);
  if (mime === 'image/gif') return gifDeclaresTransparency(bytes);
  return mime === 'image/svg+xml' || mime === 'image/avif';
}

/** Whether the bytes carry a C2PA manifest (C2PA specification 2.1, A.3: PNG `caBX`, JPEG APP11, WebP `C2PA`). */
export function carriesProvenance(bytes: Uint8Array, mime: string): boolean {
  if (mime === 'image/png') return pngChunks(bytes).some((chunk) => chunk.type === 'caBX');
  if (mime === 'image/webp') return webpChunks(bytes).some((chunk) => chunk.type === 'C2PA');
  if (mime === 'image/jpeg') return jpegHasJumbf(bytes);
  return false;
}

function webpDeclaresAlpha(bytes: Uint8Array): boolean {
  return webpChunks(bytes).some(({ type, data }) => {
    if (type === 'VP8X') return ((data[0] ?? 0) & 0x10) !== 0;
    // after the signature byte: 14 bits width, 14 bits height, then `alpha_is_used`
    if (type === 'VP8L') return ((data[4] ?? 0) & 0x10) !== 0;
    return type === 'ALPH';
  });
}

/** A graphic control extension (21 F9 04) with its transparency flag set. */
function gifDeclaresTransparency(bytes: Uint8Array): boolean {
  const buffer = asBuffer(bytes);
  const marker = Buffer.from([0x21, 0xf9, 0x04]);
  for (let at = buffer.indexOf(marker); at !== -1; at = buffer.indexOf(marker, at + 1)) {
    if (((buffer[at + 3] ?? 0) & 1) === 1) return true;
  }
  return false;
}

function jpegHasJumbf(bytes: Uint8Array): boolean {
  const buffer = asBuffer(bytes);
  const startOfScan = 0xda;
  const app11 = 0xeb;
  for (let offset = 2; offset + 4 <= buffer.length && buffer[offset] === 0xff;) {
    const marker = buffer[offset + 1];
    if (marker === startOfScan) return false;
    if (marker === app11 && buffer.toString('latin1', offset + 4, offset + 6) === 'JP') return true;
    offset += 2 + buffer.readUInt16BE(offset + 2);
  }
  return false;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
