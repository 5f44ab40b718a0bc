/**
 * A strict server of Google's Interactions API on loopback, with real sockets.
 *
 * It refuses every field that the API doesn't have (`problems` tells what was wrong, the client gets a 400), counts
 * creations, finishes a job after so many polls, delivers clips inline or as files that are ready one poll later and are
 * served with Range, and does wrong what it is told to:
 *
 *     await using server = await startGeminiServer({ polls: 2 });
 *     server.failNext('create', dropAtOnce, { carriedOut: true });
 *     defineConnection({ id: 'test', baseUrl: server.baseUrl, protocols: ['gemini'], keyHeader: 'x-goog-api-key' });
 */
import type { ServerResponse } from 'node:http';
import { file } from './clip-replies.ts';
import { geminiCreation, type GeminiCreation } from './gemini-server-checks.ts';
import { clipOf as playableClip } from './sora-server-content.ts';
import { apiKeyInvalid, googleFault, listModels, routeOf, type GeminiPhase } from './gemini-server-answers.ts';
import { json, startServer, type RecordedRequest, type Reply } from './http-server.ts';

export interface GeminiServerOptions {
  /** Looks at a job that find it unfinished; default 1. */
  readonly polls?: number;
  /** How long it says that a job took, from which is learned when to look at the next one; default 40 seconds. */
  readonly workedMs?: number;
  /** The bytes of a finished clip; default: playable ones that differ from job to job. */
  readonly clip?: (id: string) => Uint8Array;
  /** Any other key is answered as Google does. */
  readonly key?: string;
}

export interface StoredInteraction {
  readonly id: string;
  readonly body: GeminiCreation;
  status: string;
  /** Put into the answer when the job is over, over what is there. */
  outcome?: Readonly<Record<string, unknown>>;
  looks: number;
  fileLooks: number;
}

export interface GeminiServer extends AsyncDisposable {
  readonly origin: string;
  /** With `/v1`. */
  readonly baseUrl: string;
  readonly requests: readonly RecordedRequest[];
  /** Everything that would be charged, in order; also what was deleted since. */
  readonly creations: readonly StoredInteraction[];
  /** The most jobs that were unfinished at the same time. */
  readonly mostAtOnce: number;
  /** What was wrong with requests; a test that expects nothing wrong asserts that it is empty. */
  readonly problems: readonly string[];
  /** The next request of a phase goes wrong; `carriedOut`: after the work was done. Faults queue up. */
  failNext(phase: GeminiPhase, reply: Reply, options?: { readonly carriedOut?: boolean }): void;
  /** How the next job ends, over `{status: 'completed', steps}`. */
  endNext(outcome: Readonly<Record<string, unknown>>): void;
  /** Throws a clip's file away, as Google does after two days. */
  expire(id: string): void;
  clipOf(id: string): Uint8Array;
  clear(): void;
}

