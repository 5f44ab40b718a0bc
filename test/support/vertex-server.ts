/**
 * A strict server of Veo on Vertex AI, on loopback, with real sockets.
 *
 * It refuses every field that the API doesn't have (`problems` tells what was wrong, the client gets a 400), counts
 * creations, finishes an operation after so many looks, and does wrong what it is told to:
 *
 *     await using server = await startVertexServer({ polls: 2, token: 'ya29.…' });
 *     server.endNext({ response: { raiMediaFilteredCount: 1, raiMediaFilteredReasons: ['…'] } });
 *     defineConnection({ id: 'test', baseUrl: server.baseUrl, protocols: ['vertex'], project: 'p', location: 'l' });
 */
import * as z from 'zod';
import { file } from './clip-replies.ts';
import { googleFault } from './gemini-server-answers.ts';
import { json, startServer, type RecordedRequest, type Reply } from './http-server.ts';
import { clipOf as playableClip } from './sora-server-content.ts';
import { veoCreation, type VeoCreation } from './vertex-server-checks.ts';

export type VertexPhase = 'create' | 'status' | 'download' | 'models';

export interface VertexServerOptions {
  /** Looks at an operation that find it unfinished; default 1. */
  readonly polls?: number;
  /** `inline`: in the answer; `link`: at an address of this server; `bucket`: in a storage bucket. */
  readonly delivery?: 'inline' | 'link' | 'bucket';
  /** Anything else than this bearer token is refused. */
  readonly token?: string;
  /** Anything else than this key is refused. */
  readonly key?: string;
}

export interface StoredOperation {
  readonly name: string;
  readonly model: string;
  /** `projects/p/locations/l`, or empty in express mode. */
  readonly place: string;
  readonly body: VeoCreation;
  readonly outcome?: Readonly<Record<string, unknown>>;
  looks: number;
}

export interface VertexServer extends AsyncDisposable {
  readonly origin: string;
  /** With `/v1`. */
  readonly baseUrl: string;
  readonly requests: readonly RecordedRequest[];
  /** Everything that would be charged, in order. */
  readonly creations: readonly StoredOperation[];
  /** The most operations that were unfinished at the same time. */
  readonly mostAtOnce: number;
  /** What was wrong with requests; a test that expects nothing wrong asserts that it is empty. */
  readonly problems: readonly string[];
  /** The next request of a phase goes wrong; `carriedOut`: after the work was done. Faults queue up. */
  failNext(phase: VertexPhase, reply: Reply, options?: { readonly carriedOut?: boolean }): void;
  /** What the next operation ends with, instead of a clip: `error` or `response`. */
  endNext(outcome: Readonly<Record<string, unknown>>): void;
  clipOf(name: string): Uint8Array;
  clear(): void;
}

const fetchBody = z.strictObject({ operationName: z.string().min(1) });
const path = /^\/v1\/((?:projects\/[\w-]+\/locations\/[\w-]+\/)?)publishers\/google\/models\/([\w.-]+):(\w+)$/;

