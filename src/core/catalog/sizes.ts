/** Sizes as data: a fixed list, or a rule that any `WIDTHxHEIGHT` has to keep. Pixels throughout. */
import * as z from 'zod';

export type SizeRule =
  | { readonly type: 'list'; readonly sizes: readonly string[]; readonly auto: boolean }
  | {
      readonly type: 'free';
      readonly multipleOf: number;
      readonly minPixels: number;
      readonly maxPixels: number;
      readonly maxWidth: number;
      readonly maxHeight: number;
      /** Longest edge divided by shortest. */
      readonly maxRatio: number;
      readonly auto: boolean;
    }
  /** The model is told a ratio and a class of size (`1K`), not pixels. */
  | { readonly type: 'aspect'; readonly aspects: readonly string[] }
  | { readonly type: 'any' };

export interface Size {
  readonly width: number;
  readonly height: number;
}

const sizePattern = /^(\d{1,5})x(\d{1,5})$/;

/** `"1536x1024"` to numbers; undefined for `auto` and anything else. */
export function parseSize(text: string): Size | undefined {
  const match = sizePattern.exec(text);
  return match === null ? undefined : { width: Number(match[1]), height: Number(match[2]) };
}

export function formatSize(size: Size): string {
  return `${size.width}x${size.height}`;
}

/** Why a size breaks the rule, as a sentence that names what would be right; undefined where it keeps it. */
export function sizeProblem(rule: SizeRule, text: string): string | undefined {
  if (rule.type === 'any') return undefined;
  if (rule.type === 'aspect') return 'size is said as aspect_ratio and image_size';
  if (text === 'auto' && rule.auto) return undefined;
  if (rule.type === 'list') {
    return rule.sizes.includes(text) ? undefined : `size must be one of ${sizeChoices(rule).join(', ')}`;
  }
  const size = parseSize(text);
  if (size === undefined) return `size must be WIDTHxHEIGHT in pixels${rule.auto ? ' or auto' : ''}`;
  const { width, height } = size;
  if (width % rule.multipleOf !== 0 || height % rule.multipleOf !== 0) {
    const near = nearestFree(rule, width / height || 1, width * height);
    return `both edges of size must be multiples of ${rule.multipleOf}; near ${text} is ${formatSize(near)}`;
  }
  if (Math.max(width, height) / Math.min(width, height) > rule.maxRatio) {
    return `size must have a ratio between 1:${rule.maxRatio} and ${rule.maxRatio}:1`;
  }
  const long = Math.max(width, height);
  const short = Math.min(width, height);
  if (long > rule.maxWidth || short > rule.maxHeight) {
    return `size must be at most ${rule.maxWidth}x${rule.maxHeight} (or ${rule.maxHeight}x${rule.maxWidth})`;
  }
  const pixels = width * height;
  if (pixels < rule.minPixels || pixels > rule.maxPixels) {
    return `size must have between ${rule.minPixels} and ${rule.maxPixels} pixels; ${text} has ${pixels}`;
  }
  return undefined;
}

/** The values of a list rule in the order they are shown. */
function sizeChoices(rule: SizeRule): string[] {
  if (rule.type !== 'list') return rule.type === 'free' && rule.auto ? ['auto'] : [];
  return [...rule.sizes, ...(rule.auto ? ['auto'] : [])];
}

/** The zod schema of the `size` parameter. */
export function sizeSchema(rule: SizeRule): z.ZodType {
  if (rule.type === 'list') {
    return z.enum(sizeChoices(rule) as [string, ...string[]]).describe('Width and height in pixels.');
  }
  return z
    .string()
    .regex(rule.type === 'any' ? /^(auto|\d{1,5}x\d{1,5})$/ : /^(auto|\d{2,4}x\d{2,4})$/, {
      error: 'size must be WIDTHxHEIGHT in pixels or auto',
    })
    .superRefine((text, context) => {
      const problem = sizeProblem(rule, text);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    })
    .describe('WIDTHxHEIGHT in pixels, or auto.');
}

/** `"16:9"` to 1.777…; undefined where it is no ratio of positive numbers. */
export function parseAspect(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)[:/x](\d+(?:\.\d+)?)$/.exec(text.trim());
  if (match === null) return undefined;
  const ratio = Number(match[1]) / Number(match[2]);
  return Number.isFinite(ratio) && ratio > 0 ? ratio : undefined;
}

/** The size that fits an aspect ratio (width divided by height) best; undefined where a rule says nothing. */
export function sizeForAspect(rule: SizeRule, ratio: number, pixels = 1_572_864): Size | undefined {
  if (rule.type === 'any' || rule.type === 'aspect') return undefined;
  if (rule.type === 'free') return nearestFree(rule, ratio, pixels);
  const candidates = rule.sizes.map(parseSize).filter((size) => size !== undefined);
  return candidates.reduce<Size | undefined>((best, size) => {
    if (best === undefined) return size;
    const difference = ratioDistance(size, ratio) - ratioDistance(best, ratio);
    // of two sizes of one shape the larger is wanted
    return difference < -1e-9 || (Math.abs(difference) <= 1e-9 && size.width > best.width) ? size : best;
  }, undefined);
}

/** The ratio of a list that is nearest to an asked one. */
export function nearestAspect(aspects: readonly string[], ratio: number): string | undefined {
  const distance = (aspect: string): number => Math.abs(Math.log((parseAspect(aspect) ?? 1) / ratio));
  return aspects.toSorted((one, other) => distance(one) - distance(other))[0];
}

function ratioDistance(size: Size, ratio: number): number {
  return Math.abs(Math.log(size.width / size.height / ratio));
}

/** Multiples that keep the rule, of the asked ratio as nearly as can be, with about `pixels` pixels. */
function nearestFree(rule: Extract<SizeRule, { type: 'free' }>, ratio: number, pixels: number): Size {
  const clamped = Math.min(rule.maxRatio, Math.max(1 / rule.maxRatio, ratio));
  const wanted = Math.min(rule.maxPixels, Math.max(rule.minPixels, pixels));
  let best: Size | undefined;
  let bestScore = Infinity;
  const step = rule.multipleOf;
  for (let width = step; width <= rule.maxWidth; width += step) {
    for (const height of [Math.floor(width / clamped / step) * step, Math.ceil(width / clamped / step) * step]) {
      if (height < step) continue;
      const size = { width, height };
      if (sizeBreaksBounds(rule, size)) continue;
      // the shape matters more than the number of pixels
      const score = ratioDistance(size, clamped) * 20 + Math.abs(Math.log((width * height) / wanted));
      if (score < bestScore) {
        best = size;
        bestScore = score;
      }
    }
  }
  return best ?? { width: 1024, height: 1024 };
}

function sizeBreaksBounds(rule: Extract<SizeRule, { type: 'free' }>, { width, height }: Size): boolean {
  const long = Math.max(width, height);
  const short = Math.min(width, height);
  const pixels = width * height;
  return (
    long > rule.maxWidth ||
    short > rule.maxHeight ||
    long / short > rule.maxRatio ||
    pixels < rule.minPixels ||
    pixels > rule.maxPixels
  );
}
