/** Prices as data, estimates before sending and costs from usage afterwards. US dollars. */
import { textParameter, type Cost, type Estimate, type Usage } from '../generation.ts';
import { parseSize } from './sizes.ts';

/** Dollars for a million tokens, and how many output tokens a picture of 1024x1024 takes at each quality. */
export interface TokenPrice {
  readonly type: 'tokens';
  readonly textInput: number;
  readonly imageInput: number;
  readonly cachedTextInput?: number;
  readonly output: number;
  /** Output tokens of a 1024x1024 picture by quality; a quality that is not here has no estimate. */
  readonly outputTokens: Readonly<Record<string, number>>;
  /** What each partial image of a stream adds. */
  readonly tokensPerPartialImage: number;
  readonly source: string;
}

/** Dollars a picture by quality and size; `*` stands for any. */
export interface ImagePrice {
  readonly type: 'image';
  readonly perImage: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly source: string;
}

export type ImageModelPrice = TokenPrice | ImagePrice;

/** Dollars a second of clip by resolution. */
export interface VideoPrice {
  readonly type: 'second';
  readonly perSecond: Readonly<Record<string, number>>;
  readonly source: string;
}

const basePixels = 1024 * 1024;
const million = 1_000_000;
/** About four characters of English make a token; a prompt is a small part of the price, so this is near enough. */
const charactersPerToken = 4;
/** Input tokens of a reference picture; about what a 1024x1024 picture takes. */
const tokensPerReference = 1_100;

export interface PricedRequest {
  readonly prompt: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly inputs: readonly unknown[];
}

/** What a call will cost, as far as that can be known beforehand; undefined where it can't. */
export function estimateImages(
  price: ImageModelPrice | undefined,
  request: PricedRequest,
  count: number,
): Estimate | undefined {
  if (price === undefined) return undefined;
  const quality = textParameter(request.parameters, 'quality') ?? 'auto';
  const size = textParameter(request.parameters, 'size') ?? 'auto';
  const range = price.type === 'tokens' ? tokenRange(price, request, quality, size) : imageRange(price, quality, size);
  if (range === undefined) return undefined;
  return { usd: roundUsd(range.usd * count), upperUsd: roundUsd(range.upperUsd * count), basis: 'estimate' };
}

interface Range {
  readonly usd: number;
  readonly upperUsd: number;
}

function tokenRange(price: TokenPrice, request: PricedRequest, quality: string, size: string): Range | undefined {
  const format = request.parameters['output_format'];
  // animations and vector drawings are billed by other rules that no source states
  if (format === 'gif' || format === 'svg') return undefined;
  const typical = price.outputTokens[quality === 'auto' ? 'medium' : quality];
  const upper = price.outputTokens[quality === 'auto' ? 'high' : quality];
  if (typical === undefined || upper === undefined) return undefined;
  const pixels = parseSize(size);
  const scale = pixels === undefined ? 1 : (pixels.width * pixels.height) / basePixels;
  const upperScale = pixels === undefined ? 1.5 : scale;
  const partials = typeof request.parameters['partial_images'] === 'number' ? request.parameters['partial_images'] : 0;
  const input =
    (request.prompt.length / charactersPerToken) * price.textInput +
    request.inputs.length * tokensPerReference * price.imageInput;
  const extra = partials * price.tokensPerPartialImage;
  return {
    usd: (input + (typical * scale + extra) * price.output) / million,
    upperUsd: (input + (upper * upperScale + extra) * price.output) / million,
  };
}

function imageRange(price: ImagePrice, quality: string, size: string): Range | undefined {
  const rows = Object.entries(price.perImage)
    .filter(([key]) => key === '*' || quality === 'auto' || key === quality)
    .map(([, row]) => row);
  const values = rows.flatMap((row) =>
    Object.entries(row)
      .filter(([key]) => key === '*' || parseSize(size) === undefined || key === size)
      .map(([, usd]) => usd),
  );
  if (values.length === 0) return undefined;
  return { usd: values[0] ?? 0, upperUsd: Math.max(...values) };
}

/** The cost of a call from the token counts that the provider reported; undefined where they don't set the price. */
export function costFromUsage(
  price: ImageModelPrice | undefined,
  usage: Usage | undefined,
  parameters: Readonly<Record<string, unknown>>,
): Cost | undefined {
  if (price?.type !== 'tokens' || usage?.outputTokens === undefined) return undefined;
  // an svg is written by a text model of another price
  if (parameters['output_format'] === 'svg') return undefined;
  const cached = Math.min(usage.cachedInputTokens ?? 0, usage.inputTextTokens ?? usage.inputTokens ?? 0);
  const image = usage.inputImageTokens ?? 0;
  const text = (usage.inputTextTokens ?? Math.max(0, (usage.inputTokens ?? 0) - image)) - cached;
  const usd =
    (text * price.textInput +
      cached * (price.cachedTextInput ?? price.textInput) +
      image * price.imageInput +
      usage.outputTokens * price.output) /
    million;
  return { usd: roundUsd(usd), basis: 'usage' };
}

/** To a hundredth of a cent upwards zeros are noise. */
export function roundUsd(usd: number): number {
  return Math.round(usd * 1e6) / 1e6;
}

/** `$0.053`, `$1.20`; small sums keep three decimals. */
export function formatUsd(usd: number): string {
  return `$${usd < 1 ? usd.toFixed(3) : usd.toFixed(2)}`;
}
