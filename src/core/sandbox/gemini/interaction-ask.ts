/** A request of the Interactions API for a clip or a picture, checked as the API checks it. */
import { findModel } from '../../catalog/catalog.ts';
import type { ImageModel, VideoModel } from '../../catalog/model.ts';
import { invalidArgument, notFound } from '../google/google-answer.ts';
import { checkGoogle, readGoogleClip } from '../google/google-body.ts';
import { newChapter, retell, type EarlierClip, type NewChapter } from '../videos/chapters.ts';
import type { VideoAsk } from '../videos/videos.ts';
import { captionOf, media, picturesOf, promptOf, type InteractionBody, type tasks } from './interaction-body.ts';

export interface InteractionAsk extends Omit<VideoAsk, 'protocol' | 'idPrefix' | 'wire'> {
  readonly type: 'video' | 'image';
  readonly delivery: 'inline' | 'uri';
  /** Of a picture. */
  readonly mime: 'image/png' | 'image/jpeg';
}

const longestTotalSeconds = 40;
const largeResolutions = ['1080p', '4k'];
const usualVideoModel = 'gemini-omni-1.2-flash';
const usualImageModel = 'gemini-3-pro-image';

/** What the interaction goes on with, once it has been looked up. */
export type PreviousClip = EarlierClip & { readonly type: 'video' | 'image'; readonly picture?: Uint8Array };

/** @throws GoogleRefusal */
export function readInteractionAsk(body: InteractionBody, previous: PreviousClip | undefined): InteractionAsk {
  if (body.background === true && body.store === false) throw invalidArgument('background requires store.');
  const model = modelOf(body);
  return model.kind === 'image' ? readPictureAsk(body, model, previous) : readClipAsk(body, model, previous);
}

