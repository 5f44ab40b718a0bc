/** Image calls of the OpenAI protocol: what is sent, and the events made of what comes back. */
import { APIError, type OpenAI } from 'openai';
import type { ImageCreateVariationParams, ImageEditParamsBase, ImageGenerateParamsBase } from 'openai/resources/images';
import { throwIfAborted } from '../../network/abort.ts';
import { ShotlistError } from '../../errors.ts';
import type { InputRole, Usage } from '../../generation.ts';
import type { ImageCall, ImageEvent } from '../provider.ts';
import { addUsage, badResponse, decodePicture, parseAnswer, parseStreamEvent, pictureOf, usageOf } from './answer.ts';

export const imageEndpoints = {
  generate: '/images/generations',
  edit: '/images/edits',
  variation: '/images/variations',
} as const;

/** What the SDK hands back. `data` is a stream of events that nobody has read yet, or the parsed answer. */
interface Answer {
  readonly data: unknown;
  readonly response: Response;
}

export function sendImageCall(sdk: OpenAI, call: ImageCall, signal: AbortSignal): Promise<Answer> {
  const { images } = sdk;
  const fields = {
    ...(call.takesResponseFormat ? { response_format: 'b64_json' } : {}),
    ...call.request.parameters,
    model: call.wireModel,
  };
  if (call.operation === 'variation') {
    const [image] = filesFor(call, 'reference', 'image');
    if (image === undefined) throw new ShotlistError('invalid_request', 'A variation needs a reference picture.');
    return images.createVariation({ ...fields, image } as ImageCreateVariationParams, { signal }).withResponse();
  }
  const body = { ...fields, prompt: call.request.prompt, ...(call.stream ? { stream: true } : {}) };
  return call.operation === 'edit'
    ? images.edit({ ...body, ...filesOf(call) } as ImageEditParamsBase, { signal }).withResponse()
    : images.generate(body as ImageGenerateParamsBase, { signal }).withResponse();
}

/** One reference is the field `image`, several are the fields `image[]`. */
function filesOf(call: ImageCall): Record<string, File | File[]> {
  const references = filesFor(call, 'reference', 'image');
  const [mask] = filesFor(call, 'mask', 'mask');
  const [markup] = filesFor(call, 'markup', 'markup');
  const [only] = references;
  if (only === undefined) throw new ShotlistError('invalid_request', 'An edit needs a reference picture.');
  return {
    image: references.length === 1 ? only : references,
    ...(mask === undefined ? {} : { mask }),
    ...(markup === undefined ? {} : { markup }),
  };
}

/** Files are sent under neutral names: those on this machine are nobody's business. */
function filesFor(call: ImageCall, role: InputRole, stem: string): File[] {
  return call.request.inputs.flatMap((input, index) => {
    const bytes = call.inputs[index];
    if (input.role !== role || bytes === undefined) return [];
    const extension = input.mime.split('/')[1]?.replace('jpeg', 'jpg') ?? 'bin';
    return [new File([bytes], `${stem}-${index + 1}.${extension}`, { type: input.mime })];
  });
}

/**
 * The events of an answer, `finished` last. A server that answers a request for a stream with plain JSON is taken at
 * its word. Whatever throws does so after the pictures that did arrive.
 * @throws ShotlistError `bad_response`, APIError for an error in the body
 */
export async function* imageEvents(
  answer: Answer,
  call: ImageCall,
  host: string,
  signal: AbortSignal,
): AsyncGenerator<ImageEvent> {
  const json = /\bjson\b/i.test(answer.response.headers.get('content-type') ?? '');
  if (!call.stream) yield* eventsOfAnswer(answer.data, answer.response, host);
  else if (json) yield* eventsOfAnswer(await answer.response.json(), answer.response, host);
  else yield* eventsOfStream(answer, call, host, signal);
}

function* eventsOfAnswer(data: unknown, response: Response, host: string): Generator<ImageEvent> {
  const { data: items, usage, model, error } = parseAnswer(data, host);
  if (error !== undefined && error !== null) throw new APIError(undefined, error, undefined, response.headers);
  if (!items || items.length === 0) throw badResponse(`${host} answered without a picture.`);
  let broken: unknown;
  for (const item of items) {
    try {
      yield { type: 'completed', ...pictureOf(item, host) };
    } catch (failure) {
      broken ??= failure;
    }
  }
  if (broken !== undefined) throw broken as Error;
  yield finished(usageOf(usage), response, model);
}

async function* eventsOfStream(
  answer: Answer,
  call: ImageCall,
  host: string,
  signal: AbortSignal,
): AsyncGenerator<ImageEvent> {
  const wanted = Number(call.request.parameters['n'] ?? 1);
  let arrived = 0;
  let partials = 0;
  let broken: unknown;
  let usage: Usage | undefined;
  let model: string | null | undefined;
  try {
    for await (const data of answer.data as AsyncIterable<unknown>) {
      const event = parseStreamEvent(data);
      if (event?.type.endsWith('.partial_image') === true) {
        const bytes = preview(event.b64_json, host);
        if (bytes !== undefined) yield { type: 'partial', index: event.partial_image_index ?? partials, bytes };
        partials++;
      } else if (event?.type.endsWith('.completed') === true) {
        arrived++;
        usage = addUsage(usage, usageOf(event.usage));
        model ??= event.model;
        try {
          yield { type: 'completed', ...pictureOf(event, host) };
        } catch (failure) {
          broken ??= failure;
        }
      }
    }
    // the SDK ends a stream without a word when it is aborted
    if (arrived < wanted) throwIfAborted(signal);
  } catch (error) {
    // a connection that breaks after the last picture takes nothing away
    if (arrived < wanted) throw error;
  }
  if (broken !== undefined) throw broken as Error;
  if (arrived === 0) throw badResponse(`The stream of ${host} ended without a picture.`);
  yield finished(usage, answer.response, model);
}

function finished(usage: Usage | undefined, response: Response, model: string | null | undefined): ImageEvent {
  const requestId = response.headers.get('x-request-id');
  return {
    type: 'finished',
    ...(usage === undefined ? {} : { usage }),
    ...(requestId ? { requestId } : {}),
    ...(model ? { model } : {}),
  };
}

/** A preview that can't be decoded is no reason to lose the picture. */
function preview(encoded: string | null | undefined, host: string): Uint8Array | undefined {
  try {
    return encoded ? decodePicture(encoded, host) : undefined;
  } catch {
    return undefined;
  }
}
