/** The parameters of a draft, before they are checked against the model. */
import type { Model } from '../catalog/model.ts';
import { formatSize, parseAspect, sizeForAspect } from '../catalog/sizes.ts';
import { ShotlistError } from '../errors.ts';
import { textParameter } from '../generation.ts';
import { chosenFormat } from '../outputs/media-type.ts';
import type { Draft } from '../pipeline.ts';

/**
 * What was given, with aspect ratio and chosen file extension turned into parameters.
 * @throws ShotlistError `invalid_request`, `unsupported_parameter`
 */
export function givenParameters(draft: Draft, model: Model): Record<string, unknown> {
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
    given['size'] = sizeOfAspect(draft.aspect, model);
  }
  const format = draft.output === undefined ? undefined : chosenFormat(draft.output);
  if (format !== undefined) addFormat(given, format, model);
  return given;
}

function sizeOfAspect(aspect: string, model: Model): string {
  const ratio = parseAspect(aspect);
  if (ratio === undefined) {
    throw new ShotlistError('invalid_request', `"${aspect}" is no aspect ratio.`, {
      hint: 'Write it as W:H, for example 16:9.',
    });
  }
  const size = sizeForAspect(model.limits.sizes, ratio);
  if (size === undefined) {
    throw new ShotlistError(
      'unsupported_parameter',
      `The sizes of ${model.id} are not known, so an aspect ratio can't be turned into one.`,
      {
        hint: 'Give a size instead.',
      },
    );
  }
  return formatSize(size);
}

function addFormat(given: Record<string, unknown>, format: string, model: Model): void {
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
  if (model.parameters.shape['output_format'] !== undefined) {
    if (format !== 'png' || asked !== undefined) given['output_format'] = format;
  } else if (format !== 'png') {
    throw new ShotlistError('unsupported_parameter', `${model.id} makes png only, not ${format}.`);
  }
}
