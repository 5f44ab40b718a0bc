/** Requests for clips, checked as strictly as the API checks them. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { findModel } from '../../catalog/catalog.ts';
import type { VideoModel } from '../../catalog/model.ts';
import { generalVideoModel } from '../../catalog/openai-videos.ts';
import { formatSize, parseSize, type Size } from '../../catalog/sizes.ts';
import { textParameter } from '../../generation.ts';
import { clipOfFile, type EarlierClip } from '../videos/chapters.ts';
import { badRequest } from './envelope.ts';
import { readImageFile, type ImageFile } from './image-file.ts';
import { referencedUpload, type Upload } from './image-inputs.ts';
import { checkParameter, missingParameter, unknownParameter, wrongType } from './parameter-check.ts';
import type { RequestBody } from './request-body.ts';

export interface ClipAsk {
  /** With directives. */
  readonly prompt: string;
  readonly model: VideoModel;
  readonly size: Size;
  readonly seconds: number;
  readonly firstFrame?: ImageFile;
  readonly seed?: number;
}

const defaultSize = '720x1280';
const defaultSeconds = '4';
/** Of models that the sandbox doesn't know. */
const smallestEdge = 16;
const largestEdge = 4096;
const longestSeconds = 60;
const maxPromptCharacters = 32_000;

const videoSizeSchema = z.string().refine(isDrawable, {
  error: `size must be WIDTHxHEIGHT with even edges of ${smallestEdge} to ${largestEdge} pixels`,
});
const secondsSchema = z
  .string()
  .refine((text) => /^\d{1,3}(\.\d{1,3})?$/.test(text) && Number(text) > 0 && Number(text) <= longestSeconds, {
    error: `seconds must be a number up to ${longestSeconds}`,
  });

function isDrawable(text: string): boolean {
  const size = parseSize(text);
  if (size === undefined) return false;
  return [size.width, size.height].every((edge) => edge % 2 === 0 && edge >= smallestEdge && edge <= largestEdge);
}

/** A model of the catalog that speaks this protocol, or for other names what the protocol has. */
function clipModel(name: unknown): VideoModel {
  if (name !== undefined && typeof name !== 'string') throw wrongType('model', 'a string', name);
  if (name === '') throw badRequest('invalid_value', 'model', "Invalid value: ''. A model must be named.");
  const model = findModel(name ?? 'sora-2');
  if (model?.kind === 'image') {
    throw badRequest('invalid_value', 'model', `Invalid value: '${model.id}'. The model does not support video.`);
  }
  return model?.protocol === 'openai' ? model : generalVideoModel(name ?? '');
}

/** `POST /videos`. @throws OpenaiRefusal naming the first thing that is wrong */
export async function readClipAsk(body: RequestBody): Promise<ClipAsk> {
  const { prompt, model: modelName, input_reference: reference, ...rest } = body.fields;
  const model = clipModel(modelName);
  const known = model.vendor === 'openai';
  const schemas: Readonly<Record<string, z.ZodType>> = known
    ? { ...model.parameters.shape, seconds: z.enum(['4', '8', '12']) }
    : { ...model.parameters.shape, size: videoSizeSchema, seconds: secondsSchema };
  const parameters: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(rest)) {
    const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    // other servers have parameters of their own
    if (schema === undefined && known) throw unknownParameter(name);
    if (value === null && !known) continue;
    parameters[name] = schema === undefined ? value : checkParameter(name, value, schema, body.type === 'form');
  }
  checkFiles(body, ['input_reference']);
  const text = readPrompt(prompt);
  const size = parseSize(textParameter(parameters, 'size') ?? defaultSize) ?? { width: 720, height: 1280 };
  const firstFrame = await readFirstFrame(body, reference, model, size);
  return {
    prompt: text,
    model,
    size,
    seconds: Number(parameters['seconds'] ?? defaultSeconds),
    ...(firstFrame === undefined ? {} : { firstFrame }),
    ...(typeof parameters['seed'] === 'number' ? { seed: parameters['seed'] } : {}),
  };
}

export function readPrompt(prompt: unknown): string {
  if (prompt === undefined) throw missingParameter('prompt');
  return checkParameter('prompt', prompt, z.string().min(1).max(maxPromptCharacters), false) as string;
}

/** Refuses files under names that take none. */
export function checkFiles({ files }: RequestBody, names: readonly string[]): void {
  for (const name of Object.keys(files)) {
    if (!names.includes(name)) throw unknownParameter(name);
  }
}

async function readFirstFrame(
  body: RequestBody,
  reference: unknown,
  { limits }: VideoModel,
  size: Size,
): Promise<ImageFile | undefined> {
  const name = 'input_reference';
  const upload = await oneUpload(body, name, reference, () => referencedUpload(reference, name));
  if (upload === undefined) return undefined;
  const picture = readImageFile(upload.bytes, upload.mime, name, {
    maxReferenceBytes: limits.maxImageBytes,
    referenceTypes: limits.imageTypes,
  });
  if (limits.exactFrames && (picture.width !== size.width || picture.height !== size.height)) {
    throw badRequest(
      'invalid_image_size',
      name,
      `Inpaint image must match the requested width and height: it is ${picture.width}x${picture.height}, requested is ${formatSize(size)}.`,
    );
  }
  return picture;
}

async function oneUpload(
  { files }: RequestBody,
  name: string,
  field: unknown,
  referenced: () => Upload,
): Promise<Upload | undefined> {
  const [file, ...others] = files[name] ?? [];
  if (others.length > 0 || (file !== undefined && field !== undefined)) throw wrongType(name, 'one file', []);
  if (file !== undefined) return { bytes: new Uint8Array(await file.arrayBuffer()), mime: file.type };
  if (field === undefined) return undefined;
  return referenced();
}

/** The clip that an edit or extension starts from, by its id or as a file. */
export type SourceAsk = { readonly id: string } | { readonly clip: EarlierClip };

const maxVideoBytes = 100 * 1024 * 1024;

/** @throws OpenaiRefusal */
export async function readSource(body: RequestBody): Promise<SourceAsk> {
  const { video } = body.fields;
  const upload = await oneUpload(body, 'video', video, () => ({ bytes: new Uint8Array(), mime: '' }));
  if (upload === undefined) throw missingParameter('video');
  if (video !== undefined) {
    if (typeof video !== 'object' || video === null || Array.isArray(video))
      throw wrongType('video', 'an object', video);
    const { id, ...others } = video as Record<string, unknown>;
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) throw unknownParameter(`video.${unknown}`);
    if (id === undefined) throw missingParameter('video.id');
    if (typeof id !== 'string') throw wrongType('video.id', 'a string', id);
    return { id };
  }
  if (upload.bytes.length > maxVideoBytes)
    throw badRequest('video_file_too_large', 'video', "The file 'video' must be smaller than 100 MB.");
  const clip = clipOfFile(upload.bytes, createHash('sha256').update(upload.bytes).digest('hex'));
  if (clip === undefined)
    throw badRequest('invalid_video', 'video', "Invalid file 'video': it could not be read as an MP4 video.");
  return { clip };
}

/** Seconds that an extension adds: the API's text says 4 to 20, its schema stops at 12. */
export function readExtensionSeconds(value: unknown, fromForm: boolean): number {
  if (value === undefined) throw missingParameter('seconds');
  return Number(checkParameter('seconds', value, z.enum(['4', '8', '12', '16', '20']), fromForm));
}
