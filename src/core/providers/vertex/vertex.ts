/** Veo on Google's cloud (Vertex AI, now called Gemini Enterprise Agent Platform). */
import { GenerateVideosOperation } from '@google/genai/web';
import { isVertexHost } from '../../connections/connection.ts';
import { ShotlistError } from '../../errors.ts';
import { createGoogleClient, type GoogleClient } from '../google/client.ts';
import { callGoogle, hostOf, throwBadAnswer, type GoogleCall } from '../google/errors.ts';
import { listGoogleModels } from '../google/list-models.ts';
import type { CallContext, Operation, Provider, VideoProvider } from '../provider.ts';
import { veoParameters } from './veo-request.ts';
import { parseOperation, veoContentOf, veoStatusOf, type VeoOperation } from './veo-status.ts';

const jobCall: GoogleCall = { creating: false, endpoint: ':fetchPredictOperation', aboutJob: true };

/** The API can neither stop an operation of Veo, nor list or delete one (Veo reference, read 2026-11). */
const vertexVideos: VideoProvider = {
  async start(call, context) {
    const parameters = veoParameters(call, context.connection);
    const client = createGoogleClient(context, { vertex: true });
    const create: GoogleCall = { creating: true, endpoint: `/${parameters.model}:predictLongRunning` };
    return callGoogle(client, context, create, async () => {
      const answer: unknown = await client.call((sdk) => sdk.models.generateVideos(parameters));
      const operation = parseOperation(answer, context);
      if (!operation.name) return throwBadAnswer(`${hostOf(context.connection)} answered without the name of a job.`);
      const status = veoStatusOf(operation, context);
      return { operation: { id: operation.name }, ...(status.state === 'running' ? {} : { status }) };
    });
  },

  status(operation, context) {
    const client = createGoogleClient(context, { vertex: true });
    return callGoogle(client, context, jobCall, async () => {
      const status = veoStatusOf(await read(operation, client, context), context);
      const waitMs = client.waitMs();
      return waitMs === undefined ? status : { ...status, retryAfterMs: waitMs };
    });
  },

  async content(operation, variant, context) {
    if (variant !== 'video') {
      throw new ShotlistError('unsupported_parameter', `${context.connection.label} has no ${variant} of a clip.`);
    }
    const client = createGoogleClient(context, { vertex: true });
    return callGoogle(client, context, jobCall, async () =>
      veoContentOf(await read(operation, client, context), context),
    );
  },
};

async function read({ id }: Operation, client: GoogleClient, context: CallContext): Promise<VeoOperation> {
  const operation = new GenerateVideosOperation();
  operation.name = checkedName(id);
  const answer: unknown = await client.call((sdk) => sdk.operations.getVideosOperation({ operation }));
  return parseOperation(answer, context);
}

/** An operation comes from a journal or a sidecar: its name must not lead anywhere else on the server. */
function checkedName(name: string): string {
  const part = '(?!\\.+/)[\\w.:@-]+';
  const shape = `^(?:projects/${part}/locations/${part}/)?publishers/${part}/models/${part}/operations/(?!\\.+$)[\\w.:@-]+$`;
  if (new RegExp(shape).test(name)) return name;
  throw new ShotlistError('not_found', 'This is no name of a video at Vertex AI.');
}

export const vertexProvider: Provider = {
  protocol: 'vertex',
  videos: vertexVideos,
  /** Google's list of its models exists in the beta version only; other servers have it where the rest is. */
  listModels(context) {
    const url = new URL(context.connection.baseUrl);
    const baseUrl = isVertexHost(url.hostname) ? `${url.origin}/v1beta1` : context.connection.baseUrl;
    return listGoogleModels(context, { vertex: true, baseUrl });
  },
};
