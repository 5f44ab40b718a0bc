/** The endpoints below `/videos`: create, retrieve, list, delete, content, remix, edit, extend. */
import type { Clock } from '../../environment.ts';
import { formatSize } from '../../catalog/sizes.ts';
import { createFaultCounter, parseDirectives, type Phase } from '../directives.ts';
import { clipOutputs, mimeOfOutput } from '../drawing/clip/clip-order.ts';
import { UndrawableError } from '../drawing/painter.ts';
import { endWith, rawAnswer } from '../fault-answer.ts';
import { answerFile, downloadSpoils, type DownloadSpoil } from '../file-answer.ts';
import type { Call, Route } from '../router.ts';
import { clipOfJob, newChapter, retell, type EarlierClip, type StoryPicture } from '../videos/chapters.ts';
import type { VideoAsk, Videos } from '../videos/videos.ts';
import type { VideoJob } from '../videos/video-job.ts';
import type { Chapter } from '../drawing/clip/clip-order.ts';
import { badRequest, OpenaiRefusal, refusalOf, unknownFault, type Answerer } from './envelope.ts';
import { callFaultNames, findFault } from './faults.ts';
import { readRequestBody } from './request-body.ts';
import { readClipAsk, readExtensionSeconds, readPrompt, readSource, type SourceAsk } from './video-ask.ts';
import { wireVideo } from './video-object.ts';
import { readDerivation, readPage } from './video-query.ts';

export interface VideoRouteOptions {
  readonly clock: Clock;
  readonly answerer: Answerer;
  readonly videos: Videos;
}

