/** Token counts as the API would report them: those of the catalog's price tables where it has them. */
import type { ImageAsk } from './image-ask.ts';

export interface WireUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly total_tokens: number;
  readonly input_tokens_details: { readonly text_tokens: number; readonly image_tokens: number };
  readonly output_tokens_details: { readonly text_tokens: number; readonly image_tokens: number };
}

const charactersPerToken = 4;
const squarePixels = 1024 * 1024;
/** Of a picture of 1024x1024, where the catalog has no number. */
const usualOutputTokens: Readonly<Record<string, number>> = {
  low: 196,
  medium: 1_767,
  high: 7_033,
  xhigh: 10_500,
  max: 14_000,
};
const tokensPerReference = 1_100;
const tokensPerPartialImage = 100;

/** Of `count` pictures; `withInput` once for each call, since what goes in is counted once. */
export function usageOf(ask: ImageAsk, count: number, withInput: boolean): WireUsage {
  const { width, height } = ask.size;
  const price = ask.model.price?.type === 'tokens' ? ask.model.price.outputTokens : {};
  const perSquare = price[ask.quality] ?? usualOutputTokens[ask.quality] ?? 1_767;
  const frames = ask.format === 'gif' ? 2 : 1;
  const output =
    Math.round(((perSquare * width * height) / squarePixels) * frames) + ask.partialImages * tokensPerPartialImage;
  const text = withInput ? Math.max(1, Math.ceil(ask.prompt.length / charactersPerToken)) : 0;
  const image = withInput ? inputPictureTokens(ask) : 0;
  return {
    input_tokens: text + image,
    output_tokens: output * count,
    total_tokens: text + image + output * count,
    input_tokens_details: { text_tokens: text, image_tokens: image },
    output_tokens_details: { text_tokens: 0, image_tokens: output * count },
  };
}

function inputPictureTokens({ references, mask, markup }: ImageAsk): number {
  return [...references, mask, markup]
    .filter((file) => file !== undefined)
    .reduce(
      (sum, { width, height }) =>
        sum + Math.round(tokensPerReference * Math.min(1, Math.max(0.2, (width * height) / squarePixels))),
      0,
    );
}

/** Who writes an SVG where the request names nobody. */
const defaultSvgAuthor = 'gpt-6.1-terra';

/** What the text model that writes an SVG would take. */
export function svgUsageOf(ask: ImageAsk, bytes: number): Record<string, unknown> | undefined {
  if (ask.format !== 'svg') return undefined;
  const { svg } = ask.parameters;
  const model = typeof svg === 'object' && svg !== null && 'model' in svg ? svg.model : defaultSvgAuthor;
  const input = Math.max(1, Math.ceil(ask.prompt.length / charactersPerToken));
  const output = Math.ceil(bytes / charactersPerToken);
  return {
    input_tokens: input,
    model,
    output_tokens: output,
    reasoning_tokens: 0,
    total_tokens: input + output,
  };
}
