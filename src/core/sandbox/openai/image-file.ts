/** What is known of an uploaded picture from its first bytes, and the rules it has to keep. */
import { imageSize } from 'image-size';
import type { ImageLimits } from '../../catalog/model.ts';
import { badRequest } from './envelope.ts';

/** What may be sent. */
export type PictureRules = Pick<ImageLimits, 'maxReferenceBytes' | 'referenceTypes' | 'squareReferences'>;

export interface ImageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mime: 'image/png' | 'image/jpeg' | 'image/webp';
  readonly width: number;
  readonly height: number;
  readonly hasAlpha: boolean;
}

const mimeTypes = { png: 'image/png', jpg: 'image/jpeg', webp: 'image/webp' } as const;
/** Larger ones would take the drawing thread's memory; 100 megapixels. */
const maxPixels = 100_000_000;

/**
 * `declared` is the media type that came with the file, `''` for none.
 * @throws OpenaiRefusal where it is no picture of the types that the model takes
 */
export function readImageFile(
  bytes: Uint8Array<ArrayBuffer>,
  declared: string,
  param: string,
  limits: PictureRules,
): ImageFile {
  if (bytes.length === 0) throw badRequest('empty_image_file', param, `The file '${param}' is empty.`);
  if (bytes.length >= limits.maxReferenceBytes) {
    throw badRequest(
      'image_file_too_large',
      param,
      `The file '${param}' must be smaller than ${megabytes(limits.maxReferenceBytes)} MB.`,
    );
  }
  const types = limits.referenceTypes;
  const header = headerOf(bytes);
  const mime = header === undefined ? undefined : mimeTypes[header.type];
  if (
    header === undefined ||
    mime === undefined ||
    !types.includes(mime) ||
    (declared !== '' && !types.includes(declared))
  ) {
    const shown = declared === '' ? (mime ?? 'unknown') : declared;
    throw badRequest(
      'unsupported_file_mimetype',
      param,
      `Invalid file '${param}': unsupported mimetype ('${shown}'). Supported file formats are ${types.map((type) => `'${type}'`).join(', ')}.`,
    );
  }
  const { width, height } = header;
  if (width * height > maxPixels)
    throw badRequest('image_too_large', param, `The picture '${param}' has too many pixels.`);
  if (limits.squareReferences === true && width !== height) {
    throw badRequest('invalid_image_format', param, `Invalid input image - it must be square, got ${width}x${height}.`);
  }
  return { bytes, mime, width, height, hasAlpha: mime === 'image/png' && pngHasAlpha(bytes) };
}

/** A mask or markup: a PNG with alpha as large as the first picture. @throws OpenaiRefusal */
export function readOverlayFile(
  bytes: Uint8Array<ArrayBuffer>,
  declared: string,
  param: string,
  limits: ImageLimits,
  first: ImageFile,
): ImageFile {
  const overlay = readImageFile(bytes, declared, param, {
    ...limits,
    maxReferenceBytes: limits.maxMaskBytes,
    referenceTypes: ['image/png'],
  });
  if (!overlay.hasAlpha)
    throw badRequest('invalid_image_format', param, `Invalid ${param} image - it needs an alpha channel.`);
  if (overlay.width !== first.width || overlay.height !== first.height) {
    throw badRequest(
      'invalid_image_format',
      param,
      `Invalid ${param} image - its size ${overlay.width}x${overlay.height} does not match the image's ${first.width}x${first.height}.`,
    );
  }
  return overlay;
}

function headerOf(bytes: Uint8Array): { type: keyof typeof mimeTypes; width: number; height: number } | undefined {
  try {
    const { type, width, height } = imageSize(bytes);
    return type !== undefined && type in mimeTypes && width > 0 && height > 0
      ? { type: type as keyof typeof mimeTypes, width, height }
      : undefined;
  } catch {
    return undefined;
  }
}

/** By its colour type, or a chunk that makes colours of it transparent. https://www.w3.org/TR/png-3/#11IHDR */
function pngHasAlpha(bytes: Uint8Array): boolean {
  const colorType = bytes[25] ?? 0;
  if (colorType === 4 || colorType === 6) return true;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 8; offset + 8 <= bytes.length;) {
    const type = Buffer.from(bytes.subarray(offset + 4, offset + 8)).toString('latin1');
    if (type === 'tRNS') return true;
    if (type === 'IDAT') return false;
    offset += view.getUint32(offset) + 12;
  }
  return false;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
