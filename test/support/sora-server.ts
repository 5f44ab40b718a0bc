/**
 * A strict server of OpenAI's Videos protocol on loopback, with real sockets.
 *
 * It checks every creating request against the vendor's document where that is there (closed; `problems` tells what was
 * wrong, the client gets a 400), counts creations, finishes jobs by its own clock, serves clips with Range, records
 * requests, and does wrong what it is told to.
 *
 *     await using server = await startSoraServer({ workMs: 2000, now: clock.now });
 *     server.fail('create', { type: 'reset', counted: true });          // the next creation; Infinity: all
 *     server.speak(soraDialects['gateway with video_url']);
 *     defineConnection({ id: 'test', baseUrl: server.baseUrl });
 *     assert.equal(server.creations.length, 1);
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RecordedRequest } from './http-server.ts';
import { readBody, type SoraAction } from './sora-server-checks.ts';
import { invalid, isBodyFault, notFound, Refusal, sendError, sendFault, sendJson } from './sora-server-answers.ts';
import { clipOf, sendContent, webpPixel } from './sora-server-content.ts';
import type { SoraDialect, SoraFault, SoraPhase } from './sora-server-faults.ts';
import { createSoraStore, soraModels } from './sora-server-store.ts';
import { describeVideo, stateOf, type SoraVideo, type SoraWork } from './sora-server-videos.ts';

export interface SoraServerOptions extends SoraWork {
  /** The server's clock, milliseconds since 1970; also what its Date header says. */
  readonly now?: () => number;
  /** Default: a small clip that differs from every other one. */
  readonly clip?: (video: SoraVideo) => Uint8Array;
  readonly dialect?: SoraDialect;
  /** Any other Authorization is answered with 401. Links need none. */
  readonly key?: string;
  /** Sent with each answer about a job that isn't over, in seconds. */
  readonly retryAfter?: string;
}

export interface SoraServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** With `/v1`. */
  readonly baseUrl: string;
  /** Everything that came, in order. */
  readonly requests: readonly RecordedRequest[];
  /** Everything that would be charged, in order; also what was deleted since. */
  readonly creations: readonly SoraVideo[];
  /** What was wrong with requests; a test that expects nothing wrong asserts that it is empty. */
  readonly problems: readonly string[];
  /** The next requests of a phase go wrong. Faults queue up; default once. */
  fail(phase: SoraPhase, fault: SoraFault, times?: number): void;
  /** Speaks another dialect from now on. */
  speak(dialect: SoraDialect): void;
  /** Throws the clip away, as servers do after a day: it is still listed, its content answers 404. */
  expire(id: string): void;
  /** Forgets requests, creations, problems and faults, and counts ids from 0 again; the dialect stays. */
  clear(): void;
  /** The bytes that a finished clip has. */
  clipOf(id: string): Uint8Array;
}

