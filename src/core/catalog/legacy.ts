/**
 * Parameters of older image models, given to a model that doesn't have them: what they mean there, where that is clear.
 */
import type { ImageOperation } from '../generation.ts';
import type { ImageModel } from './model.ts';
import type { MappedParameter } from './parameters.ts';
import { formatSize, parseSize, sizeForAspect, sizeProblem } from './sizes.ts';

/** Sizes that some image model had and others may not. */
const legacySizes = ['256x256', '512x512', '1792x1024', '1024x1792', '1536x1024', '1024x1536'];

/** The equivalent of a parameter that the model refuses as given; undefined where there is none that is clear. */
export function mapLegacyParameter(
  name: string,
  value: unknown,
  model: ImageModel,
  operation: ImageOperation,
): MappedParameter | undefined {
  const accepts = (key: string, candidate: unknown): boolean =>
    model.parameters.shape[key]?.safeParse(candidate).success === true;
  const instead = (key: string, candidate: unknown, why = ''): MappedParameter | undefined =>
    accepts(key, candidate)
      ? {
          parameters: { [key]: candidate },
          warning: `${model.id} has no ${name} "${String(value)}"; ${key} "${String(candidate)}" is sent instead.${why}`,
        }
      : undefined;

  switch (name) {
    case 'quality': {
      const equivalents: Record<string, string> = { hd: 'high', standard: 'medium', high: 'hd', medium: 'standard' };
      const equivalent = typeof value === 'string' ? equivalents[value] : undefined;
      return equivalent === undefined ? undefined : instead('quality', equivalent);
    }
    case 'size':
      return mapSize(value, model);
    case 'background':
      return value === 'white' || value === 'black'
        ? instead('background', 'opaque', ' Name the colour in the prompt.')
        : undefined;
    case 'output_format':
      return value === 'jpg' ? instead('output_format', 'jpeg') : undefined;
    case 'response_format':
      return value === 'b64_json' || value === 'url'
        ? {
            parameters: {},
            warning: `${model.id} has no response_format: it always answers with the picture itself, so it isn't sent.`,
          }
        : undefined;
    case 'user':
      return typeof value === 'string' ? instead('safety_identifier', value) : undefined;
    case 'input_fidelity':
      return value === 'high' &&
        operation === 'edit' &&
        model.parameters.shape[name] === undefined &&
        !model.limits.takesResponseFormat
        ? { parameters: {}, warning: `${model.id} always keeps closely to its references; input_fidelity isn't sent.` }
        : undefined;
    default:
      return undefined;
  }
}

function mapSize(value: unknown, model: ImageModel): MappedParameter | undefined {
  if (typeof value !== 'string' || !legacySizes.includes(value)) return undefined;
  const asked = parseSize(value);
  if (asked === undefined || sizeProblem(model.limits.sizes, value) === undefined) return undefined;
  const size = sizeForAspect(model.limits.sizes, asked.width / asked.height, asked.width * asked.height);
  if (size === undefined) return undefined;
  return {
    parameters: { size: formatSize(size) },
    warning: `${model.id} has no size ${value}; ${formatSize(size)} is the nearest and is sent instead.`,
  };
}
