/** The parameters of a draft, before they are checked against the model. */
import type { ImageModel } from '../catalog/model.ts';
import { formatSize, nearestAspect, parseAspect, parseSize, sizeForAspect } from '../catalog/sizes.ts';
import { ShotlistError } from '../errors.ts';
import { textParameter } from '../generation.ts';
import { chosenFormat } from '../outputs/media-type.ts';
import type { Draft } from '../pipeline.ts';

/**
 * What was given, with aspect ratio and chosen file extension turned into parameters.
 * @throws ShotlistError `invalid_request`, `unsupported_parameter`
 */
export function givenImageParameters(draft: Draft, model: ImageModel): Record<string, unknown> {
  const given: Record<string, unknown> = { ...draft.parameters };
  if (given['n'] !== undefined) {
    throw new ShotlistError('invalid_request', 'The number of pictures is the count, not a parameter.', {
      hint: 'Use -n.',
    });
  }
  if (draft.aspect !== undefined) {
    if (given['size'] !== undefined) {
      throw new ShotlistError('invalid_request', 'Give a size or an aspect ratio, not both.');
    }
    Object.assign(given, aspectParameters(draft.aspect, model));
  }
  if (model.limits.sizes.type === 'aspect') sayAsAspect(given, model.limits.sizes.aspects);
  const format = draft.output === undefined ? undefined : chosenFormat(draft.output);
  if (format !== undefined) addFormat(given, format, model);
  else if (model.parameters.shape['mime_type'] !== undefined) {
    const named = textParameter(given, 'output_format');
    if (named !== undefined) addFormat(given, named === 'jpg' ? 'jpeg' : named, model);
  }
  return given;
}

function aspectParameters(aspect: string, model: ImageModel): Record<string, unknown> {
  const ratio = parseAspect(aspect);
  if (ratio === undefined) {
    throw new ShotlistError('invalid_request', `"${aspect}" is no aspect ratio.`, {
      hint: 'Write it as W:H, for example 16:9.',
    });
  }
  const { sizes } = model.limits;
  if (sizes.type === 'aspect') return { aspect_ratio: nearestAspect(sizes.aspects, ratio) };
  const size = sizeForAspect(sizes, ratio);
  if (size === undefined) {
    throw new ShotlistError(
      'unsupported_parameter',
      `The sizes of ${model.id} are not known, so an aspect ratio can't be turned into one.`,
      {
        hint: 'Give a size instead.',
      },
    );
  }
  return { size: formatSize(size) };
}

/** Models that are told a ratio and a class of size get the nearest of both for a size in pixels. */
function sayAsAspect(given: Record<string, unknown>, aspects: readonly string[]): void {
  const size = parseSize(textParameter(given, 'size') ?? '');
  if (size === undefined) return;
  delete given['size'];
  given['aspect_ratio'] ??= nearestAspect(aspects, size.width / size.height);
  const long = Math.max(size.width, size.height);
  given['image_size'] ??= long > 3072 ? '4K' : long > 1536 ? '2K' : '1K';
}

function addFormat(given: Record<string, unknown>, format: string, model: ImageModel): void {
  const named = textParameter(given, 'output_format');
  const asked = named === 'jpg' ? 'jpeg' : named;
  if (asked !== undefined && asked !== format) {
    throw new ShotlistError(
      'invalid_request',
      `The output file ends in ${format}, but the format ${asked} is asked for.`,
      {
        hint: 'Make the two agree, or leave one out.',
      },
    );
  }
  if (model.parameters.shape['mime_type'] !== undefined) {
    given['mime_type'] = `image/${format}`;
    delete given['output_format'];
  } else if (model.parameters.shape['output_format'] !== undefined) {
    if (format !== 'png' || asked !== undefined) given['output_format'] = format;
  } else if (format !== 'png') {
    throw new ShotlistError('unsupported_parameter', `${model.id} makes png only, not ${format}.`);
  }
}
