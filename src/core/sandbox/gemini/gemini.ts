/** The Gemini protocol: interactions that make clips and pictures, and the files that clips are delivered as. */
import type { Clock } from '../../environment.ts';
import { createFaultCounter, parseDirectives, type Phase } from '../directives.ts';
import { UndrawableError, type Painter } from '../drawing/painter.ts';
import { answerFile, downloadSpoils, type DownloadSpoil } from '../file-answer.ts';
import {
  answerGoogle,
  bringOutGoogle,
  googleJson,
  GoogleRefusal,
  invalidArgument,
  notFound,
} from '../google/google-answer.ts';
import { obeyDirectives } from '../google/google-directives.ts';
import { readGoogleBody } from '../google/google-body.ts';
import { base64Object } from '../google/json-pieces.ts';
import type { Area, Call, Route } from '../router.ts';
import { clipOfJob } from '../videos/chapters.ts';
import type { VideoJob } from '../videos/video-job.ts';
import type { Videos } from '../videos/videos.ts';
import { readInteractionAsk, type PreviousClip } from './interaction-ask.ts';
import { interactionBodySchema } from './interaction-body.ts';
import { typeOf, wireInteraction, type Medium } from './interaction-object.ts';
import { drawInteraction } from './interaction-picture.ts';

export interface GeminiAreaOptions {
  readonly clock: Clock;
  readonly videos: Videos;
  readonly painter: Painter;
}

export function geminiArea({ clock, videos, painter }: GeminiAreaOptions): Area {
  const faults = createFaultCounter();

  const existing = async (call: Call): Promise<VideoJob> => {
    const id = call.params['id'] ?? '';
    const job = await videos.find('gemini', id);
    if (job === undefined) throw notFound(`Interaction ${id.slice(0, 300)} was not found.`);
    return job;
  };

  /** What is done to the clip in the answer, once a fault of the call has been brought out. */
  const bringOutLater = async (
    job: VideoJob,
    phase: Phase,
    signal: AbortSignal,
  ): Promise<DownloadSpoil | undefined> => {
    const name = await videos.fault(job, phase);
    const spoil = phase === 'download' ? downloadSpoils.find((candidate) => candidate === name) : undefined;
    if (spoil === undefined) await bringOutGoogle(name, signal);
    return spoil;
  };

  const tell = async (call: Call, job: VideoJob, spoil?: DownloadSpoil): Promise<Response> => {
    const state = videos.state(job);
    if (state.status === 'expired') throw notFound(`Interaction ${job.id} was not found.`);
    const answer = (medium?: Medium): unknown => wireInteraction(job, state, medium);
    if (state.status !== 'done' || parseDirectives(job.prompt).ending === 'empty') return googleJson(answer());
    if (job.wire['delivery'] === 'uri') return googleJson(answer({ uri: linkOf(call, job) }));
    // an answer holds the clip, so there is none without it
    if (!state.hasClip) throw notFound(`Interaction ${job.id} was not found.`);
    const bytes = await fileOf(job, call.signal);
    return base64Object(call.signal, bytes, (data) => answer({ data }), spoil);
  };

  const fileOf = (job: VideoJob, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> =>
    typeOf(job) === 'image' ? drawInteraction(job, { painter, videos, signal }) : videos.file(job, 'video', signal);

  const previousOf = async (id: string | undefined, signal: AbortSignal): Promise<PreviousClip | undefined> => {
    if (id === undefined) return undefined;
    const job = await videos.find('gemini', id);
    if (job === undefined) throw notFound(`Interaction ${id.slice(0, 300)} was not found.`);
    if (videos.state(job).status !== 'done') throw invalidArgument(`Interaction ${id} is not completed.`);
    const clip = { ...clipOfJob(job), type: typeOf(job) };
    return clip.type === 'image' ? { ...clip, picture: await fileOf(job, signal) } : clip;
  };

  const create = async (call: Call): Promise<Response> => {
    const body = await readGoogleBody(call, interactionBodySchema);
    const { type, delivery, mime, ...ask } = readInteractionAsk(
      body,
      await previousOf(body.previous_interaction_id, call.signal),
    );
    const directives = parseDirectives(ask.prompt);
    await obeyDirectives(call, `gemini ${ask.prompt}`, directives, { clock, faults });
    const previous = body.previous_interaction_id;
    const wire = { type, delivery, mime, ...(previous === undefined ? {} : { previous }) };
    const job = await videos.create({
      ...ask,
      protocol: 'gemini',
      idPrefix: 'interaction',
      wire,
      // people wait for a picture with the call open
      ...(type === 'image' ? { usualWorkMs: 0 } : {}),
    });
    if (body.background === true) return googleJson(wireInteraction(job, videos.state(job)));
    await videos.settled(job, call.signal);
    const answer = await tell(call, job);
    if (body.store === false && delivery === 'inline') await videos.remove(job);
    return answer;
  };

  const file = async (call: Call): Promise<Response> => {
    const [, id = '', download] = /^([\w-]{1,200})(:download)?$/.exec(call.params['file'] ?? '') ?? [];
    const job = await videos.find('gemini', id);
    const state = job === undefined ? undefined : videos.state(job);
    if (job === undefined || state?.hasClip !== true || job.wire['delivery'] !== 'uri') {
      const message = `You do not have permission to access the File ${id} or it may not exist.`;
      throw new GoogleRefusal({ code: 403, message });
    }
    const mime = mimeOf(job);
    if (download === undefined)
      return googleJson({
        name: `files/${id}`,
        mimeType: mime,
        state: 'ACTIVE',
        source: 'GENERATED',
        uri: linkOf(call, job),
      });
    if (call.url.searchParams.get('alt') !== 'media') throw invalidArgument('alt=media is needed to download a file.');
    const spoil = await bringOutLater(job, 'download', call.signal);
    const bytes = await fileOf(job, call.signal);
    return answerFile(call.request, { bytes, mime, headers: {}, ...(spoil === undefined ? {} : { spoil }) });
  };

  const route = (method: Route['method'], path: string, handle: (call: Call) => Promise<Response>): Route => ({
    method,
    path,
    handle: (call) => answerGoogle(() => handle(call).catch(refuseUndrawable)),
  });
  return {
    prefixes: ['/v1', '/v1beta', ''],
    routes: [
      route('POST', '/interactions', create),
      route('GET', '/interactions/:id', async (call) => {
        const job = await existing(call);
        const { hasClip } = videos.state(job);
        // inline, the same call tells the state and holds the clip
        const phase = hasClip && job.wire['delivery'] !== 'uri' ? 'download' : 'poll';
        return tell(call, job, await bringOutLater(job, phase, call.signal));
      }),
      route('POST', '/interactions/:id/cancel', async (call) => {
        const job = await videos.cancel(await existing(call));
        return googleJson(wireInteraction(job, videos.state(job)));
      }),
      route('DELETE', '/interactions/:id', async (call) => {
        await videos.remove(await existing(call));
        return googleJson({});
      }),
      route('GET', '/files/:file', file),
    ],
    refuse: () => answerGoogle(async () => Promise.reject(notFound('Not found.'))),
  };
}

function linkOf({ url }: Call, { id }: VideoJob): string {
  return `${url.origin}/v1beta/files/${id}:download?alt=media`;
}

function mimeOf(job: VideoJob): string {
  return typeOf(job) === 'video' ? 'video/mp4' : job.wire['mime'] === 'image/jpeg' ? 'image/jpeg' : 'image/png';
}

function refuseUndrawable(error: unknown): never {
  if (error instanceof UndrawableError) throw invalidArgument('Unable to process input image.');
  throw error;
}