export async function startVertexServer(options: VertexServerOptions = {}): Promise<VertexServer> {
  const polls = options.polls ?? 1;
  const creations: StoredOperation[] = [];
  const problems: string[] = [];
  let mostAtOnce = 0;
  const faults: { readonly phase: VertexPhase; readonly reply: Reply; readonly carriedOut: boolean }[] = [];
  const outcomes: Readonly<Record<string, unknown>>[] = [];

  const takeFault = (phase: VertexPhase): (typeof faults)[number] | undefined => {
    const index = faults.findIndex((fault) => fault.phase === phase);
    return index < 0 ? undefined : faults.splice(index, 1)[0];
  };
  const refuse = (problem: string): Reply => {
    problems.push(problem);
    return googleFault(400, 'INVALID_ARGUMENT', problem);
  };
  const create = (request: RecordedRequest, place: string, model: string): Reply => {
    const parsed = veoCreation.safeParse(JSON.parse(request.body.toString()));
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      return refuse(`${issue?.path.join('.')}: ${issue?.message}`);
    }
    const fault = takeFault('create');
    if (fault !== undefined && !fault.carriedOut) return fault.reply;
    const outcome = outcomes.shift();
    const name = `${place}publishers/google/models/${model}/operations/op-${creations.length + 1}`;
    creations.push({ name, model, place, body: parsed.data, looks: 0, ...(outcome === undefined ? {} : { outcome }) });
    mostAtOnce = Math.max(mostAtOnce, creations.filter(({ looks }) => looks <= polls).length);
    return fault?.reply ?? json(200, { name });
  };
  const look = (request: RecordedRequest, place: string, model: string): Reply => {
    const fault = takeFault('status');
    if (fault !== undefined) return fault.reply;
    const { data } = fetchBody.safeParse(JSON.parse(request.body.toString()));
    if (data === undefined) return refuse('the body of fetchPredictOperation is wrong');
    if (!data.operationName.startsWith(`${place}publishers/google/models/${model}/`)) return refuse('another model');
    const operation = creations.find(({ name }) => name === data.operationName);
    if (operation === undefined) return googleFault(404, 'NOT_FOUND', `Operation ${data.operationName} is not found.`);
    operation.looks++;
    if (operation.looks <= polls) return json(200, { name: operation.name });
    const done = { name: operation.name, done: true };
    return json(
      200,
      operation.outcome === undefined
        ? { ...done, response: clipAnswer(operation.name) }
        : { ...done, ...operation.outcome },
    );
  };
  const clipAnswer = (name: string): unknown => {
    const where = {
      inline: { bytesBase64Encoded: playableClip(name).toString('base64') },
      link: { gcsUri: `${server.origin}/clips/${name.split('/').at(-1)}` },
      bucket: { gcsUri: 'gs://somebody/clip.mp4' },
    }[options.delivery ?? 'inline'];
    return {
      '@type': 'type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse',
      videos: [{ ...where, mimeType: 'video/mp4' }],
    };
  };
  const isAllowed = ({ headers }: RecordedRequest): boolean =>
    (options.token === undefined || headers.authorization === `Bearer ${options.token}`) &&
    (options.key === undefined || headers['x-goog-api-key'] === options.key);

  const replyTo = (request: RecordedRequest): Reply => {
    const { pathname } = new URL(request.path, 'http://localhost');
    const clip = creations.find(({ name }) => pathname === `/clips/${name.split('/').at(-1)}`);
    if (clip !== undefined) {
      const headers = { 'content-type': 'video/mp4', etag: `"${clip.name}"` };
      return takeFault('download')?.reply ?? file(playableClip(clip.name), { headers, ranges: true });
    }
    if (!isAllowed(request)) {
      return googleFault(
        401,
        'UNAUTHENTICATED',
        'Request had invalid authentication credentials. Expected OAuth 2 access token.',
      );
    }
    if (request.method === 'GET' && pathname === '/v1/publishers/google/models') {
      const models = ['veo-3.1-generate-001', 'veo-3.1-fast-generate-001'];
      const names = models.map((model) => ({ name: `publishers/google/models/${model}` }));
      return takeFault('models')?.reply ?? json(200, { publisherModels: names });
    }
    const [, place = '', model = '', verb] = path.exec(pathname) ?? [];
    if (request.method === 'POST' && verb === 'predictLongRunning') return create(request, place, model);
    if (request.method === 'POST' && verb === 'fetchPredictOperation') return look(request, place, model);
    return googleFault(404, 'NOT_FOUND', 'Requested entity was not found.');
  };

  const server = await startServer((response, request) => replyTo(request)(response, request));
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
    clipOf: playableClip,
    clear() {
      server.clear();
      mostAtOnce = 0;
      for (const list of [creations, problems, faults, outcomes]) list.length = 0;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
