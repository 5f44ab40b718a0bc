/** Looks at received bytes: what they are, and whether they are what was asked for. Nothing is ever thrown away. */
import { createHash } from 'node:crypto';
import { frameOf, lengthFromWire } from '../catalog/frames.ts';
import type { Model, VideoLimits } from '../catalog/model.ts';
import { parseSize } from '../catalog/sizes.ts';
import { extensionOf, sniffMediaType, unknownMediaType } from './media-type.ts';
import { hasTransparency, imageSize } from './inspect.ts';
import type { AssetFacts, Request } from '../generation.ts';
import type { ClipFile } from './inspect-clip.ts';

export interface Described {
  readonly facts: AssetFacts;
  /** One sentence for each way in which the file differs from what was asked for. */
  readonly warnings: readonly string[];
}

export interface Expected {
  readonly request: Request;
  readonly mime: string;
}

/** Larger files would hold up the event loop for more than a few milliseconds. */
const quickBytes = 4 * 1024 * 1024;

/** Lower-case hex SHA-256; that of a large file is computed outside the event loop's thread, on a copy. */
async function sha256Of(bytes: Uint8Array): Promise<string> {
  if (bytes.length <= quickBytes) return createHash('sha256').update(bytes).digest('hex');
  return Buffer.from(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes))).toString('hex');
}

/** Facts from the bytes alone, and warnings for another type, another size and missing transparency. */
export async function describeBytes(bytes: Uint8Array, { request, mime: expectedMime }: Expected): Promise<Described> {
  const [sha256, sniffed] = await Promise.all([sha256Of(bytes), sniffMediaType(bytes)]);
  const mime = sniffed ?? unknownMediaType;
  const size = imageSize(bytes, mime);
  const warnings: string[] = [];
  if (sniffed === undefined) {
    warnings.push('What came back is no picture or clip that Shotlist knows; it was kept as a .bin file.');
  } else if (mime !== expectedMime) {
    warnings.push(`What came back is ${mime}, not ${expectedMime}; it was kept as .${extensionOf(mime)}.`);
  }
  const asked = /^(\d+)x(\d+)$/.exec(textOf(request.parameters['size']));
  if (asked !== null && size !== undefined && (size.width !== Number(asked[1]) || size.height !== Number(asked[2]))) {
    warnings.push(`The picture is ${size.width}x${size.height}, not ${asked[0]} as asked.`);
  }
  if (request.parameters['background'] === 'transparent' && !(await hasTransparency(bytes, mime))) {
    warnings.push('A transparent background was asked for, but the picture has no transparent area.');
  }
  return { facts: { sha256, bytes: bytes.length, mime, ...size }, warnings };
}

/** The difference in length that containers and whole frames make. */
const toleranceSeconds = 0.5;

/** Facts of a clip on disk, and warnings for another type, another size and another length; reads nothing. */
export function describeClip(
  { bytes, sha256, clip }: ClipFile,
  { request, mime: expectedMime }: Expected,
  model: Model,
): Described {
  const { mime, width, height, seconds } = clip;
  const warnings: string[] = [];
  if (mime !== expectedMime) {
    const what = mime === unknownMediaType ? 'a clip of a type that Shotlist does not know' : mime;
    warnings.push(`What came back is ${what}, not ${expectedMime}; it was kept as .${extensionOf(mime)}.`);
  }
  // what is made of an earlier clip takes after that one
  if (model.kind === 'video' && request.source === undefined) {
    const frame = frameAsked(model.limits, request.parameters);
    if (frame !== undefined && (frame.width !== width || frame.height !== height)) {
      warnings.push(`The clip is ${width}x${height}, not ${frame.width}x${frame.height} as asked.`);
    }
    const asked = lengthAsked(model.limits, request.parameters);
    if (asked !== undefined && Math.abs(asked - seconds) > toleranceSeconds) {
      warnings.push(`The clip has ${seconds} seconds, not ${asked} as asked.`);
    }
  }
  return { facts: { sha256, bytes, mime, width, height, seconds }, warnings };
}

function frameAsked(
  limits: VideoLimits,
  parameters: Request['parameters'],
): { readonly width: number; readonly height: number } | undefined {
  if (limits.frames.length > 0) return frameOf(limits, parameters);
  return limits.frameParameters === 'size' ? parseSize(textOf(parameters['size'])) : undefined;
}

/** Defaults are left out of requests, so that nothing asked is the usual where that is known. */
function lengthAsked({ length }: VideoLimits, parameters: Request['parameters']): number | undefined {
  const asked = lengthFromWire(parameters[length.parameter]);
  return asked ?? (length.values.length > 0 ? length.usual : undefined);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
