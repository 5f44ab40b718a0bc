/** What a video model can do, in the few words of a table. */
import type { VideoModel } from '../core/catalog/model.ts';
import { formatUsd } from '../core/catalog/price.ts';

/** `4, 8, 12`, or `3 to 10`; what an extension adds, where that differs. */
export function lengthsText({ length }: VideoModel['limits']): string {
  const usual = listOf(length.values);
  const extension = length.extensionValues === undefined ? usual : listOf(length.extensionValues);
  return extension === usual || extension === '' ? usual : `${usual} (+${extension})`;
}

/** Sizes in pixels where the wire says pixels, else resolutions and aspect ratios. */
export function framesText({ frames, frameParameters }: VideoModel['limits']): string {
  if (frameParameters === 'size') return frames.map(({ width, height }) => `${width}x${height}`).join(' ');
  const distinct = (values: readonly string[]): string => [...new Set(values)].join(' ');
  return `${distinct(frames.map(({ resolution }) => resolution))}, ${distinct(frames.map(({ aspect }) => aspect))}`;
}

/** What a clip can start from besides a prompt. */
export function inputsText({ firstFrame, lastFrame, maxReferences, sources }: VideoModel['limits']): string {
  return [
    ...(firstFrame ? ['image'] : []),
    ...(lastFrame === 'no' ? [] : ['last frame']),
    ...(maxReferences === 0 ? [] : [`${maxReferences} references`]),
    ...Object.keys(sources),
  ].join(', ');
}

/** Dollars a second: one number where all resolutions cost the same. */
export function pricesText({ price }: VideoModel): string {
  if (price === undefined) return 'unknown';
  const rates = Object.entries(price.perSecond);
  const [first] = rates;
  if (first !== undefined && rates.every(([, usd]) => usd === first[1])) return formatUsd(first[1]);
  return rates.map(([resolution, usd]) => `${formatUsd(usd)} at ${resolution}`).join(', ');
}

/** Runs of whole numbers as `3 to 10`. */
function listOf(values: readonly number[]): string {
  const [least = 0] = values;
  const most = values.at(-1) ?? 0;
  return values.length > 3 && most - least === values.length - 1 ? `${least} to ${most}` : values.join(', ');
}