function modelOf({ model: name, response_format: format }: InteractionBody): ImageModel | VideoModel {
  const bare = name.replace(/^models\//, '');
  const known = findModel(bare);
  const type = format?.type ?? (known?.kind === 'image' || /image/.test(bare) ? 'image' : 'video');
  const model = known?.protocol === 'gemini' ? known : findModel(type === 'image' ? usualImageModel : usualVideoModel);
  if (model === undefined || model.kind !== type)
    throw notFound(`models/${bare} is not found, or is not supported for ${type} output.`);
  return { ...model, id: bare };
}

function readClipAsk(body: InteractionBody, model: VideoModel, previous: PreviousClip | undefined): InteractionAsk {
  const { type: _type, delivery, ...asked } = body.response_format ?? { type: 'video' };
  const { limits } = model;
  const format = checkGoogle(asked, model.parameters.omit({ seed: true }), 'response_format');
  const resolution = text(format['resolution']) ?? '720p';
  const pictures = picturesOf(body, limits.imageTypes, limits.maxImageBytes);
  const [upload, ...others] = media(body, 'video');
  if (others.length > 0) throw invalidArgument('The sandbox takes one video.');
  if (upload !== undefined && previous !== undefined)
    throw invalidArgument('A video and previous_interaction_id can not be used together.');
  if (previous?.type === 'image') throw invalidArgument('The previous interaction has no video.');
  const earlier = upload === undefined ? previous : readGoogleClip(upload.data, upload.at);
  const task = taskOf(body, pictures.length, earlier);
  if (largeResolutions.includes(resolution) && delivery === 'inline')
    throw invalidArgument('Inline delivery is not supported above 720p: use delivery "uri".');
  const prompt = promptOf(body);
  const size = earlier ?? frameOf(model, resolution, text(format['aspect_ratio']) ?? '16:9');
  const { width, height } = size;
  const chapter: NewChapter = {
    prompt: captionOf(prompt),
    model: model.id,
    size: `${width}x${height}`,
    seconds: secondsOf(limits, format['duration'], task),
    ...(body.generation_config?.seed === undefined ? {} : { seed: body.generation_config.seed }),
  };
  const tags = prompt.includes('<LAST_FRAME>') && !prompt.includes('<FIRST_FRAME>');
  const [first, second] = tags ? [undefined, pictures[0]] : pictures;
  return {
    type: 'video',
    model: model.id,
    prompt,
    width,
    height,
    mime: 'image/png',
    delivery: delivery ?? (largeResolutions.includes(resolution) ? 'uri' : 'inline'),
    chapters: chaptersOf(),
    ...(earlier?.id === undefined ? {} : { from: earlier.id }),
  };

  function chaptersOf(): InteractionAsk['chapters'] {
    if (earlier !== undefined && task === 'extend') {
      const chapters = [...earlier.chapters, newChapter(chapter)];
      if (chapters.reduce((sum, { seconds }) => sum + seconds, 0) > longestTotalSeconds)
        throw invalidArgument(`The video would be longer than ${longestTotalSeconds} seconds.`);
      return chapters;
    }
    if (earlier !== undefined) return retell(earlier, 'edit', chapter);
    if (task === 'reference_to_video') return [newChapter({ ...chapter, references: pictures })];
    return [
      newChapter({
        ...chapter,
        ...(first === undefined ? {} : { firstFrame: first }),
        ...(second === undefined ? {} : { lastFrame: second }),
      }),
    ];
  }
}

/** The task that is asked for, or follows from the inputs; they have to fit together. */
function taskOf(body: InteractionBody, pictures: number, earlier: EarlierClip | undefined): (typeof tasks)[number] {
  const asked = body.generation_config?.video_config?.task;
  const task =
    asked ??
    (earlier === undefined
      ? pictures === 0
        ? 'text_to_video'
        : pictures > 2
          ? 'reference_to_video'
          : 'image_to_video'
      : 'edit');
  const goesOn = task === 'edit' || task === 'extend';
  if (goesOn && earlier === undefined)
    throw invalidArgument(`The task ${task} needs a video or a previous_interaction_id.`);
  if (!goesOn && earlier !== undefined) throw invalidArgument(`The task ${task} takes no video.`);
  if (task === 'text_to_video' && pictures > 0) throw invalidArgument('The task text_to_video takes no images.');
  if (task === 'image_to_video' && (pictures < 1 || pictures > 2))
    throw invalidArgument('The task image_to_video takes one or two images.');
  if (task === 'reference_to_video' && pictures < 1)
    throw invalidArgument('The task reference_to_video takes at least one image.');
  return task;
}

function secondsOf({ length }: VideoModel['limits'], duration: unknown, task: string): number {
  const allowed = task === 'extend' ? (length.extensionValues ?? length.values) : length.values;
  const seconds = typeof duration === 'string' ? Number(duration.replace(/s$/, '')) : undefined;
  if (seconds === undefined) return allowed.includes(length.usual) ? length.usual : (allowed.at(-1) ?? length.usual);
  if (!allowed.includes(seconds))
    throw invalidArgument(`Invalid value at 'response_format.duration': "${String(duration)}" is not supported here.`);
  return seconds;
}

function frameOf({ limits }: VideoModel, resolution: string, aspect: string): { width: number; height: number } {
  const frame = limits.frames.find((candidate) => candidate.resolution === resolution && candidate.aspect === aspect);
  if (frame === undefined) throw invalidArgument(`The model does not support ${resolution} at ${aspect}.`);
  return frame;
}

const edgeOfSize: Readonly<Record<string, number>> = { '512': 512, '1K': 1024, '2K': 2048, '4K': 4096 };

function readPictureAsk(body: InteractionBody, model: ImageModel, previous: PreviousClip | undefined): InteractionAsk {
  const { type: _type, delivery = 'inline', ...asked } = body.response_format ?? { type: 'image' };
  const { limits } = model;
  const format = checkGoogle(asked, model.parameters.omit({ seed: true }), 'response_format');
  if (body.generation_config?.video_config !== undefined)
    throw invalidArgument('video_config is not supported for image output.');
  const pictures = picturesOf(body, limits.referenceTypes, limits.maxReferenceBytes);
  if (pictures.length > limits.maxReferences)
    throw invalidArgument(`The model supports at most ${limits.maxReferences} images.`);
  const prompt = promptOf(body);
  const { width, height } = pictureSize(text(format['aspect_ratio']) ?? '1:1', text(format['image_size']) ?? '1K');
  const before = previous?.picture === undefined ? [] : [previous.picture];
  const chapter = newChapter({
    prompt: captionOf(prompt),
    model: model.id,
    size: `${width}x${height}`,
    seconds: 1,
    references: [...before, ...pictures],
    ...(body.generation_config?.seed === undefined ? {} : { seed: body.generation_config.seed }),
  });
  return {
    type: 'image',
    model: model.id,
    prompt,
    width,
    height,
    delivery,
    mime: format['mime_type'] === 'image/jpeg' ? 'image/jpeg' : 'image/png',
    chapters: [chapter],
  };
}

/** As many pixels as a square of the size has, with edges of multiples of 16. */
function pictureSize(aspect: string, imageSize: string): { width: number; height: number } {
  const [wide = 1, high = 1] = aspect.split(':').map(Number);
  const edge = edgeOfSize[imageSize] ?? 1024;
  const part = (ratio: number): number => Math.min(4096, Math.max(16, 16 * Math.round((edge * Math.sqrt(ratio)) / 16)));
  return { width: part(wide / high), height: part(high / wide) };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
