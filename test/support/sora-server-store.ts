/** What a server of the Videos protocol remembers: checked creations and what became of them. */
import { invalid, notFound, Refusal } from './sora-server-answers.ts';
import { createSoraCheck, type SoraAction, type SoraBody } from './sora-server-checks.ts';
import type { SoraDialect } from './sora-server-faults.ts';
import { describeVideo, stateOf, type SoraAsked, type SoraVideo, type SoraWork } from './sora-server-videos.ts';

/** Those of a strict server. */
export const soraModels = ['sora-2', 'sora-2-pro', 'sora-2-2025-10-06', 'sora-2-pro-2025-10-06', 'sora-2-2025-12-08'];

export interface SoraStore {
  readonly all: ReadonlyMap<string, SoraVideo>;
  /** As it stands in a path. @throws Refusal 404 */
  known(id: string | undefined): SoraVideo;
  /** @throws Refusal where it is unknown, expired or not ready */
  finished(id: string | undefined): SoraVideo;
  /** Checks and counts a creation. @throws Refusal */
  create(action: SoraAction, body: SoraBody | undefined, pathId?: string): SoraVideo;
  list(query: URLSearchParams, origin: string): Record<string, unknown>;
  change(id: string, change: Partial<SoraVideo>): void;
  clear(): void;
}

/** `problems` gets what was wrong with creations. */
export function createSoraStore(
  options: { readonly now: () => number } & SoraWork,
  dialectNow: () => SoraDialect,
  problems: string[],
): SoraStore {
  const { now } = options;
  const check = createSoraCheck();
  const videos = new Map<string, SoraVideo>();
  let serial = 0;

  const known = (id: string | undefined): SoraVideo => {
    const video = videos.get(decodeURIComponent(id ?? ''));
    if (video === undefined || video.deleted) throw notFound(`Video with id '${id}' not found.`);
    return video;
  };
  const finished = (id: string | undefined): SoraVideo => {
    const video = known(id);
    if (video.expired) throw notFound('The clip has expired.');
    if (stateOf(video, now()) !== 'completed') throw invalid('The video is not ready yet.', 'video');
    return video;
  };

  const create = (action: SoraAction, body: SoraBody | undefined, pathId?: string): SoraVideo => {
    const dialect = dialectNow();
    const wrong = dialect.strict === false ? [] : body === undefined ? ['no body'] : check(action, body);
    if (body === undefined || wrong.length > 0) {
      problems.push(...wrong);
      throw invalid(wrong.join('; '), null);
    }
    const { fields } = body;
    const reference = fields['video'] as { readonly id?: string } | string | undefined;
    const from = pathId ?? (typeof reference === 'object' ? reference.id : undefined);
    const source = from === undefined ? undefined : finished(from);
    const asked: SoraAsked = {
      action,
      model: text(fields['model']) ?? source?.model ?? 'sora-2',
      prompt: text(fields['prompt']) ?? '',
      seconds: secondsOf(action, text(fields['seconds']), source),
      size: text(fields['size']) ?? source?.size ?? '720x1280',
      index: serial,
    };
    if (dialect.strict !== false && !soraModels.includes(asked.model)) {
      throw new Refusal(404, { message: `The model '${asked.model}' does not exist.`, code: 'model_not_found' });
    }
    const error = options.failing?.(asked);
    const video: SoraVideo = {
      ...asked,
      id: `video_${String(serial++).padStart(6, '0')}`,
      ...(source === undefined ? {} : { from: source.id }),
      body,
      createdAt: now(),
      workMs: typeof options.workMs === 'function' ? options.workMs(asked) : (options.workMs ?? 0),
      ...(error === undefined ? {} : { error }),
      deleted: false,
      expired: false,
    };
    videos.set(video.id, video);
    return video;
  };

  const list = (query: URLSearchParams, origin: string): Record<string, unknown> => {
    const limit = Number(query.get('limit') ?? 20);
    const wrong = [
      ...(limit >= 0 && limit <= 100 ? [] : ['limit']),
      ...(['asc', 'desc', null].includes(query.get('order')) ? [] : ['order']),
      ...[...query.keys()].filter((name) => !['limit', 'order', 'after'].includes(name)),
    ];
    if (wrong.length > 0) {
      problems.push(`list: ${wrong.join(', ')}`);
      throw invalid(`list: ${wrong.join(', ')}`, null);
    }
    const alive = [...videos.values()].filter(({ deleted }) => !deleted);
    const ordered = query.get('order') === 'asc' ? alive : alive.toReversed();
    const after = query.get('after');
    const start = after === null ? 0 : ordered.findIndex(({ id }) => id === after) + 1;
    const page = ordered.slice(start, start + limit);
    return {
      object: 'list',
      data: page.map((video) => describeVideo(video, now(), dialectNow(), origin)),
      first_id: page[0]?.id ?? null,
      last_id: page.at(-1)?.id ?? null,
      has_more: start + limit < ordered.length,
    };
  };

  return {
    all: videos,
    known,
    finished,
    create,
    list,
    change(id, change) {
      videos.set(id, { ...known(id), ...change });
    },
    clear() {
      videos.clear();
      serial = 0;
    },
  };
}

/** An extension is stitched to what it goes on from. */
function secondsOf(action: SoraAction, asked: string | undefined, source: SoraVideo | undefined): string {
  if (action !== 'extend') return asked ?? source?.seconds ?? '4';
  return String(Number(source?.seconds ?? 0) + Number(asked ?? 4));
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}
