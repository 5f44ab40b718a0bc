/**
 * What a clip tells, written into its file: any process that is handed the file can draw it again, and go on with it.
 * The pictures that it was made from are in it too, made small.
 */
import * as z from 'zod';
import { decodePixels, encodePixels } from '../picture-files.ts';
import { coverPixels } from '../pixels.ts';
import type { Chapter, ClipOrder } from './clip-order.ts';
import { appendUuidBox, readUuidBox } from './mp4-boxes.ts';

/** Names the box; chosen once, at random. */
const boxId = Uint8Array.from(Buffer.from('5f0c6b1e8d3a4c27b9e47a52c1d860f3', 'hex'));
/** Longer edge of the pictures inside, pixels. */
const pictureEdge = 640;
const webpQuality = 75;
const maxStoryBytes = 8 * 1024 * 1024;
const maxDepth = 3;
/** Of a whole clip: what is handed over is drawn, so it must have an end. */
const maxSeconds = 180;

/** A chapter as JSON; `picture` is the schema of how pictures are given. */
function chapterSchema<Picture>(picture: z.ZodType<Picture>, depth = maxDepth): z.ZodType<Chapter<Picture>> {
  return z.object({
    prompt: z.string().max(40_000),
    seed: z.string().max(40_100),
    seconds: z.number().positive().max(120),
    notes: z.array(z.string().max(200)).max(10),
    firstFrame: picture.exactOptional(),
    lastFrame: picture.exactOptional(),
    references: z.array(picture).max(20),
    ...(depth > 0
      ? {
          earlier: z
            .object({ action: z.enum(['remix', 'edit']), chapter: chapterSchema(picture, depth - 1) })
            .exactOptional(),
        }
      : {}),
  }) as z.ZodType<Chapter<Picture>>;
}

export const chaptersSchema = <Picture>(picture: z.ZodType<Picture>): z.ZodType<Chapter<Picture>[]> =>
  z
    .array(chapterSchema(picture))
    .min(1)
    .max(20)
    .refine((chapters) => chapters.reduce((sum, { seconds }) => sum + seconds, 0) <= maxSeconds, {
      error: 'the clip is too long',
    });

const pictureSchema: z.ZodType<Uint8Array> = z
  .base64()
  .max(2 * 1024 * 1024)
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64')));
const storySchema = z.object({ version: z.literal(1), chapters: chaptersSchema(pictureSchema) });

/** The chapter with each picture replaced, and what came before cut off below the depth that is kept. */
export async function mapPictures<From, To>(
  chapter: Chapter<From>,
  replace: (picture: From) => Promise<To>,
  depth = maxDepth,
): Promise<Chapter<To>> {
  const { firstFrame, lastFrame, references, earlier, ...rest } = chapter;
  return {
    ...rest,
    references: await Promise.all(references.map(replace)),
    ...(firstFrame === undefined ? {} : { firstFrame: await replace(firstFrame) }),
    ...(lastFrame === undefined ? {} : { lastFrame: await replace(lastFrame) }),
    ...(earlier === undefined || depth === 0
      ? {}
      : { earlier: { action: earlier.action, chapter: await mapPictures(earlier.chapter, replace, depth - 1) } }),
  };
}

export async function appendStory(
  file: Uint8Array<ArrayBuffer>,
  { chapters }: ClipOrder,
): Promise<Uint8Array<ArrayBuffer>> {
  const written = await Promise.all(chapters.map((chapter) => mapPictures(chapter, smallPicture)));
  const story = Buffer.from(JSON.stringify({ version: 1, chapters: written }), 'utf8');
  return story.length > maxStoryBytes ? file : appendUuidBox(file, boxId, story);
}

async function smallPicture(bytes: Uint8Array): Promise<string> {
  const pixels = await decodePixels(bytes);
  const scale = Math.min(1, pictureEdge / Math.max(pixels.width, pixels.height));
  const small = coverPixels(
    pixels,
    Math.max(1, Math.round(pixels.width * scale)),
    Math.max(1, Math.round(pixels.height * scale)),
  );
  return Buffer.from(await encodePixels(small, 'webp', webpQuality, true)).toString('base64');
}

/** The chapters of a clip that the sandbox drew; undefined for other files. */
export function readStory(file: Uint8Array): Chapter<Uint8Array>[] | undefined {
  const contents = readUuidBox(file, boxId);
  if (contents === undefined || contents.length > maxStoryBytes) return undefined;
  try {
    const parsed = storySchema.safeParse(JSON.parse(Buffer.from(contents).toString('utf8')));
    return parsed.success ? parsed.data.chapters : undefined;
  } catch {
    return undefined;
  }
}
