/** Clips of the Interactions API: made in the background, asked for by the interaction's id. */
import { ShotlistError } from '../../errors.ts';
import { createGoogleClient, type GoogleClient } from '../google/client.ts';
import { callGoogle, cleanError, hostOf, throwBadAnswer, type GoogleCall } from '../google/errors.ts';
import { decodeInline, maxClipBytes } from '../google/inline-bytes.ts';
import type { CallContext, Operation, VideoProvider, VideoStatus } from '../provider.ts';
import { addressesOf, fileNameOf, fileState } from './files.ts';
import { videoBody } from './interaction-request.ts';
import { parseInteraction, type Interaction, type Medium } from './interaction.ts';
import { createInteraction } from './send.ts';
import { videoStatusOf } from './video-status.ts';

const jobCall: GoogleCall = { creating: false, endpoint: '/interactions', aboutJob: true };

export const geminiVideos: VideoProvider = {
  async start(call, context) {
    const body = videoBody(call);
    const client = createGoogleClient(context, { vertex: false });
    const create: GoogleCall = { creating: true, endpoint: '/interactions' };
    const interaction = await callGoogle(client, context, create, async () => {
      const answer = await createInteraction(client, body);
      return answer?.id === undefined
        ? throwBadAnswer(`${hostOf(context.connection)} answered without the id of a job.`)
        : answer;
    });
    const previous = body.previous_interaction_id;
    const operation = {
      id: interaction.id ?? '',
      ...(previous === undefined ? {} : { previousInteractionId: previous }),
    };
    const status = videoStatusOf(interaction, context);
    const isWaiting = status.state === 'queued' || status.state === 'running';
    // whether a file can be fetched already is asked later: what is paid for must be recorded first
    const isElsewhere = status.state === 'done' && lastOf(interaction.videos, 'uri') !== undefined;
    // an answer to the creation may leave out what an answer to a question holds
    const isShort = interaction.status === 'completed' && interaction.videos.length === 0;
    return isWaiting || isElsewhere || isShort ? { operation } : { operation, status };
  },

  status(operation, context) {
    const client = createGoogleClient(context, { vertex: false });
    return callGoogle(client, context, jobCall, async (): Promise<VideoStatus> => {
      const interaction = await read(operation, client, context);
      const status = videoStatusOf(interaction, context);
      const waitMs = client.waitMs();
      const wait = waitMs === undefined ? {} : { retryAfterMs: waitMs };
      const medium = interaction.videos.at(-1);
      if (status.state !== 'done' || medium === undefined || !('uri' in medium)) return { ...status, ...wait };
      const file = fileNameOf(medium.uri, context.connection);
      const state = file === undefined ? 'unknown' : await fileState(file, client, context);
      if (state === 'processing') return { state: 'running', ...wait };
      if (state === 'gone') return { ...status, state: 'expired' };
      if (state === 'failed') return { ...status, state: 'failed', error: fileFailed(context) };
      return { ...status, operation: { ...operation, uri: medium.uri } };
    });
  },

  async content(operation, variant, context) {
    if (variant !== 'video') {
      throw new ShotlistError('unsupported_parameter', `${context.connection.label} has no ${variant} of a clip.`);
    }
    const { uri } = operation;
    if (typeof uri === 'string') return { urls: addressesOf(uri, context.connection) };
    const client = createGoogleClient(context, { vertex: false });
    return callGoogle(client, context, jobCall, async () => {
      const { videos } = await read(operation, client, context);
      const medium = videos.at(-1);
      const host = hostOf(context.connection);
      if (medium === undefined) return throwBadAnswer(`${host} has no clip for this job.`);
      if ('uri' in medium) return { urls: addressesOf(medium.uri, context.connection) };
      return { bytes: decodeInline(medium.data, maxClipBytes, 'a clip', host) };
    });
  },

  async cancel(operation, context) {
    const client = createGoogleClient(context, { vertex: false });
    const id = idOf(operation);
    await callGoogle(client, context, jobCall, () =>
      client.call((sdk) => sdk.interactions.cancel(id, {}, { maxRetries: 0 })),
    );
  },

  async remove(operation, context) {
    const client = createGoogleClient(context, { vertex: false });
    const id = idOf(operation);
    await callGoogle(client, context, jobCall, () =>
      client.call((sdk) => sdk.interactions.delete(id, {}, { maxRetries: 0 })),
    );
  },
};

async function read(operation: Operation, client: GoogleClient, { connection }: CallContext): Promise<Interaction> {
  const id = idOf(operation);
  const answer: unknown = await client.call((sdk) => sdk.interactions.get(id, {}, { maxRetries: 0 }));
  return (
    parseInteraction(answer) ?? throwBadAnswer(`${hostOf(connection)} answered with something that is no interaction.`)
  );
}

/** An operation comes from a journal or a sidecar: its id must not lead anywhere else on the server. */
function idOf({ id }: Operation): string {
  if (/^[\w.:~-]+$/.test(id) && !/^\.+$/.test(id)) return id;
  throw new ShotlistError('not_found', 'This is no name of a video at Google.');
}

function lastOf(media: readonly Medium[], form: 'uri' | 'data'): Medium | undefined {
  const medium = media.at(-1);
  return medium !== undefined && form in medium ? medium : undefined;
}

function fileFailed({ connection, key }: CallContext): ShotlistError {
  return cleanError({ code: 'bad_response', message: `${connection.label} could not store the clip that it made.` }, [
    key,
  ]);
}
