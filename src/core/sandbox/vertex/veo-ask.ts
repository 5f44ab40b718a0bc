/** A request for a clip of Veo, checked as the API checks it. Types of npm @google/genai 3.1.0. */
import * as z from 'zod';
import { findModel } from '../../catalog/catalog.ts';
import type { VideoModel } from '../../catalog/model.ts';
import { parseDirectives } from '../directives.ts';
import { invalidArgument, notFound } from '../google/google-answer.ts';
import { checkGoogle, readGoogleClip, readGooglePicture } from '../google/google-body.ts';
import { newChapter, type EarlierClip, type NewChapter, type StoryPicture } from '../videos/chapters.ts';
import type { VideoAsk } from '../videos/videos.ts';

const fileSchema = z.strictObject({
  bytesBase64Encoded: z.string().optional(),
  gcsUri: z.string().optional(),
  mimeType: z.string().optional(),
});
type WireFile = z.infer<typeof fileSchema>;

export const veoBodySchema = z.strictObject({
  instances: z
    .array(
      z.strictObject({
        prompt: z.string().max(32_000).optional(),
        image: fileSchema.optional(),
        lastFrame: fileSchema.optional(),
        video: fileSchema.optional(),
        referenceImages: z
          .array(z.strictObject({ image: fileSchema, referenceType: z.string().optional() }))
          .optional(),
      }),
    )
    .length(1, { error: 'exactly one instance is needed' }),
  parameters: z.record(z.string(), z.unknown()).default({}),
  labels: z.record(z.string(), z.string()).optional(),
});

/** Of names that the catalog doesn't know. */
const usualModel = 'veo-3.1-generate-001';
const extensionSeconds = 7;
const longestSourceSeconds = 30;

function veoModel(name: string): VideoModel {
  const model = findModel(name);
  if (model?.kind === 'video' && model.protocol === 'vertex') return model;
  const usual = findModel(usualModel);
  if (usual?.kind !== 'video' || model?.kind === 'image')
    throw notFound(`Publisher Model \`publishers/google/models/${name}\` was not found or does not make videos.`);
  return usual;
}

/** What the wire has beyond the catalog's parameters. */
const moreParameters = {
  sampleCount: z.int().min(1).max(4).optional(),
  fps: z.int().min(1).max(60).optional(),
  compressionQuality: z.enum(['optimized', 'lossless']).optional(),
  resizeMode: z.enum(['pad', 'crop']).optional(),
};

type AskedClip = Omit<VideoAsk, 'protocol' | 'idPrefix'>;

/** @throws GoogleRefusal */
export function readVeoAsk(name: string, body: z.infer<typeof veoBodySchema>): AskedClip {
  const model = veoModel(name);
  const { limits } = model;
  const [instance] = body.instances;
  if (instance === undefined) throw invalidArgument('exactly one instance is needed.');
  const { prompt = '', image, lastFrame, video, referenceImages = [] } = instance;
  const parameters = checkGoogle(body.parameters, model.parameters.extend(moreParameters), 'parameters');
  if (prompt === '' && image === undefined && video === undefined) throw invalidArgument('The prompt is empty.');
  if (referenceImages.length > 0 && (image ?? lastFrame ?? video) !== undefined)
    throw invalidArgument('referenceImages can not be used together with image, lastFrame or video.');
  if (referenceImages.length > limits.maxReferences)
    throw invalidArgument(`The model supports at most ${limits.maxReferences} reference images.`);
  if (image !== undefined && video !== undefined) throw invalidArgument('image and video can not be used together.');
  if (lastFrame !== undefined && image === undefined) throw invalidArgument('lastFrame needs an image.');
  const picture = (file: WireFile, at: string): StoryPicture =>
    readGooglePicture(bytesOf(file, at), file.mimeType, {
      at,
      types: limits.imageTypes,
      maxBytes: limits.maxImageBytes,
    });
  const earlier = video === undefined ? undefined : readGoogleClip(bytesOf(video, 'video'), 'video');
  const resolution = text(parameters['resolution']) ?? '720p';
  const seconds = secondsOf(model, parameters['durationSeconds'], resolution, earlier, referenceImages.length > 0);
  const size = earlier ?? frameOf(model, resolution, text(parameters['aspectRatio']) ?? '16:9');
  const { width, height } = size;
  const ask: NewChapter = {
    prompt: parseDirectives(prompt).text,
    model: name,
    size: `${width}x${height}`,
    seconds,
    references: referenceImages.map((reference, index) => picture(reference.image, `referenceImages[${index}]`)),
    ...(typeof parameters['seed'] === 'number' ? { seed: parameters['seed'] } : {}),
    ...(image === undefined ? {} : { firstFrame: picture(image, 'image') }),
    ...(lastFrame === undefined ? {} : { lastFrame: picture(lastFrame, 'lastFrame') }),
  };
  return { model: name, prompt, width, height, chapters: [...(earlier?.chapters ?? []), newChapter(ask)] };
}

function bytesOf({ bytesBase64Encoded, gcsUri }: WireFile, at: string): string {
  if (gcsUri !== undefined) throw invalidArgument(`The sandbox has no storage buckets: send the bytes of '${at}'.`);
  if (bytesBase64Encoded === undefined) throw invalidArgument(`'${at}' has neither bytesBase64Encoded nor gcsUri.`);
  return bytesBase64Encoded;
}

function secondsOf(
  { limits }: VideoModel,
  asked: unknown,
  resolution: string,
  earlier: EarlierClip | undefined,
  fromReferences: boolean,
): number {
  if (earlier !== undefined) {
    const source = earlier.chapters.reduce((sum, { seconds }) => sum + seconds, 0);
    if (source > longestSourceSeconds)
      throw invalidArgument(`The input video must be 1 to ${longestSourceSeconds} seconds long.`);
    if (asked !== undefined && asked !== extensionSeconds)
      throw invalidArgument(`durationSeconds must be ${extensionSeconds} for a video extension.`);
    return extensionSeconds;
  }
  const seconds = asked === undefined ? limits.length.usual : Number(asked);
  const operation = fromReferences ? 'reference' : 'generate';
  const rules = (limits.lengthRules ?? []).filter(
    (rule) => rule.resolutions?.includes(resolution) === true || rule.operations?.includes(operation) === true,
  );
  const allowed = rules.reduce(
    (values, rule) => values.filter((value) => rule.values.includes(value)),
    [...limits.length.values],
  );
  if (!allowed.includes(seconds))
    throw invalidArgument(
      `Unsupported output video duration ${seconds} seconds, supported durations are [${allowed.join(',')}]`,
    );
  return seconds;
}

function frameOf({ limits }: VideoModel, resolution: string, aspect: string): { width: number; height: number } {
  const frame = limits.frames.find((candidate) => candidate.resolution === resolution && candidate.aspect === aspect);
  if (frame === undefined) throw invalidArgument(`The model does not support ${resolution} at ${aspect}.`);
  return frame;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
