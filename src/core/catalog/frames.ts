/** The constraints table of a video model, read both ways: what a person says, and what the wire says. */
import { textParameter, type VideoOperation } from '../generation.ts';
import { parseAspect, parseSize } from './sizes.ts';
import type { VideoFrame, VideoLength, VideoLimits } from './model.ts';

/** The frame that a request's parameters ask for; the usual one where they leave it open. */
export function frameOf(limits: VideoLimits, parameters: Readonly<Record<string, unknown>>): VideoFrame | undefined {
  const { frameParameters, frames } = limits;
  if (frameParameters === 'size') {
    const size = parseSize(textParameter(parameters, 'size') ?? '');
    return size === undefined
      ? frames[0]
      : frames.find((frame) => frame.width === size.width && frame.height === size.height);
  }
  const aspect = parameters[frameParameters.aspect] ?? frames[0]?.aspect;
  const resolution = parameters[frameParameters.resolution] ?? frames[0]?.resolution;
  return frames.find((frame) => frame.aspect === aspect && frame.resolution === resolution);
}

/** Wire parameters that say a frame. */
export function frameToParameters(frame: VideoFrame, { frameParameters }: VideoLimits): Record<string, unknown> {
  return frameParameters === 'size'
    ? { size: `${frame.width}x${frame.height}` }
    : { [frameParameters.aspect]: frame.aspect, [frameParameters.resolution]: frame.resolution };
}

/** Frames whose shape is nearest to a ratio. */
export function framesNear(frames: readonly VideoFrame[], ratio: number): readonly VideoFrame[] {
  const distance = (frame: VideoFrame): number => Math.abs(Math.log((parseAspect(frame.aspect) ?? 1) / ratio));
  const least = Math.min(...frames.map(distance));
  return frames.filter((frame) => distance(frame) <= least + 1e-9);
}

/** Seconds as the wire says them. */
export function lengthToWire(seconds: number, { form }: VideoLength): string | number {
  if (form === 'number') return seconds;
  return form === 'text' ? String(seconds) : `${seconds}s`;
}

/** Seconds of a wire value; undefined for what is no length. */
export function lengthFromWire(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  const match = /^(\d+(?:\.\d+)?)\s*s?$/.exec(typeof value === 'string' ? value.trim() : '');
  return match === null ? undefined : Number(match[1]);
}

/** Seconds that a request may ask for; empty where nothing is known. */
export function lengthsFor(limits: VideoLimits, operation: VideoOperation, resolution?: string): readonly number[] {
  const { length, lengthRules = [] } = limits;
  if (operation === 'extend') return length.extensionValues ?? length.values;
  const rules = lengthRules.filter(
    (rule) =>
      (rule.operations === undefined || rule.operations.includes(operation)) &&
      (rule.resolutions === undefined || (resolution !== undefined && rule.resolutions.includes(resolution))),
  );
  return length.values.filter((seconds) => rules.every((rule) => rule.values.includes(seconds)));
}
