/** Length, shape and resolution of a clip, said as its model's wire says them. */
import { frameOf, framesNear, frameToParameters, lengthFromWire, lengthToWire } from '../catalog/frames.ts';
import type { VideoFrame, VideoModel } from '../catalog/model.ts';
import { parseAspect, parseSize, type Size } from '../catalog/sizes.ts';
import { ShotlistError } from '../errors.ts';
import { textParameter } from '../generation.ts';
import type { Draft } from '../pipeline.ts';

export interface GivenVideoParameters {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
}

/**
 * @param picture size of the first frame, where there is one: the clip takes it where nothing else is asked for
 * @throws ShotlistError `invalid_request`, `unsupported_parameter` naming what the model can do
 */
export function givenVideoParameters(draft: Draft, model: VideoModel, picture: Size | undefined): GivenVideoParameters {
  const parameters = spelledFor(draft.parameters ?? {}, model);
  const warnings: string[] = [];
  sayLength(parameters, draft, model);
  if (model.limits.frames.length === 0) sayUnknownFrame(parameters, draft, model);
  else sayFrame(parameters, draft, model, warnings);
  if (picture !== undefined && model.limits.exactFrames && parameters['size'] === undefined) {
    const fitting = model.limits.frames.find(
      ({ width, height }) => width === picture.width && height === picture.height,
    );
    if (fitting !== undefined) Object.assign(parameters, frameToParameters(fitting, model.limits));
  }
  return { parameters, warnings };
}

/** One protocol says `negative_prompt`, another one `negativePrompt`: a person needn't know which. */
function spelledFor(given: Readonly<Record<string, unknown>>, { parameters }: VideoModel): Record<string, unknown> {
  const plain = (name: string): string => name.replaceAll('_', '').toLowerCase();
  const names = Object.keys(parameters.shape);
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      names.includes(name) ? name : (names.find((own) => plain(own) === plain(name)) ?? name),
      value,
    ]),
  );
}

/** `seconds` is what a person says, whatever the wire calls it. */
function sayLength(parameters: Record<string, unknown>, draft: Draft, { limits, id }: VideoModel): void {
  const { length } = limits;
  const given = draft.seconds ?? parameters['seconds'];
  if (length.parameter !== 'seconds') delete parameters['seconds'];
  const own = parameters[length.parameter];
  if (draft.seconds !== undefined && own !== undefined) {
    throw new ShotlistError('invalid_request', `Give the seconds once, not also as ${length.parameter}.`);
  }
  const value = own ?? given;
  if (value === undefined) return;
  const seconds = lengthFromWire(value);
  if (seconds === undefined) {
    throw new ShotlistError('invalid_request', `${JSON.stringify(value)} is no length for ${id}.`, {
      hint: 'Give a number of seconds.',
    });
  }
  const known = new Set([...length.values, ...(length.extensionValues ?? [])]);
  if (known.size > 0 && !known.has(seconds)) {
    throw new ShotlistError('unsupported_parameter', `${id} can't make a clip of ${seconds} seconds.`, {
      hint: `It can be ${length.values.join(', ')} seconds.`,
    });
  }
  parameters[length.parameter] = lengthToWire(seconds, length);
}

function sayFrame(parameters: Record<string, unknown>, draft: Draft, model: VideoModel, warnings: string[]): void {
  const { frames, frameParameters } = model.limits;
  const size = textParameter(parameters, 'size');
  const { aspect, resolution } = draft;
  if (size !== undefined) {
    if (aspect !== undefined || resolution !== undefined) {
      throw new ShotlistError('invalid_request', 'Give a size, or aspect ratio and resolution, not both.');
    }
    if (frameParameters === 'size') warnIfApproximate(frameOf(model.limits, parameters), model, warnings);
    else sayKnownSize(parameters, size, model);
    return;
  }
  if (aspect === undefined && resolution === undefined) return;
  const candidates = resolution === undefined ? frames : ofResolution(resolution, model);
  const chosen = aspect === undefined ? candidates[0] : nearest(candidates, aspect, model, warnings);
  if (chosen === undefined) return;
  if (resolution !== undefined || frameParameters === 'size') warnIfApproximate(chosen, model, warnings);
  const said = frameToParameters(chosen, model.limits);
  if (frameParameters === 'size') Object.assign(parameters, said);
  else {
    for (const [name, asked] of [
      [frameParameters.aspect, aspect],
      [frameParameters.resolution, resolution],
    ] as const) {
      if (asked === undefined) continue;
      if (parameters[name] !== undefined) {
        throw new ShotlistError('invalid_request', `Give ${name} once.`);
      }
      parameters[name] = said[name];
    }
  }
}

/** A size in pixels for a model that is told aspect ratio and resolution. */
function sayKnownSize(parameters: Record<string, unknown>, text: string, model: VideoModel): void {
  const size = parseSize(text);
  const { frames } = model.limits;
  const frame = frames.find(({ width, height }) => width === size?.width && height === size.height);
  if (frame === undefined) {
    throw new ShotlistError('unsupported_parameter', `${model.id} can't make ${text}.`, {
      hint: `It can make ${frames.map(({ width, height }) => `${width}x${height}`).join(', ')}.`,
    });
  }
  delete parameters['size'];
  Object.assign(parameters, frameToParameters(frame, model.limits));
}

function ofResolution(asked: string, model: VideoModel): readonly VideoFrame[] {
  const name = asked.toLowerCase().replace(/^2160p$/, '4k');
  const found = model.limits.frames.filter(({ resolution }) => resolution === name);
  if (found.length > 0) return found;
  const known = [...new Set(model.limits.frames.map(({ resolution }) => resolution))];
  throw new ShotlistError('unsupported_parameter', `${model.id} has no resolution ${asked}.`, {
    hint: `It has ${known.join(', ')}.`,
  });
}

function nearest(
  candidates: readonly VideoFrame[],
  aspect: string,
  model: VideoModel,
  warnings: string[],
): VideoFrame | undefined {
  const ratio = parseAspect(aspect);
  if (ratio === undefined) {
    throw new ShotlistError('invalid_request', `"${aspect}" is no aspect ratio.`, {
      hint: 'Write it as W:H, for example 16:9.',
    });
  }
  const frame = framesNear(candidates, ratio)[0];
  if (frame !== undefined && Math.abs(Math.log((parseAspect(frame.aspect) ?? 1) / ratio)) > 0.01) {
    warnings.push(
      `${model.id} has no aspect ratio ${aspect}; ${frame.aspect} (${frame.width}x${frame.height}) is the nearest and is made instead.`,
    );
  }
  return frame;
}

function warnIfApproximate(frame: VideoFrame | undefined, model: VideoModel, warnings: string[]): void {
  if (frame?.approximate !== true) return;
  warnings.push(`What ${model.id} makes for ${frame.resolution} is ${frame.width}x${frame.height}.`);
}

/** Nothing is known of the model's frames: a size passes, the other words can't be turned into one. */
function sayUnknownFrame(parameters: Record<string, unknown>, draft: Draft, { id }: VideoModel): void {
  if (draft.aspect !== undefined) {
    throw new ShotlistError(
      'unsupported_parameter',
      `The sizes of ${id} are not known, so an aspect ratio can't be turned into one.`,
      { hint: 'Give a size instead.' },
    );
  }
  if (draft.resolution !== undefined) parameters['resolution'] = draft.resolution;
}
