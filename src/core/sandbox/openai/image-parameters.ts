/** Which parameters each image endpoint takes for a model: the catalog's, less what the wire doesn't have there. */
import * as z from 'zod';
import { findModel } from '../../catalog/catalog.ts';
import type { ImageModel } from '../../catalog/model.ts';
import { generalImageModel } from '../../catalog/openai-images.ts';
import { parseSize } from '../../catalog/sizes.ts';
import type { ImageOperation } from '../../generation.ts';

export type Parameters = Readonly<Record<string, z.ZodType>>;

/** The largest edge that the sandbox draws for models that it doesn't know, pixels. */
const maxGeneralEdge = 4096;

/** `json` is the JSON form of an edit, which has rules of its own in the API's schema. */
export type Endpoint = ImageOperation | 'json-edit';

/** A model of the catalog, or for other names what the protocol has. */
export function sandboxModel(name: string): ImageModel {
  const model = findModel(name);
  return model?.kind === 'image' && model.protocol === 'openai' ? model : generalModel(name);
}

export function parametersFor(model: ImageModel, endpoint: Endpoint): Parameters {
  const operation = endpoint === 'json-edit' ? 'edit' : endpoint;
  const shape = endpoint === 'variation' ? variationShape() : model.parameters.shape;
  const own = Object.entries(shape).filter(([name]) => {
    const only = model.limits.onlyFor?.[name];
    return (only === undefined || only === operation || endpoint === 'json-edit') && !missing[endpoint].includes(name);
  });
  return {
    ...Object.fromEntries(own),
    ...(endpoint === 'json-edit' && 'size' in shape
      ? { size: jsonEditSize.and(shape['size'] ?? z.unknown()).optional() }
      : {}),
    ...(operation === 'edit' && shape['quality'] !== undefined
      ? { quality: shape['quality'].refine((quality) => quality !== 'hd', { error: 'hd is not supported' }) }
      : {}),
    n: z.int().min(1).max(model.limits.maxImagesPerCall).optional(),
    ...(model.limits.streams && endpoint !== 'variation' ? { stream: z.boolean().optional() } : {}),
    user: z.string().optional(),
  };
}

/** Source: OpenAI's OpenAPI document of 2026-08-21 with the types of npm openai 7.57.0. */
const missing: Readonly<Record<Endpoint, readonly string[]>> = {
  generate: ['input_fidelity'],
  edit: ['moderation', 'style'],
  'json-edit': ['style', 'response_format'],
  variation: [],
};

const jsonEditSize = z.enum(['auto', '1024x1024', '1536x1024', '1024x1536']);

/** Only dall-e-2 ever had variations; other names get its rules. */
function variationShape(): Parameters {
  return findModel('dall-e-2')?.parameters.shape ?? {};
}

function generalModel(name: string): ImageModel {
  const general = generalImageModel(name);
  const edges = z
    .string()
    .refine(isDrawable, { error: `size must be auto or WIDTHxHEIGHT with edges of 16 to ${maxGeneralEdge} pixels` });
  return {
    ...general,
    parameters: z.strictObject({
      ...general.parameters.shape,
      size: edges.optional(),
      quality: z.enum(['auto', 'low', 'medium', 'high', 'xhigh', 'max', 'standard', 'hd']).optional(),
      style: z.enum(['vivid', 'natural']).optional(),
      background: z.enum(['auto', 'opaque', 'transparent']).optional(),
    }),
  };
}

function isDrawable(text: string): boolean {
  const size = parseSize(text);
  if (size === undefined) return text === 'auto';
  return [size.width, size.height].every((edge) => edge >= 16 && edge <= maxGeneralEdge);
}
