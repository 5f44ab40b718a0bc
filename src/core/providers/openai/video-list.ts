/** The server's own list of videos, page by page. */
import type { OpenAI } from 'openai';
import * as z from 'zod';
import type { ListedVideo, VideoList } from '../provider.ts';
import { parseJson } from './answer.ts';
import type { CallOptions } from './client.ts';
import { listedVideoOf, uselessAnswer } from './video-answer.ts';

const pageSize = 100;
/** 2,000 videos: more than anybody makes between two looks. */
const maxPages = 20;

const items = z.array(z.unknown());
const pageSchema = z.union([
  z.object({ data: items, has_more: z.boolean().nullish().catch(undefined) }),
  z.object({ videos: items }).transform(({ videos }) => ({ data: videos, has_more: undefined })),
  items.transform((data) => ({ data, has_more: undefined })),
]);

/**
 * Everything created at `since` (milliseconds, the server's clock) or later, or at an unknown time; newest first. Pages
 * are read until they are older, at most 20 of them.
 * @throws ShotlistError `bad_response` where the answer is no list
 */
export async function listVideos(
  sdk: OpenAI,
  since: number,
  host: string,
  options: { readonly request: () => CallOptions; readonly now: () => number },
): Promise<VideoList> {
  const found = new Map<string, ListedVideo>();
  let clockAheadMs = 0;
  let after: string | undefined;
  for (let page = 0; page < maxPages; page++) {
    const query = { limit: pageSize, order: 'desc', ...(after === undefined ? {} : { after }) };
    const { data, response } = await sdk.get<unknown>('/videos', { query, ...options.request() }).withResponse();
    if (page === 0) clockAheadMs = aheadMs(response, options.now());
    const parsed = pageSchema.safeParse(typeof data === 'string' ? parseJson(data) : data);
    if (!parsed.success) throw uselessAnswer(host, 'without a list of videos', false);
    const videos = parsed.data.data.map(listedVideoOf).filter((video) => video !== undefined);
    const fresh = videos.filter(({ operation }) => !found.has(operation.id));
    for (const video of fresh) found.set(video.operation.id, video);
    after = videos.at(-1)?.operation.id;
    // a server that knows no pages sends the same one again
    if (parsed.data.has_more !== true || fresh.length === 0 || endsBefore(videos, since)) break;
  }
  return { videos: newestFirst([...found.values()].filter((video) => !isOlder(video, since))), clockAheadMs };
}

/** Whether a page is in order and its end too old, so that nothing newer follows. */
function endsBefore(videos: readonly ListedVideo[], since: number): boolean {
  const times = videos.map(({ createdAt }) => createdAt);
  const inOrder = times.every((time, index) => time !== undefined && time <= (times[index - 1] ?? Infinity));
  const last = videos.at(-1);
  return inOrder && times.length > 0 && last !== undefined && isOlder(last, since);
}

/** Servers tell whole seconds. */
function isOlder({ createdAt }: ListedVideo, since: number): boolean {
  return createdAt !== undefined && createdAt < Math.floor(since / 1000) * 1000;
}

/** Those of unknown time last. */
function newestFirst(videos: readonly ListedVideo[]): readonly ListedVideo[] {
  return videos.toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0));
}

function aheadMs(response: Response, now: number): number {
  const serverTime = Date.parse(response.headers.get('date') ?? '');
  return Number.isNaN(serverTime) ? 0 : serverTime - now;
}
