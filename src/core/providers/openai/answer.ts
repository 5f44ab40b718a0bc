/** Wire answers of the image endpoints → core values. Lenient: compatible servers leave out and add fields. */
import * as z from 'zod';
import { ShotlistError } from '../../errors.ts';
import type { Usage } from '../../generation.ts';
import { strictBase64 } from '../foreign-text.ts';
import type { ImageContent } from '../provider.ts';

/** One picture may have this many bytes; the length is checked before decoding. */
export const maxImageBytes = 64 * 1024 * 1024;

const count = z.number().nonnegative().nullish().catch(undefined);
const text = z.string().nullish().catch(undefined);
const usageSchema = z
  .object({
    input_tokens: count,
    output_tokens: count,
    total_tokens: count,
    input_tokens_details: z
      .object({ text_tokens: count, image_tokens: count, cached_tokens: count })
      .nullish()
      .catch(undefined),
  })
  .nullish()
  .catch(undefined);

const pictureSchema = z.object({ b64_json: text, url: text, revised_prompt: text });
const answerSchema = z.object({
  data: z.array(z.unknown()).nullish(),
  usage: usageSchema,
  model: text,
  error: z.unknown().optional(),
});
const streamEventSchema = z.object({
  type: z.string(),
  partial_image_index: count,
  usage: usageSchema,
  model: text,
  ...pictureSchema.shape,
});

export type WireAnswer = z.infer<typeof answerSchema>;
export type WireStreamEvent = z.infer<typeof streamEventSchema>;

/** @throws ShotlistError `bad_response` where it is no answer at all */
export function parseAnswer(data: unknown, host: string): WireAnswer {
  // some servers send JSON under another name
  const parsed = answerSchema.safeParse(typeof data === 'string' ? parseJson(data) : data);
  if (!parsed.success) {
    throw badResponse(`${host} answered with something that is no answer to a request for pictures.`);
  }
  return parsed.data;
}

/** Undefined for events that are not ours, for example keep-alive messages. */
export function parseStreamEvent(data: unknown): WireStreamEvent | undefined {
  return streamEventSchema.safeParse(data).data;
}

/** @throws ShotlistError `bad_response` where there is neither a picture that can be decoded nor a link */
export function pictureOf(item: unknown, host: string): { content: ImageContent; revisedPrompt?: string } {
  const { b64_json, url, revised_prompt } = pictureSchema.safeParse(item).data ?? {};
  const inline = b64_json || (url?.startsWith('data:') === true ? url : undefined);
  const revised = revised_prompt ? { revisedPrompt: revised_prompt } : {};
  if (inline) return { content: { bytes: decodePicture(inline, host) }, ...revised };
  if (url) return { content: { url }, ...revised };
  throw badResponse(`${host} answered without a picture.`);
}

/** @throws ShotlistError `bad_response` for what is no base64, is empty or too large */
export function decodePicture(encoded: string, host: string): Uint8Array {
  if (encoded.length > (maxImageBytes / 3) * 4 + 1024) {
    throw badResponse(`${host} sent a picture of more than ${maxImageBytes / 1024 / 1024} MiB.`);
  }
  const digits = encoded.startsWith('data:') ? encoded.slice(encoded.indexOf(',') + 1) : encoded;
  const bytes = strictBase64(digits) ?? strictBase64(digits.replace(/\s+/g, ''));
  if (bytes === undefined) throw badResponse(`${host} sent a picture that can't be decoded.`);
  return bytes;
}

/** Undefined where the server reports none. */
export function usageOf(usage: WireAnswer['usage']): Usage | undefined {
  if (!usage) return undefined;
  const { input_tokens_details: input } = usage;
  const counts: Record<keyof Usage, number | null | undefined> = {
    inputTokens: usage.input_tokens,
    inputTextTokens: input?.text_tokens,
    inputImageTokens: input?.image_tokens,
    cachedInputTokens: input?.cached_tokens,
    outputTokens: usage.output_tokens,
    totalTokens: usage.total_tokens,
  };
  const known = Object.entries(counts).filter(([, value]) => value !== undefined && value !== null);
  return known.length === 0 ? undefined : (Object.fromEntries(known) as Usage);
}

/** Each picture of a stream reports its own tokens. */
export function addUsage(a: Usage | undefined, b: Usage | undefined): Usage | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])] as (keyof Usage)[];
  return Object.fromEntries(keys.map((key) => [key, (a[key] ?? 0) + (b[key] ?? 0)]));
}

/** The work was done, so it is probably charged. */
export function badResponse(message: string): ShotlistError {
  return new ShotlistError('bad_response', message, {
    hint: 'Check that the base URL of the connection is that of an OpenAI-compatible API; it usually ends in /v1.',
    maybeCharged: true,
  });
}

/** Undefined where it is no JSON. */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
