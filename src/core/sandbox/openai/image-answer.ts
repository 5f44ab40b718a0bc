/** The answers of the image endpoints, whole or as a stream of events. */
import { formatSize } from '../../catalog/sizes.ts';
import { brokenBody } from '../connection-faults.ts';
import type { DrawnFile } from '../drawing/order.ts';
import type { Piece } from '../byte-stream.ts';
import { moderationEnvelope, type Spoil } from './faults.ts';
import type { ImageAsk } from './image-ask.ts';
import { svgUsageOf, usageOf } from './usage.ts';

export interface AnswerContext {
  readonly ask: ImageAsk;
  readonly createdSeconds: number;
  readonly spoil: Spoil | undefined;
  /** Makes a link of a finished picture, for answers that carry links. */
  readonly linkOf?: (file: DrawnFile) => string;
  /** `revised_prompt` of dall-e-3. */
  readonly revisedPrompt?: string;
}

/** Text of `{…}` without its last bracket. */
function openObject(value: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(value).slice(0, -1);
}

/** The whole answer; `files` are finished pictures, as base64 where there is no `linkOf`. */
export async function* answerPieces(files: readonly DrawnFile[], context: AnswerContext): AsyncGenerator<Piece> {
  const { ask, createdSeconds, spoil } = context;
  if (spoil === 'no_data') {
    yield JSON.stringify({ created: createdSeconds });
    return;
  }
  yield `{"created":${createdSeconds},"data":[`;
  for (const [index, file] of (spoil === 'empty' ? [] : files).entries()) {
    if (index > 0) yield ',';
    yield* picturePieces(file, context);
    if (spoil === 'truncated') throw brokenBody();
  }
  yield ']';
  const bytes = files.reduce((sum, file) => sum + (file.bytes.length * 3) / 4, 0);
  const more = ask.model.limits.takesResponseFormat
    ? {}
    : { ...describe(ask), usage: usageOf(ask, files.length, true), svg_usage: svgUsageOf(ask, bytes) };
  const rest = JSON.stringify(more).slice(1);
  yield rest === '}' ? rest : `,${rest}`;
}

async function* picturePieces(file: DrawnFile, { linkOf, revisedPrompt, spoil }: AnswerContext): AsyncGenerator<Piece> {
  const revised = revisedPrompt === undefined ? {} : { revised_prompt: revisedPrompt };
  if (linkOf !== undefined) {
    yield JSON.stringify({ ...revised, url: linkOf(file) });
    return;
  }
  yield '{"b64_json":"';
  yield spoiledBase64(spoil) ?? (spoil === 'truncated' ? file.bytes.slice(0, file.bytes.length / 2) : file.bytes);
  const rest = JSON.stringify(revised).slice(1);
  yield rest === '}' ? '"}' : `",${rest}`;
}

function spoiledBase64(spoil: Spoil | undefined): string | undefined {
  if (spoil === 'bad_base64') return '%%% this is no base64 %%%';
  return spoil === 'not_an_image' ? Buffer.from('This is no picture.').toString('base64') : undefined;
}

/** Files of the pictures of one call, one after the other; each finished one ends a picture. */
export async function* eventPieces(files: AsyncIterable<DrawnFile>, context: AnswerContext): AsyncGenerator<Piece> {
  const { ask, createdSeconds, spoil } = context;
  const name = ask.operation === 'edit' ? 'image_edit' : 'image_generation';
  const common = { created_at: createdSeconds, ...describe(ask) };
  let finished = 0;
  for await (const file of files) {
    if (file.partialIndex !== undefined) {
      yield* eventOf(`${name}.partial_image`, { ...common, partial_image_index: file.partialIndex }, file, context);
      continue;
    }
    if (spoil === 'truncated_stream') return;
    if (spoil === 'moderation_output') {
      yield errorEvent({ ...moderationEnvelope('output') });
      return;
    }
    if (spoil === 'stream_error') {
      yield errorEvent({
        message: 'The server had an error while processing your request. Sorry about that!',
        type: 'server_error',
        param: null,
        code: 'server_error',
      });
      return;
    }
    if (spoil === 'empty' || spoil === 'no_data') continue;
    const usage = usageOf(ask, 1, finished === 0);
    yield* eventOf(`${name}.completed`, { ...common, usage }, file, context);
    finished++;
  }
}

async function* eventOf(
  type: string,
  value: Readonly<Record<string, unknown>>,
  file: DrawnFile,
  context: AnswerContext,
): AsyncGenerator<Piece> {
  const { spoil, linkOf } = context;
  yield `event: ${type}\ndata: ${openObject({ type, ...value })},`;
  if (linkOf !== undefined && file.partialIndex === undefined) {
    yield `${JSON.stringify({ url: linkOf(file) }).slice(1)}\n\n`;
    return;
  }
  yield '"b64_json":"';
  const spoiled = file.partialIndex === undefined ? spoiledBase64(spoil) : undefined;
  if (spoil === 'truncated' && file.partialIndex === undefined) {
    yield file.bytes.slice(0, file.bytes.length / 2);
    throw brokenBody();
  }
  yield spoiled ?? file.bytes;
  yield '"}\n\n';
}

function errorEvent(error: Readonly<Record<string, unknown>>): string {
  return `event: error\ndata: ${JSON.stringify({ type: 'error', error })}\n\n`;
}

function describe({ background, format, quality, size }: ImageAsk): Record<string, string> {
  return { background, output_format: format, quality, size: formatSize(size) };
}
