/** The parameters of a picture: what older models called otherwise is mapped, what doesn't go together is refused. */
import { ShotlistError } from '../errors.ts';
import { textParameter, type ImageOperation } from '../generation.ts';
import { mapLegacyParameter } from './legacy.ts';
import type { ImageModel, Model } from './model.ts';
import { checkParameters, type CheckedParameters } from './parameters.ts';

/** @throws ShotlistError as `checkParameters` */
export function checkImageParameters(
  given: Readonly<Record<string, unknown>>,
  {
    model,
    operation,
    allModels,
  }: { readonly model: ImageModel; readonly operation: ImageOperation; readonly allModels: readonly Model[] },
): CheckedParameters {
  const checked = checkParameters(given, {
    model,
    allModels,
    conflict: (name) => {
      const only = model.limits.onlyFor?.[name];
      return only === undefined || only === operation
        ? undefined
        : `${model.id} takes "${name}" for ${only} only, and this is ${article(operation)}.`;
    },
    map: (name, value) => mapLegacyParameter(name, value, model, operation),
  });
  checkTogether(checked.parameters, model);
  return checked;
}

/** Animations and vector drawings come in one piece (types of npm openai 7.57.0). */
export function isStreamable(format: string): boolean {
  return format !== 'gif' && format !== 'svg';
}

/** Rules between parameters, the same for all models that have them. */
function checkTogether(parameters: Readonly<Record<string, unknown>>, model: ImageModel): void {
  const format = textParameter(parameters, 'output_format') ?? 'png';
  if (parameters['background'] === 'transparent' && format !== 'png' && format !== 'webp') {
    throw new ShotlistError('invalid_request', `A transparent background can't be kept in ${format}.`, {
      hint: 'Use png or webp.',
    });
  }
  if (
    parameters['output_compression'] !== undefined &&
    format !== 'jpeg' &&
    format !== 'webp' &&
    model.vendor !== 'other'
  ) {
    throw new ShotlistError('invalid_request', `output_compression goes with jpeg and webp, not with ${format}.`, {
      hint: 'Leave it out, or set the format to jpeg or webp.',
    });
  }
  for (const name of ['frame_count', 'frame_duration_ms']) {
    if (parameters[name] !== undefined && format !== 'gif') {
      throw new ShotlistError('invalid_request', `${name} goes with the format gif, not with ${format}.`);
    }
  }
  if (parameters['svg'] !== undefined && format !== 'svg') {
    throw new ShotlistError('invalid_request', `svg goes with the format svg, not with ${format}.`);
  }
  if (!isStreamable(format) && parameters['partial_images'] !== undefined) {
    throw new ShotlistError('invalid_request', `A ${format} has no previews: partial_images doesn't go with it.`);
  }
}

function article(operation: ImageOperation): string {
  return operation === 'edit' ? 'an edit' : operation === 'generate' ? 'a generation' : 'a variation';
}
