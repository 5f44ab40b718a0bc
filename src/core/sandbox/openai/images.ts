/** `POST /images/generations`, `/images/edits` and `/images/variations`. */
import type { Clock } from '../../environment.ts';
import type { ImageOperation } from '../../generation.ts';
import { createFaultCounter, parseDirectives } from '../directives.ts';
import { endWith, rawAnswer } from '../fault-answer.ts';
import { UndrawableError, type Painter } from '../drawing/painter.ts';
import type { DrawnFile } from '../drawing/order.ts';
import type { Call, Route } from '../router.ts';
import { byteStream, type Piece } from '../byte-stream.ts';
import { badRequest, OpenaiRefusal, refusalOf, unknownFault, type Answerer } from './envelope.ts';
import { faultNames, findFault, moderationEnvelope, type Spoil } from './faults.ts';
import { answerPieces, eventPieces, type AnswerContext } from './image-answer.ts';
import { readImageAsk, type ImageAsk } from './image-ask.ts';
import { drawOrderOf, mimeOfFormat } from './image-order.ts';
import { readRequestBody } from './request-body.ts';
import type { StoredFiles } from './stored-files.ts';

export interface ImageRouteOptions {
  readonly clock: Clock;
  readonly answerer: Answerer;
  readonly painter: Painter;
  readonly files: StoredFiles;
}

export function imageRoutes({ clock, answerer, painter, files }: ImageRouteOptions): Route[] {
  const faults = createFaultCounter();

  const handle = async (operation: ImageOperation, call: Call, startedAt: number): Promise<Response> => {
    const { signal } = call;
    const types =
      operation === 'generate'
        ? (['json'] as const)
        : operation === 'edit'
          ? (['form', 'json'] as const)
          : (['form'] as const);
    const body = await readRequestBody(call, types);
    const ask = await readImageAsk(operation, body);
    // a variation has no prompt: its directives come with the user's id
    const { user } = ask.parameters;
    const prompt = operation === 'variation' ? (typeof user === 'string' ? user : '') : ask.prompt;
    const directives = parseDirectives(prompt);
    if (directives.delayMs > 0) await clock.sleep(directives.delayMs, signal);
    const spoil = await bringOut(faults.next(`${operation} ${prompt}`, directives.faults), ask, signal);
    const context = contextOf(call, ask, spoil, directives.text, startedAt);
    const headers = { ...answerer.headers(startedAt), 'content-type': 'application/json' };
    const orders = Array.from({ length: ask.count }, (_, index) => drawOrderOf(ask, directives.text, index, spoil));
    const encoding = context.linkOf === undefined ? 'base64' : 'bytes';
    const drawAll = async function* (): AsyncGenerator<DrawnFile> {
      for (const order of orders) yield* painter.draw(order, encoding, signal);
    };
    const respond = (pieces: AsyncIterable<Piece>, contentType: string): Response =>
      new Response(byteStream(pieces, signal), { headers: { ...headers, 'content-type': contentType } });
    if (ask.stream && spoil !== 'plain_stream') {
      return respond(eventPieces(await begun(drawAll()), context), 'text/event-stream; charset=utf-8');
    }
    const drawn: DrawnFile[] = [];
    for await (const file of await begun(drawAll())) {
      if (file.partialIndex === undefined) drawn.push(file);
    }
    return respond(answerPieces(drawn, context), 'application/json');
  };

  const contextOf = (
    call: Call,
    ask: ImageAsk,
    spoil: Spoil | undefined,
    caption: string,
    startedAt: number,
  ): AnswerContext => {
    const asLinks = spoil === 'url' || spoil === 'dead_url' || ask.asLinks;
    const linkOf = ({ bytes }: DrawnFile): string =>
      spoil === 'dead_url' ? files.deadLink(call) : files.store(call, bytes, mimeOfFormat[ask.format], ask.format);
    return {
      ask,
      createdSeconds: Math.floor(startedAt / 1000),
      spoil,
      ...(asLinks ? { linkOf } : {}),
      ...(ask.model.id === 'dall-e-3' ? { revisedPrompt: `${caption}, drawn as a flat illustration.` } : {}),
    };
  };

  const route = (path: string, operation: ImageOperation): Route => ({
    method: 'POST',
    path,
    handle: (call) => answerer.answer((startedAt) => handle(operation, call, startedAt)).catch(rawAnswer),
  });
  return [
    route('/images/generations', 'generate'),
    route('/images/edits', 'edit'),
    route('/images/variations', 'variation'),
  ];
}

/** Brings a fault out; returns what is left to do to the answer. */
async function bringOut(name: string | undefined, ask: ImageAsk, signal: AbortSignal): Promise<Spoil | undefined> {
  if (name === undefined) return undefined;
  const fault = findFault(name);
  if (fault === undefined) throw unknownFault(name, faultNames);
  if (fault.type !== 'spoil') return endWith(fault, signal, refusalOf);
  if (fault.spoil === 'moderation_output' && !ask.stream) throw new OpenaiRefusal(400, moderationEnvelope('output'));
  return fault.spoil;
}

/**
 * The same files once the first is there: what can't be drawn is refused with a status, before an answer has begun.
 * @throws OpenaiRefusal where an input can't be decoded
 */
async function begun(files: AsyncGenerator<DrawnFile>): Promise<AsyncIterable<DrawnFile>> {
  let first: IteratorResult<DrawnFile, unknown>;
  try {
    first = await files.next();
  } catch (error) {
    if (!(error instanceof UndrawableError)) throw error;
    throw badRequest(
      'image_parse_error',
      'image',
      'Invalid image file or mode: it could not be decoded. Please check your image file.',
    );
  }
  return (async function* () {
    if (first.done !== true) yield first.value;
    yield* files;
  })();
}
