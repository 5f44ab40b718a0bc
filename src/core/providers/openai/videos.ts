/**
 * The Videos protocol ("Sora protocol"): `/videos` and what is below it. OpenAI's own service ended on 2026-09-24; vLLM-Omni,
 * SGLang, LiteLLM and gateways speak it on. It has no way to cancel.
 */
import { APIError } from 'openai';
import { throwIfAborted } from '../../network/abort.ts';
import { retryAfterMs } from '../../network/retry-after.ts';
import type { CallContext, Operation, VideoProvider, VideoStatus } from '../provider.ts';
import { createOpenaiClient, type CallOptions, type OpenaiClient } from './client.ts';
import { openaiError, type FailedCall } from './errors.ts';
import { absenceOfList, absenceOfStart, absenceOfVideo } from './video-absence.ts';
import {
  factsOf,
  hasError,
  operationOf,
  parseVideo,
  stateOf,
  storedLink,
  uselessAnswer,
  type WireVideo,
} from './video-answer.ts';
import { listVideos } from './video-list.ts';
import { sendVideoCall, startEndpoint, videoId } from './video-requests.ts';

const headersTimeoutMs = 30_000;
/** Until the answer is read. */
const readTimeoutMs = 60_000;
/** A creation is answered in seconds, but a clip may have to go up a slow line first: this plus a millisecond for 100 bytes. */
const startTimeoutMs = 120_000;
const uploadBytesPerMs = 100;

type CallFacts = Pick<FailedCall, 'endpoint' | 'creating' | 'absence'>;

export const openaiVideos: VideoProvider = {
  async start(call, context) {
    const endpoint = startEndpoint(call.operation);
    const absence = absenceOfStart(call.operation, endpoint, context.connection);
    return calling(context, { endpoint, creating: true, absence }, async (client) => {
      const uploadBytes = call.inputs.reduce((sum, { length }) => sum + length, 0);
      const timeout = startTimeoutMs + Math.ceil(uploadBytes / uploadBytesPerMs);
      const { data, response } = await sendVideoCall(client.sdk, call, { signal: context.signal, timeout });
      const video = parseVideo(data);
      if (!video?.id) {
        if (video !== undefined && hasError(video)) throw inBody(video, response);
        throw uselessAnswer(hostOf(context), 'without the id of a video', true);
      }
      const operation = operationOf(video.id, video);
      const status = statusOf(video, operation, response, context);
      return { operation, ...(status === undefined || status.state === 'queued' ? {} : { status }) };
    });
  },

  async status(operation, context) {
    return calling(context, aboutVideo('/videos/…', context), async (client) => {
      const answer = await client.sdk.videos.retrieve(videoId(operation.id), reading(context)).withResponse();
      const video = parseVideo(answer.data);
      const status = video && statusOf(video, operation, answer.response, context);
      if (status === undefined) throw uselessAnswer(hostOf(context), 'without the state of the video', false);
      return status;
    });
  },

  async content(operation, variant, context) {
    const facts = { endpoint: '/videos/…/content', creating: false };
    return calling(context, facts, ({ sdk }) => {
      const path = `/videos/${encodeURIComponent(videoId(operation.id))}/content`;
      // the clip is what servers send unasked, and some know no variants
      const address = sdk.buildURL(path, variant === 'video' ? null : { variant });
      const link = variant === 'video' ? storedLink(operation) : undefined;
      return Promise.resolve({ urls: link === undefined ? [address] : [address, link] });
    });
  },

  async remove(operation, context) {
    await calling(context, aboutVideo('/videos/…', context), (client) =>
      client.sdk.videos.delete(videoId(operation.id), reading(context)),
    );
  },

  async list(since, context) {
    const facts = { endpoint: '/videos', creating: false, absence: absenceOfList };
    return calling(context, facts, (client) =>
      listVideos(client.sdk, since, hostOf(context), {
        request: () => reading(context),
        now: context.now ?? Date.now,
      }),
    );
  },
};

/** @throws ShotlistError only */
async function calling<Result>(
  context: CallContext,
  facts: CallFacts,
  work: (client: OpenaiClient) => Promise<Result>,
): Promise<Result> {
  const client = createOpenaiClient(context);
  try {
    throwIfAborted(context.signal);
    return await work(client);
  } catch (error) {
    throw openaiError(error, { ...failedCall(context, facts), sent: client.sent() });
  }
}

function failedCall({ connection, key, signal }: CallContext, facts: CallFacts): FailedCall {
  return { connection, key, signal, product: 'video', sent: true, ...facts };
}

function aboutVideo(endpoint: string, { connection }: CallContext): CallFacts {
  return { endpoint, creating: false, absence: absenceOfVideo(connection) };
}

/** Of a call that costs nothing: it may be repeated, so it doesn't wait long. */
function reading({ signal }: CallContext): CallOptions {
  return { signal: AbortSignal.any([signal, AbortSignal.timeout(readTimeoutMs)]), timeout: headersTimeoutMs };
}

/** Undefined where the answer says nothing about how far it is. */
function statusOf(
  video: WireVideo,
  operation: Operation,
  response: Response,
  context: CallContext,
): VideoStatus | undefined {
  const state = stateOf(video);
  if (state === undefined) return undefined;
  const wait = retryAfterMs(response.headers);
  const requestId = response.headers.get('x-request-id');
  const enriched = operationOf(operation.id, video);
  return {
    state,
    ...factsOf(video),
    ...(state === 'failed' ? { error: failureOf(video, response, context) } : {}),
    ...(storedLink(enriched) === storedLink(operation) ? {} : { operation: { ...operation, ...enriched } }),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
    ...(requestId ? { requestId } : {}),
  };
}

/** Why a job failed, as the server says. */
function failureOf(video: WireVideo, response: Response, context: CallContext): NonNullable<VideoStatus['error']> {
  const call = failedCall(context, { endpoint: '/videos/…', creating: false });
  return openaiError(inBody(video, response), { ...call, ofJob: true });
}

/** An error that came with a good status, as the SDK would throw it. */
function inBody(video: WireVideo, response: Response): APIError {
  return new APIError(undefined, hasError(video) ? (video.error as object) : {}, undefined, response.headers);
}

function hostOf({ connection }: CallContext): string {
  return new URL(connection.baseUrl).host;
}
