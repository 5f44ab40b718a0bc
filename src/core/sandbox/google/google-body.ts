/** Reads bodies of Google's APIs, which are JSON, and the pictures and clips inside. */
import { createHash } from 'node:crypto';
import { imageSize } from 'image-size';
import type * as z from 'zod';
import type { Call } from '../router.ts';
import { clipOfFile, type EarlierClip } from '../videos/chapters.ts';
import { invalidArgument } from './google-answer.ts';

/** @throws GoogleRefusal naming the first thing that is wrong */
export async function readGoogleBody<Schema extends z.ZodType>(
  { request }: Call,
  schema: Schema,
): Promise<z.infer<Schema>> {
  let value: unknown;
  try {
    value = JSON.parse(await request.text());
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw invalidArgument('Invalid JSON payload received. Unexpected token.');
  }
  return checkGoogle(value, schema);
}

/** @throws GoogleRefusal */
export function checkGoogle<Schema extends z.ZodType>(value: unknown, schema: Schema, at = ''): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = [...(at === '' ? [] : [at]), ...(issue?.path ?? [])].join('.');
  if (issue?.code === 'unrecognized_keys') {
    throw invalidArgument(
      `Invalid JSON payload received. Unknown name "${issue.keys[0] ?? ''}"${path === '' ? '' : ` at '${path}'`}: Cannot find field.`,
    );
  }
  throw invalidArgument(`Invalid value at '${path}': ${issue?.message ?? 'it is not supported'}.`);
}

const pictureTypes: Readonly<Record<string, string>> = { png: 'image/png', jpg: 'image/jpeg', webp: 'image/webp' };
const maxPixels = 100_000_000;

/** A picture in base64. `types` are the media types that the model takes. @throws GoogleRefusal */
export function readGooglePicture(
  data: string,
  declared: string | undefined,
  { types, maxBytes, at }: { readonly types: readonly string[]; readonly maxBytes: number; readonly at: string },
): Uint8Array<ArrayBuffer> {
  const bytes = decode(data, at);
  if (bytes.length > maxBytes) throw invalidArgument(`The picture at '${at}' is too large.`);
  const mime = pictureType(bytes, at);
  if (mime === undefined || !types.includes(mime) || (declared !== undefined && declared !== mime))
    throw invalidArgument(`Unable to process input image at '${at}': it is no ${declared ?? types.join(' or ')}.`);
  return bytes;
}

function pictureType(bytes: Uint8Array, at: string): string | undefined {
  let header;
  try {
    header = imageSize(bytes);
  } catch {
    return undefined;
  }
  if (header.width * header.height > maxPixels) throw invalidArgument(`The picture at '${at}' has too many pixels.`);
  return pictureTypes[header.type ?? ''];
}

const maxClipBytes = 100 * 1024 * 1024;

/** A clip in base64. @throws GoogleRefusal */
export function readGoogleClip(data: string, at: string): EarlierClip {
  const bytes = decode(data, at);
  if (bytes.length > maxClipBytes) throw invalidArgument(`The video at '${at}' is too large.`);
  const clip = clipOfFile(bytes, createHash('sha256').update(bytes).digest('hex'));
  if (clip === undefined) throw invalidArgument(`Unable to process input video at '${at}': it is no MP4.`);
  return clip;
}

function decode(data: string, at: string): Uint8Array<ArrayBuffer> {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(data) || data === '')
    throw invalidArgument(`Invalid value at '${at}' (TYPE_BYTES), Base64 decoding failed.`);
  return new Uint8Array(Buffer.from(data, 'base64'));
}