export async function startGeminiServer(options: GeminiServerOptions = {}): Promise<GeminiServer> {
  const { polls = 1, workedMs = 40_000 } = options;
  const clipOf = options.clip ?? playableClip;
  const creations: StoredInteraction[] = [];
  const kept = new Map<string, StoredInteraction>();
  let mostAtOnce = 0;
  const expired = new Set<string>();
  const problems: string[] = [];
  const faults: { readonly phase: GeminiPhase; readonly reply: Reply; readonly carriedOut: boolean }[] = [];
  const outcomes: Readonly<Record<string, unknown>>[] = [];

  const takeFault = (phase: GeminiPhase): (typeof faults)[number] | undefined => {
    const index = faults.findIndex((fault) => fault.phase === phase);
    return index < 0 ? undefined : faults.splice(index, 1)[0];
  };
  const create = (request: RecordedRequest): Reply => {
    const parsed = geminiCreation.safeParse(JSON.parse(request.body.toString()));
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      problems.push(`${issue?.path.join('.')}: ${issue?.message}`);
      return googleFault(400, 'INVALID_ARGUMENT', `Invalid JSON payload received. ${problems.at(-1)}`);
    }
    const body = parsed.data;
    const previous = body.previous_interaction_id;
    if (previous !== undefined && kept.get(previous)?.status !== 'completed') {
      return googleFault(404, 'NOT_FOUND', `Interaction ${previous} was not found.`);
    }
    const fault = takeFault('create');
    if (fault !== undefined && !fault.carriedOut) return fault.reply;
    const outcome = outcomes.shift();
    const interaction: StoredInteraction = {
      id: `v1_job${creations.length + 1}`,
      body,
      status: body.background ? 'in_progress' : 'completed',
      looks: 0,
      fileLooks: 0,
      ...(outcome === undefined ? {} : { outcome }),
    };
    creations.push(interaction);
    mostAtOnce = Math.max(mostAtOnce, creations.filter(({ status }) => status === 'in_progress').length);
    if (body.store) kept.set(interaction.id, interaction);
    return fault?.reply ?? json(200, describe(interaction));
  };
  const describe = (interaction: StoredInteraction): unknown => {
    const { id, body, status } = interaction;
    const head = { id, object: 'interaction', model: body.model, status, created: '2026-11-22T12:00:00Z' };
    if (status !== 'completed') return { ...head, updated: '2026-11-22T12:00:00Z' };
    const isVideo = body.response_format.type === 'video';
    const bytes = isVideo ? clipOf(id) : pixelPng;
    const inline = body.response_format.delivery !== 'uri';
    const block = {
      type: isVideo ? 'video' : 'image',
      mime_type: isVideo ? 'video/mp4' : 'image/png',
      ...(inline
        ? { data: Buffer.from(bytes).toString('base64') }
        : { uri: `${server.origin}/v1beta/files/file-${id}:download?alt=media` }),
    };
    return {
      ...head,
      updated: new Date(Date.parse(head.created) + workedMs).toISOString(),
      usage: {
        total_input_tokens: 10,
        total_output_tokens: 5000,
        total_tokens: 5010,
        input_tokens_by_modality: [{ modality: 'text', tokens: 10 }],
      },
      steps: [
        { type: 'user_input', content: [{ type: 'text', text: 'what was asked' }] },
        { type: 'thought', signature: 'x' },
        { type: 'model_output', content: [block] },
      ],
      ...interaction.outcome,
    };
  };
  const look = (interaction: StoredInteraction): Reply => {
    interaction.looks++;
    if (interaction.status === 'in_progress' && interaction.looks > polls) interaction.status = 'completed';
    return json(200, describe(interaction));
  };
  const lookAtFile = (name: string, download: boolean): Reply => {
    const interaction = kept.get(name.replace('file-', ''));
    if (interaction === undefined || expired.has(interaction.id)) {
      return googleFault(
        403,
        'PERMISSION_DENIED',
        `You do not have permission to access the File ${name} or it may not exist.`,
      );
    }
    if (download) {
      const headers = { 'content-type': 'video/mp4', etag: `"${name}"` };
      return interaction.fileLooks > 1
        ? file(clipOf(interaction.id), { headers, ranges: true })
        : googleFault(400, 'FAILED_PRECONDITION', 'The file is not ready.');
    }
    interaction.fileLooks++;
    return json(200, { name: `files/${name}`, state: interaction.fileLooks > 1 ? 'ACTIVE' : 'PROCESSING' });
  };
  const act = (phase: GeminiPhase, id: string | undefined, request: RecordedRequest): Reply => {
    if (phase === 'create') return create(request);
    const fault = takeFault(phase);
    if (fault !== undefined) return fault.reply;
    if (phase === 'models') return listModels(new URL(request.path, server.origin).searchParams);
    if (phase === 'file' || phase === 'download') return lookAtFile(id ?? '', phase === 'download');
    const interaction = kept.get(id ?? '');
    if (interaction === undefined) return googleFault(404, 'NOT_FOUND', `Interaction ${id} was not found.`);
    if (phase === 'status') return look(interaction);
    if (phase === 'cancel') interaction.status = 'cancelled';
    else kept.delete(interaction.id);
    return json(200, phase === 'cancel' ? describe(interaction) : {});
  };

  const server = await startServer((response: ServerResponse, request) => {
    const route = routeOf(request);
    const reply =
      options.key !== undefined && request.headers['x-goog-api-key'] !== options.key
        ? googleFault(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', [apiKeyInvalid])
        : route === undefined
          ? googleFault(404, 'NOT_FOUND', 'Requested entity was not found.')
          : act(route.phase, route.id, request);
    return reply(response, request);
  });
  return {
    origin: server.origin,
    baseUrl: `${server.origin}/v1`,
    requests: server.requests,
    creations,
    problems,
    get mostAtOnce() {
      return mostAtOnce;
    },
    failNext(phase, reply, { carriedOut = false } = {}) {
      faults.push({ phase, reply, carriedOut });
    },
    endNext: (outcome) => void outcomes.push(outcome),
    expire: (id) => void expired.add(id),
    clipOf,
    clear() {
      server.clear();
      for (const list of [creations, problems, faults, outcomes]) list.length = 0;
      mostAtOnce = 0;
      kept.clear();
      expired.clear();
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const pixelPng = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