export function videoRoutes({ clock, answerer, videos }: VideoRouteOptions): Route[] {
  const faults = createFaultCounter();

  const tell = (call: Call, job: VideoJob, created?: boolean): Record<string, unknown> =>
    wireVideo(job, videos.state(job), { link: linkOf(call, job), ...(created === true ? { created } : {}) });

  /** Delays and faults of the prompt, once the request has proved right. */
  const obey = async (call: Call, action: string, prompt: string): Promise<void> => {
    const directives = parseDirectives(prompt);
    const [unknown] = directives.unknown;
    if (unknown !== undefined)
      throw badRequest('unknown_sandbox_directive', 'prompt', `The sandbox knows no directive '${unknown}'.`);
    if (directives.delayMs > 0) await clock.sleep(directives.delayMs, call.signal);
    await bringOut(faults.next(`${action} ${prompt}`, directives.faults), call.signal);
  };

  const create = async (
    call: Call,
    startedAt: number,
    ask: Pick<VideoAsk, 'model' | 'prompt' | 'width' | 'height' | 'chapters' | 'from'>,
  ): Promise<Response> => {
    const job = await videos.create({ ...ask, protocol: 'openai', idPrefix: 'video' });
    return answerer.json(startedAt, tell(call, job, true));
  };

  const existing = async (id: string, param: string | null = null): Promise<VideoJob> => {
    const job = await videos.find('openai', id);
    if (job !== undefined) return job;
    throw new OpenaiRefusal(404, {
      message: `Video with id '${id.slice(0, 200)}' not found.`,
      type: 'invalid_request_error',
      param,
      code: 'video_not_found',
    });
  };

  const finished = async (id: string, param: string | null): Promise<EarlierClip & { readonly model: string }> => {
    const job = await existing(id, param);
    if (videos.state(job).status !== 'done')
      throw badRequest('video_not_ready', param, `Video '${id}' is not completed, so it can't be used yet.`);
    return { ...clipOfJob(job), model: job.model };
  };

  /** A new clip from an earlier one. */
  const derive = async (
    call: Call,
    startedAt: number,
    action: 'remix' | 'edit' | 'extend',
    prompt: string,
    source: SourceAsk,
    chaptersOf: (earlier: EarlierClip, ask: { prompt: string; model: string; size: string }) => Chapter<StoryPicture>[],
  ): Promise<Response> => {
    const earlier: EarlierClip & { readonly model?: string } =
      'id' in source ? await finished(source.id, action === 'remix' ? 'video_id' : 'video') : source.clip;
    await obey(call, action, prompt);
    const { width, height, model = 'sora-2' } = earlier;
    const chapters = chaptersOf(earlier, { prompt: parseDirectives(prompt).text, model, size: formatSize(earlier) });
    return create(call, startedAt, {
      model,
      prompt,
      width,
      height,
      chapters,
      ...(earlier.id === undefined ? {} : { from: earlier.id }),
    });
  };

  const bringOutLater = async (
    job: VideoJob,
    phase: Phase,
    signal: AbortSignal,
  ): Promise<DownloadSpoil | undefined> => {
    const name = await videos.fault(job, phase);
    const spoil = phase === 'download' ? downloadSpoils.find((candidate) => candidate === name) : undefined;
    if (spoil === undefined) await bringOut(name, signal);
    return spoil;
  };

  const content = async (call: Call, startedAt: number): Promise<Response> => {
    const variant = call.url.searchParams.get('variant') ?? 'video';
    const output = clipOutputs.find((candidate) => candidate === variant);
    if (output === undefined) {
      throw badRequest(
        'invalid_value',
        'variant',
        `Invalid value: '${variant.slice(0, 100)}'. Supported values are: 'video', 'thumbnail', and 'spritesheet'.`,
      );
    }
    const job = await existing(call.params['id'] ?? '');
    const state = videos.state(job);
    const linked = parseDirectives(job.prompt).dialects.includes('link');
    if (linked && !call.url.searchParams.has('link')) throw unknownUrl(call);
    if (state.status !== 'done' && state.status !== 'expired')
      throw badRequest(
        'video_not_ready',
        null,
        'Video is not ready yet, use GET /v1/videos/{video_id} to check status.',
      );
    const spoil = await bringOutLater(job, 'download', call.signal);
    if (!state.hasClip) {
      throw new OpenaiRefusal(404, {
        message: 'The video content has expired and is no longer available.',
        type: 'invalid_request_error',
        param: null,
        code: 'video_expired',
      });
    }
    const bytes = await videos.file(job, output, call.signal);
    const headers = answerer.headers(startedAt);
    return answerFile(call.request, {
      bytes,
      mime: mimeOfOutput[output],
      headers,
      ...(spoil === undefined ? {} : { spoil }),
    });
  };

  const list = async (call: Call, startedAt: number): Promise<Response> => {
    const { limit, order, after } = readPage(call.url.searchParams);
    const all = await videos.list('openai');
    if (order === 'asc') all.reverse();
    const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
    if (after !== undefined && from === 0)
      throw badRequest('invalid_value', 'after', `No video with id '${after.slice(0, 200)}'.`);
    const page = all.slice(from, from + limit);
    return answerer.json(startedAt, {
      object: 'list',
      data: page.map((job) => tell(call, job)),
      first_id: page[0]?.id ?? null,
      last_id: page.at(-1)?.id ?? null,
      has_more: from + limit < all.length,
    });
  };

  const route = (
    method: Route['method'],
    path: string,
    handle: (call: Call, startedAt: number) => Promise<Response>,
  ): Route => ({
    method,
    path,
    handle: (call) => answerer.answer((startedAt) => handle(call, startedAt).catch(refuseUndrawable)).catch(rawAnswer),
  });

  return [
    route('POST', '/videos', async (call, startedAt) => {
      const ask = await readClipAsk(await readRequestBody(call, ['form', 'json']));
      await obey(call, 'create', ask.prompt);
      const chapter = newChapter({
        prompt: parseDirectives(ask.prompt).text,
        model: ask.model.id,
        size: formatSize(ask.size),
        seconds: ask.seconds,
        ...(ask.seed === undefined ? {} : { seed: ask.seed }),
        ...(ask.firstFrame === undefined ? {} : { firstFrame: ask.firstFrame.bytes }),
      });
      return create(call, startedAt, { model: ask.model.id, prompt: ask.prompt, ...ask.size, chapters: [chapter] });
    }),
    route('GET', '/videos', list),
    route('POST', '/videos/edits', async (call, startedAt) => {
      const body = await readDerivation(call, ['video']);
      const prompt = readPrompt(body.fields['prompt']);
      return derive(call, startedAt, 'edit', prompt, await readSource(body), (earlier, ask) =>
        retell(earlier, 'edit', ask),
      );
    }),
    route('POST', '/videos/extensions', async (call, startedAt) => {
      const body = await readDerivation(call, ['video', 'seconds']);
      const prompt = readPrompt(body.fields['prompt']);
      const seconds = readExtensionSeconds(body.fields['seconds'], body.type === 'form');
      return derive(call, startedAt, 'extend', prompt, await readSource(body), (earlier, ask) => [
        ...earlier.chapters,
        newChapter({ ...ask, seconds }),
      ]);
    }),
    route('POST', '/videos/:id/remix', async (call, startedAt) => {
      const body = await readDerivation(call, []);
      const prompt = readPrompt(body.fields['prompt']);
      return derive(call, startedAt, 'remix', prompt, { id: call.params['id'] ?? '' }, (earlier, ask) =>
        retell(earlier, 'remix', ask),
      );
    }),
    route('GET', '/videos/:id/content', content),
    route('GET', '/videos/:id', async (call, startedAt) => {
      const job = await existing(call.params['id'] ?? '');
      await bringOutLater(job, 'poll', call.signal);
      return answerer.json(startedAt, tell(call, job));
    }),
    route('DELETE', '/videos/:id', async (call, startedAt) => {
      const job = await existing(call.params['id'] ?? '');
      const deleted = await videos.remove(job);
      return answerer.json(startedAt, { id: job.id, object: 'video.deleted', deleted });
    }),
  ];
}

async function bringOut(name: string | undefined, signal: AbortSignal): Promise<void> {
  if (name === undefined) return;
  const fault = findFault(name);
  if (fault === undefined || fault.type === 'spoil') throw unknownFault(name, callFaultNames);
  await endWith(fault, signal, refusalOf);
}

function linkOf({ url }: Call, { id }: VideoJob): string {
  return `${url.origin}/v1/videos/${id}/content?link`;
}

function unknownUrl({ request, url }: Call): OpenaiRefusal {
  return new OpenaiRefusal(404, {
    message: `Invalid URL (${request.method} ${url.pathname})`,
    type: 'invalid_request_error',
    param: null,
    code: 'unknown_url',
  });
}

function refuseUndrawable(error: unknown): never {
  if (!(error instanceof UndrawableError)) throw error;
  throw new OpenaiRefusal(500, {
    message: 'The video could not be drawn: an input picture could not be decoded.',
    type: 'server_error',
    param: null,
    code: null,
  });
}
