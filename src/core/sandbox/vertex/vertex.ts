/** Vertex AI: Veo by `:predictLongRunning` and `:fetchPredictOperation`, with a project or in express mode. */
import * as z from 'zod';
import { models } from '../../catalog/catalog.ts';
import type { Clock } from '../../environment.ts';
import { createFaultCounter, parseDirectives } from '../directives.ts';
import { downloadSpoils } from '../file-answer.ts';
import { UndrawableError } from '../drawing/painter.ts';
import {
  answerGoogle,
  bringOutGoogle,
  googleJson,
  GoogleRefusal,
  invalidArgument,
  notFound,
  rpcCodes,
} from '../google/google-answer.ts';
import { obeyDirectives } from '../google/google-directives.ts';
import { readGoogleBody } from '../google/google-body.ts';
import { base64Object } from '../google/json-pieces.ts';
import type { Area, Call, Route } from '../router.ts';
import type { VideoJob } from '../videos/video-job.ts';
import type { Videos } from '../videos/videos.ts';
import { readVeoAsk, veoBodySchema } from './veo-ask.ts';

export interface VertexAreaOptions {
  readonly clock: Clock;
  readonly videos: Videos;
}

/** Whose project it is in express mode. */
const expressPlace = 'projects/shotlist-sandbox/locations/us-central1';
const fetchSchema = z.strictObject({ operationName: z.string().max(1000) });

export function vertexArea({ clock, videos }: VertexAreaOptions): Area {
  const faults = createFaultCounter();

  const start = async (call: Call, name: string): Promise<Response> => {
    const ask = readVeoAsk(name, await readGoogleBody(call, veoBodySchema));
    await obeyDirectives(call, `vertex ${ask.prompt}`, parseDirectives(ask.prompt), { clock, faults });
    const { project, location } = call.params;
    const place = project === undefined ? expressPlace : `projects/${project}/locations/${location ?? ''}`;
    const job = await videos.create({ ...ask, protocol: 'vertex', idPrefix: 'veo', wire: { place } });
    return googleJson({ name: operationName(job) });
  };

  const fetchOperation = async (call: Call, name: string): Promise<Response> => {
    const { operationName: asked } = await readGoogleBody(call, fetchSchema);
    const id = /\/models\/([^/]+)\/operations\/([^/]+)$/.exec(asked);
    if (id === null || id[1] !== name) throw invalidArgument(`Invalid operation name: ${asked.slice(0, 300)}`);
    const job = await videos.find('vertex', id[2] ?? '');
    if (job === undefined) throw notFound(`The operation ${asked.slice(0, 300)} was not found.`);
    const state = videos.state(job);
    const ended = state.status !== 'queued' && state.status !== 'working';
    // the same call tells the state and holds the clip
    const fault = await videos.fault(job, ended ? 'download' : 'poll');
    const spoil = ended ? downloadSpoils.find((candidate) => candidate === fault) : undefined;
    if (spoil === undefined) await bringOutGoogle(fault, call.signal);
    if (!ended) return googleJson(head(job));
    if (state.status === 'expired' || (state.status === 'done' && !state.hasClip && !endsEmpty(job)))
      throw notFound(`The operation ${asked.slice(0, 300)} was not found.`);
    const failed = (code: number, message: string): Response =>
      googleJson({ ...head(job), done: true, error: { code, message } });
    if (state.status === 'cancelled') return failed(1, 'The operation was cancelled.');
    if (state.failure === 'error') return failed(rpcCodes.internal, 'Internal error encountered.');
    const response = { '@type': 'type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse' };
    if (state.failure === 'moderation') {
      return googleJson({
        ...head(job),
        done: true,
        response: { ...response, raiMediaFilteredCount: 1, raiMediaFilteredReasons: [filteredReason] },
      });
    }
    if (!state.hasClip) return googleJson({ ...head(job), done: true, response: { ...response, videos: [] } });
    const bytes = await videos.file(job, 'video', call.signal);
    const whole = (data: string): unknown => ({
      ...head(job),
      done: true,
      response: {
        ...response,
        raiMediaFilteredCount: 0,
        videos: [{ bytesBase64Encoded: data, mimeType: 'video/mp4' }],
      },
    });
    return base64Object(call.signal, bytes, whole, spoil);
  };

  const act = (call: Call): Promise<Response> =>
    answerGoogle(async () => {
      const [, name = '', action = ''] = /^([^:]{1,200}):([A-Za-z]+)$/.exec(call.params['call'] ?? '') ?? [];
      if (action === 'predictLongRunning') return start(call, name);
      if (action === 'fetchPredictOperation') return fetchOperation(call, name).catch(refuseUndrawable);
      throw new GoogleRefusal({ code: 404, message: `The method ${action.slice(0, 100)} was not found.` });
    });
  const post = (path: string): Route => ({ method: 'POST', path, handle: act });

  return {
    prefixes: ['/v1', '/v1beta1', ''],
    routes: [
      post('/projects/:project/locations/:location/publishers/google/models/:call'),
      post('/publishers/google/models/:call'),
      {
        method: 'GET',
        path: '/publishers/google/models',
        handle: async () => googleJson({ publisherModels: listed() }),
      },
    ],
    refuse: () => answerGoogle(async () => Promise.reject(notFound('Not found.'))),
  };
}

const filteredReason =
  "Veo could not generate videos because the input prompt or the result violates Vertex AI's usage guidelines. Support codes: 58061214";

function operationName({ id, model, wire }: VideoJob): string {
  const place = typeof wire['place'] === 'string' ? wire['place'] : expressPlace;
  return `${place}/publishers/google/models/${model}/operations/${id}`;
}

function head(job: VideoJob): Record<string, unknown> {
  return { name: operationName(job) };
}

function endsEmpty({ prompt }: VideoJob): boolean {
  return parseDirectives(prompt).ending === 'empty';
}

function listed(): Record<string, unknown>[] {
  return models
    .filter(({ protocol }) => protocol === 'vertex')
    .map(({ id }) => ({ name: `publishers/google/models/${id}`, versionId: 'default', launchStage: 'GA' }));
}

function refuseUndrawable(error: unknown): never {
  if (error instanceof UndrawableError) throw invalidArgument('Unable to process the input image.');
  throw error;
}