export async function startSoraServer(options: SoraServerOptions = {}): Promise<SoraServer> {
  const now = options.now ?? Date.now;
  const clip = options.clip ?? (({ id }: SoraVideo) => clipOf(id));
  const requests: RecordedRequest[] = [];
  const problems: string[] = [];
  const faults: { readonly phase: SoraPhase; readonly fault: SoraFault; times: number }[] = [];
  let dialect: SoraDialect = options.dialect ?? {};
  const store = createSoraStore({ ...options, now }, () => dialect, problems);

  const takeFault = (phase: SoraPhase): SoraFault | undefined => {
    const found = faults.find((entry) => entry.phase === phase && entry.times > 0);
    if (found !== undefined) found.times--;
    return found?.fault;
  };
  const sendVideo = (response: ServerResponse, video: SoraVideo, fault?: SoraFault): void => {
    const over = ['completed', 'failed'].includes(stateOf(video, now()));
    const headers = options.retryAfter === undefined || over ? {} : { 'retry-after': options.retryAfter };
    sendJson(response, 200, describeVideo(video, now(), dialect, origin), { headers, fault });
  };

  const answerCreation = async (
    response: ServerResponse,
    request: RecordedRequest,
    action: SoraAction,
    pathId?: string,
  ): Promise<void> => {
    if (dialect.followUps === false && action !== 'generate') throw notFound('Not Found');
    const body = await readBody(request).catch(() => undefined);
    const fault = takeFault('create');
    const instead = fault === undefined || isBodyFault(fault) ? undefined : fault;
    if (instead !== undefined && !('counted' in instead && instead.counted)) {
      sendFault(response, instead);
      return;
    }
    const video = store.create(action, body, pathId);
    if (instead !== undefined) sendFault(response, instead);
    else if (dialect.minimalCreation === true) {
      const { id, status, created_at } = describeVideo(video, now(), dialect, origin);
      sendJson(response, 200, { id, status, created_at }, { fault });
    } else sendVideo(response, video, fault);
  };

  const answerContent = (
    response: ServerResponse,
    request: RecordedRequest,
    id: string | undefined,
    variant: string,
  ): void => {
    const fault = takeFault('download');
    if (fault !== undefined && fault.type !== 'hang' && !isBodyFault(fault)) {
      sendFault(response, fault);
      return;
    }
    const video = store.finished(id);
    if (!['video', 'thumbnail', 'spritesheet'].includes(variant)) throw invalid(`No variant ${variant}.`, 'variant');
    const bytes = variant === 'video' ? clip(video) : webpPixel;
    const content = { bytes, type: variant === 'video' ? 'video/mp4' : 'image/webp', tag: `"${video.id}-${variant}"` };
    const bodyFault = fault !== undefined && (fault.type === 'hang' || isBodyFault(fault)) ? fault : undefined;
    sendContent(response, request.headers, content, { ranges: dialect.ranges !== false, fault: bodyFault });
  };

  const answer = async (response: ServerResponse, request: RecordedRequest): Promise<void> => {
    const url = new URL(request.path, origin);
    const [, root, ...path] = url.pathname.split('/');
    if (dialect.videos === false) {
      response.writeHead(404).end();
      return;
    }
    if (root === 'files') {
      answerContent(response, request, path[0]?.replace(/\.mp4$/, ''), 'video');
      return;
    }
    if (options.key !== undefined && request.headers.authorization !== `Bearer ${options.key}`) {
      throw new Refusal(401, { message: 'Incorrect API key provided.', code: 'invalid_api_key' });
    }
    const [area, id, part] = path;
    if (root === 'v1' && area === 'models' && request.method === 'GET') {
      sendJson(response, 200, { object: 'list', data: soraModels.map((name) => ({ id: name, object: 'model' })) });
      return;
    }
    if (root !== 'v1' || area !== 'videos' || path.length > 3) throw notFound('Not Found');
    const route = `${request.method} ${id === undefined ? '' : id === 'edits' || id === 'extensions' ? id : ':id'}${part === undefined ? '' : `/${part}`}`;
    if (route === 'POST ') await answerCreation(response, request, 'generate');
    else if (route === 'POST edits') await answerCreation(response, request, 'edit');
    else if (route === 'POST extensions') await answerCreation(response, request, 'extend');
    else if (route === 'POST :id/remix') await answerCreation(response, request, 'remix', id);
    else if (route === 'GET :id/content' && dialect.content !== false) {
      answerContent(response, request, id, url.searchParams.get('variant') ?? 'video');
    } else if (route === 'GET ' && dialect.list !== false) {
      const fault = takeFault('list');
      if (fault !== undefined && !isBodyFault(fault)) sendFault(response, fault);
      else sendJson(response, 200, store.list(url.searchParams, origin), { fault });
    } else if (route === 'GET :id') {
      const fault = takeFault('poll');
      if (fault !== undefined && !isBodyFault(fault)) sendFault(response, fault);
      else sendVideo(response, store.known(id), fault);
    } else if (route === 'DELETE :id') {
      const fault = takeFault('delete');
      if (fault !== undefined && !isBodyFault(fault)) sendFault(response, fault);
      else {
        const video = store.known(id);
        store.change(video.id, { deleted: true });
        sendJson(response, 200, { id: video.id, object: 'video.deleted', deleted: true });
      }
    } else throw notFound('Not Found');
  };

  const server = createServer((incoming, response) => {
    response.setHeader('date', new Date(now()).toUTCString());
    response.setHeader('x-request-id', `req_${requests.length}`);
    receive(incoming)
      .then((request) => {
        requests.push(request);
        return answer(response, request);
      })
      .catch((error: unknown) => {
        if (error instanceof Refusal) sendError(response, error.status, error.error);
        else response.destroy();
      });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    baseUrl: `${origin}/v1`,
    requests,
    problems,
    get creations() {
      return [...store.all.values()];
    },
    fail(phase, fault, times = 1) {
      faults.push({ phase, fault, times });
    },
    speak(next) {
      dialect = next;
    },
    expire(id) {
      store.change(id, { expired: true });
    },
    clear() {
      requests.length = 0;
      problems.length = 0;
      faults.length = 0;
      store.clear();
    },
    clipOf: (id) => clip(store.known(id)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

async function receive(incoming: IncomingMessage): Promise<RecordedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const { method = '', url = '', headers } = incoming;
  return { method, path: url, headers, body: Buffer.concat(chunks) };
}
