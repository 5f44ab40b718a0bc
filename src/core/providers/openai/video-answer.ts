/**
 * Wire answers of the video endpoints → core values. Lenient: compatible servers have their own words for states, write
 * numbers as text and the other way round, and leave out almost everything.
 */
import * as z from 'zod';
import { ShotlistError } from '../../errors.ts';
import type { ListedVideo, Operation, VideoStatus } from '../provider.ts';
import { parseJson } from './answer.ts';

const maxIdCharacters = 2048;
const maxLinkCharacters = 8192;
/** What a server says about the origin of a clip goes into its sidecar: a few facts, not a file. */
const maxProvenanceCharacters = 16_384;
const provenanceName = /watermark|c2pa|synth_?id|provenance|content_?credential/i;

const text = z.string().nullish().catch(undefined);
const number = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\s*\d+(?:\.\d+)?\s*[s%]?\s*$/)
      .transform((value) => parseFloat(value)),
  ])
  .nullish()
  .catch(undefined);

/** Milliseconds since 1970, from seconds, milliseconds or a date in words. */
const instant = z
  .union([
    z.number().transform((value) => (value > firstMilliseconds ? value : value * 1000)),
    z.string().transform((value) => (/^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value))),
  ])
  .pipe(z.number().positive())
  .nullish()
  .catch(undefined);
/** As seconds it would be the year 5138. */
const firstMilliseconds = 1e11;

const link = z
  .url({ protocol: /^https?$/ })
  .max(maxLinkCharacters)
  .nullish()
  .catch(undefined);

const videoSchema = z.looseObject({
  id: z
    .union([z.string().min(1).max(maxIdCharacters), z.number().transform(String)])
    .nullish()
    .catch(undefined),
  status: text,
  progress: number,
  created_at: instant,
  completed_at: instant,
  model: text,
  prompt: text,
  seconds: number,
  size: text,
  remixed_from_video_id: text,
  error: z.unknown().optional(),
  video_url: link,
  url: link,
});
export type WireVideo = z.infer<typeof videoSchema>;

const states: Readonly<Record<string, VideoStatus['state']>> = {
  queued: 'queued',
  pending: 'queued',
  submitted: 'queued',
  created: 'queued',
  waiting: 'queued',
  in_progress: 'running',
  processing: 'running',
  running: 'running',
  generating: 'running',
  started: 'running',
  completed: 'done',
  complete: 'done',
  succeeded: 'done',
  success: 'done',
  done: 'done',
  finished: 'done',
  failed: 'failed',
  failure: 'failed',
  error: 'failed',
  rejected: 'failed',
  cancelled: 'cancelled',
  canceled: 'cancelled',
  expired: 'expired',
};

/** Undefined where it is no object at all. */
export function parseVideo(data: unknown): WireVideo | undefined {
  // some servers send JSON under another name
  return videoSchema.safeParse(typeof data === 'string' ? parseJson(data) : data).data;
}

/** Undefined where the server says nothing about it. A word that nobody knows means that it isn't over. */
export function stateOf(video: WireVideo): VideoStatus['state'] | undefined {
  const word = video.status?.toLowerCase().replaceAll(/[\s-]+/g, '_');
  const known = word === undefined ? undefined : states[word];
  if (known !== undefined) return known;
  if (hasError(video)) return 'failed';
  if (linkOf(video) !== undefined || typeof video.completed_at === 'number') return 'done';
  return word === undefined ? undefined : 'running';
}

export function hasError({ error }: WireVideo): boolean {
  return error !== undefined && error !== null && error !== '' && error !== false;
}

function linkOf({ video_url, url }: WireVideo): string | undefined {
  return video_url ?? url ?? undefined;
}

/** What later calls need: the id, and the link to the clip where the server gives one. */
export function operationOf(id: string, video: WireVideo): Operation {
  const url = linkOf(video);
  return { id, ...(url === undefined ? {} : { url }) };
}

const storedLinkSchema = z.looseObject({ url: link });

/** The link in an operation that was stored: foreign input, so only an http(s) address counts. */
export function storedLink(operation: Operation): string | undefined {
  return storedLinkSchema.safeParse(operation).data?.url ?? undefined;
}

/** What an answer tells besides the state. */
export function factsOf(video: WireVideo): Omit<VideoStatus, 'state' | 'error'> {
  const { progress, created_at: created, completed_at: completed, model } = video;
  const provenance = provenanceOf(video);
  const workedMs =
    typeof created === 'number' && typeof completed === 'number' && completed >= created
      ? completed - created
      : undefined;
  return {
    ...(typeof progress === 'number' ? { progress: Math.max(0, Math.min(1, progress / 100)) } : {}),
    ...(workedMs === undefined ? {} : { workedMs }),
    ...(model ? { model } : {}),
    ...(provenance === undefined ? {} : { provenance }),
  };
}

function provenanceOf(video: WireVideo): Record<string, unknown> | undefined {
  const told = Object.entries(video).filter(([name, value]) => provenanceName.test(name) && value !== null);
  if (told.length === 0) return undefined;
  const facts = Object.fromEntries(told);
  return JSON.stringify(facts).length > maxProvenanceCharacters ? undefined : facts;
}

/** Undefined where it has no id: nothing can be done with it. */
export function listedVideoOf(data: unknown): ListedVideo | undefined {
  const video = parseVideo(data);
  if (!video?.id) return undefined;
  const { model, prompt, seconds, size, remixed_from_video_id: remixedFrom, created_at: createdAt } = video;
  return {
    operation: operationOf(video.id, video),
    ...(model ? { model } : {}),
    ...(typeof prompt === 'string' ? { prompt } : {}),
    ...(typeof seconds === 'number' ? { seconds } : {}),
    ...(size ? { size } : {}),
    ...(remixedFrom ? { remixedFrom } : {}),
    ...(typeof createdAt === 'number' ? { createdAt } : {}),
  };
}

/** An answer of no use. A reading call is worth another try: gateways answer with web pages now and then. */
export function uselessAnswer(host: string, what: string, creating: boolean): ShotlistError {
  return new ShotlistError('bad_response', `${host} answered ${what}.`, {
    hint: 'Check that the base URL of the connection is that of an OpenAI-compatible API; it usually ends in /v1.',
    retryable: !creating,
    maybeCharged: creating,
  });
}
